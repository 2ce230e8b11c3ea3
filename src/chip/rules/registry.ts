import type { AccessLedger } from '../../ledger/access-ledger.js';
import type { Place } from '../access-meter.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import { FeedbackMemory } from '../feedback-memory.js';
import { RouterLink } from '../router-link.js';
import { Drtp } from './drtp.js';
import type { ErrorSource } from './error-source.js';
import { OutputLoss } from './output-loss.js';

/** What of an image concerns all cores alike. */
export type ChipSettings = Omit<ChipImage, 'layers'>;

type MakeErrorSource = (
  layer: LayerImage,
  settings: ChipSettings,
  place: Place,
  ledger: AccessLedger,
) => ErrorSource;

/** @throws RangeError when a hidden layer has no feedback matrix. */
const makeDrtp: MakeErrorSource = (layer, { classCount, numerics, labelBits }, place, ledger) => {
  const { neuronCount, feedbackRaw, organisation } = layer;
  if (feedbackRaw === null) {
    throw new RangeError(
      `layer ${layer.layer}: feedbackRaw is null; rule drtp needs B_${layer.layer}, ${classCount} × ${neuronCount} raw values, in every hidden layer`,
    );
  }
  const memorySpec = {
    classCount,
    neuronCount,
    wordBits: organisation.wordBits.feedback,
    feedbacksPerWord: organisation.feedbacksPerWord,
  };
  return new Drtp(
    { layer: layer.layer, feedbackFractionBits: numerics.formats.feedback.fractionBits },
    new FeedbackMemory(memorySpec, feedbackRaw, place, ledger),
    new RouterLink(layer.labelHops, labelBits, place, ledger),
  );
};

/** The rules a hidden layer can learn by: one line each. */
const hiddenRules: Readonly<Record<ChipImage['rule'], MakeErrorSource>> = { drtp: makeDrtp };

/** The error source of a layer: its loss in the output layer, else the image's rule. */
export const makeErrorSource: MakeErrorSource = (layer, settings, place, ledger) => {
  if (!layer.isOutput) return hiddenRules[settings.rule](layer, settings, place, ledger);
  const spec = {
    layer: layer.layer,
    loss: settings.loss,
    outputFractionBits: layer.outputFormat.fractionBits,
    deltaBits: settings.numerics.formats.delta.totalBits,
  };
  return new OutputLoss(spec, place, ledger);
};
