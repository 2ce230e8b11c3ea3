import { type DelayedErrorRule, factsOf, type RuleName } from '../../../network/rule-facts.js';
import { elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Place } from '../../../ledger/access-meter.js';
import type { DefpSpec, LayerImage, LayerPart } from '../../image/chip-image.js';
import { FeedbackMemory } from '../memories/feedback-memory.js';
import { hopsOfNeurons, hopsOfOutputs } from '../../image/layer-parts.js';
import { keepsDelayedErrors, needsDelta, scalesRates } from '../../image/learning-layers.js';
import { RouterLink } from '../units/router-link.js';
import { AggregatedDelayedError } from './aggregated-error.js';
import { Bp } from './bp.js';
import { DefpFullVector } from './defp-full-vector.js';
import { Defp } from './defp.js';
import { DelayedErrorPerSample } from './delayed-error.js';
import { Dfa, ErrorsInDelta } from './dfa.js';
import { Drtp } from './drtp.js';
import type { ErrorSource } from './error-source.js';
import { Fa } from './fa.js';
import { LastErrors } from './last-errors.js';
import type {
  DelayedErrors,
  HiddenLayerParts,
  LayerAbove,
  LearningRule,
  RuleParts,
} from './learning-rule.js';
import { FeedbackError, OutputLoss } from './output-loss.js';
import { ErrorSigns, Sdfa } from './sdfa.js';

/** @throws RangeError when a hidden layer has no feedback matrix. */
function feedbackMemory(parts: RuleParts, hidden: HiddenLayerParts): FeedbackMemory {
  const { image, ledger } = parts;
  const { layer, place, above } = hidden;
  const { neuronCount, feedbackRaw, organisation } = layer;
  const { wiring } = above;
  const [rowCount, columnCount] =
    factsOf(image.rule.kind).feedback === 'weights'
      ? [wiring.rowCount, wiring.columnCount]
      : [image.classCount, neuronCount];
  if (feedbackRaw?.length !== rowCount * columnCount) {
    throw new RangeError(
      `layer ${layer.layer}: feedbackRaw has ${feedbackRaw?.length ?? 'no'} values; rule ${image.rule.kind} needs B_${layer.layer}, ${rowCount} × ${columnCount} raw values, in every hidden layer that learns`,
    );
  }
  const { feedbacksPerWord, wordBits } = organisation;
  const spec = {
    rowCount,
    columnCount,
    wordBits: wordBits.feedback,
    feedbacksPerWord,
    feedbackBits: image.numerics.formats.feedback.totalBits,
    isGenerated: image.feedbackSource === 'generator',
  };
  const memory = new FeedbackMemory(spec, feedbackRaw, place, ledger);
  parts.feedback.add(hidden, memory);
  return memory;
}

/** The label's way to a core. */
function labelLink({ image, ledger }: RuleParts, { layer, place }: HiddenLayerParts): RouterLink {
  return new RouterLink(layer.labelHops, image.labelBits, place, ledger);
}

/**
 * The way between a home and the next layer's cores. e of dfa and sdfa comes by way of the first of them; δz (fa) from
 * the home of each neuron; the error of each output (bp) from every core that has it as an axon.
 */
function eventLink(
  { image, ledger }: RuleParts,
  { home, layer, place }: HiddenLayerParts,
  packets: 'output errors' | 'neurons above' | 'own outputs',
): RouterLink {
  const whole = elementAt(image.layers, layer.layer - 1, 'layers');
  const above = elementAt(image.layers, layer.layer, 'layers');
  const hops = {
    'output errors': () => elementAt(home.outputHops, 0, 'hops of a home'),
    'neurons above': () => hopsOfNeurons(home, above),
    'own outputs': () => hopsOfOutputs(whole, home, above),
  };
  return new RouterLink(hops[packets](), image.eventBits, place, ledger);
}

/** Counts the operations of feedback on operands of two tensors: as wide as the wider. */
function operations(
  { image, ledger }: RuleParts,
  { place }: HiddenLayerParts,
  action: 'datapath.multiply' | 'datapath.multiplyAccumulate' | 'datapath.add',
  ...tensors: readonly ('delayedError' | 'delta' | 'feedback' | 'weight')[]
): AccessMeter {
  const bits = Math.max(...tensors.map((tensor) => image.numerics.formats[tensor].totalBits));
  return new AccessMeter(ledger, place, action, bits);
}

const bare = { outputErrors: null, delayedErrors: null } as const;

/** δh is the label's row of B; packets: the label, and with defp movingRate η behind it. */
function rowOfLabel(parts: RuleParts, packetCount: 1 | 2): LearningRule['makeErrorSource'] {
  const { fractionBits } = parts.image.numerics.formats.feedback;
  return (hidden) =>
    new Drtp(
      { feedbackFractionBits: fractionBits, packetCount },
      feedbackMemory(parts, hidden),
      labelLink(parts, hidden),
    );
}

function makeDrtp(parts: RuleParts): LearningRule {
  return { ...bare, makeErrorSource: rowOfLabel(parts, 1) };
}

function delayedErrorsOf(parts: RuleParts, rule: DefpSpec): DelayedErrors {
  const { variant } = rule;
  switch (variant) {
    case 'aggregated':
      return new AggregatedDelayedError(parts);
    case 'lastLoss':
    case 'movingAverage':
    case 'movingRate':
      return new LastErrors(rule, parts);
    case 'error':
    case 'loss':
    case 'fullVector':
      return new DelayedErrorPerSample(rule, variant, parts);
  }
}

function makeDefp(parts: RuleParts, rule: DefpSpec): LearningRule {
  const { delayedError, feedback } = parts.image.numerics.formats;
  const productFractionBits = delayedError.fractionBits + feedback.fractionBits;
  const { variant } = rule;
  const delayedErrors = delayedErrorsOf(parts, rule);
  if (scalesRates(rule)) {
    // η carries d: the error signal is that of drtp, and two values travel.
    return { ...bare, delayedErrors, makeErrorSource: rowOfLabel(parts, 2) };
  }
  const [Source, action] =
    variant === 'fullVector'
      ? ([DefpFullVector, 'datapath.multiplyAccumulate'] as const)
      : ([Defp, 'datapath.multiply'] as const);
  const makeErrorSource = (hidden: HiddenLayerParts): ErrorSource =>
    new Source(
      { productFractionBits },
      delayedErrors,
      feedbackMemory(parts, hidden),
      labelLink(parts, hidden),
      operations(parts, hidden, action, 'delayedError', 'feedback'),
    );
  return { ...bare, delayedErrors, makeErrorSource };
}

/** e of dfa and sdfa: of the probabilities where ce has linear outputs (docs/spec.md §2.13). */
function feedbackError({ image, softmax }: RuleParts): FeedbackError {
  const output = elementAt(image.layers, image.layers.length - 1, 'layers');
  const hasLinearOutputs = output.activationUnit.function === 'none';
  return new FeedbackError(output.outputFormat.fractionBits, hasLinearOutputs ? softmax : null);
}

function makeDfa(parts: RuleParts): LearningRule {
  const { numerics } = parts.image;
  const { delta, feedback } = numerics.formats;
  const productFractionBits = delta.fractionBits + feedback.fractionBits;
  const outputErrors = new ErrorsInDelta(
    feedbackError(parts),
    parts.outputChecks.delta,
    numerics.rounding.delta,
  );
  const makeErrorSource = (hidden: HiddenLayerParts): ErrorSource =>
    new Dfa(
      { productFractionBits },
      outputErrors,
      feedbackMemory(parts, hidden),
      eventLink(parts, hidden, 'output errors'),
      operations(parts, hidden, 'datapath.multiplyAccumulate', 'delta', 'feedback'),
    );
  return { ...bare, outputErrors, makeErrorSource };
}

function makeSdfa(parts: RuleParts): LearningRule {
  const { numerics } = parts.image;
  const { feedback } = numerics.formats;
  const outputErrors = new ErrorSigns(feedbackError(parts));
  const makeErrorSource = (hidden: HiddenLayerParts): ErrorSource =>
    new Sdfa(
      { feedbackFractionBits: feedback.fractionBits },
      outputErrors,
      feedbackMemory(parts, hidden),
      eventLink(parts, hidden, 'output errors'),
      operations(parts, hidden, 'datapath.add', 'feedback'),
    );
  return { ...bare, outputErrors, makeErrorSource };
}

function makeFa(parts: RuleParts): LearningRule {
  const { numerics } = parts.image;
  const { delta, feedback } = numerics.formats;
  const spec = {
    productFractionBits: feedback.fractionBits + delta.fractionBits,
  };
  const makeErrorSource = (hidden: HiddenLayerParts): ErrorSource =>
    new Fa(
      spec,
      hidden.above,
      feedbackMemory(parts, hidden),
      eventLink(parts, hidden, 'neurons above'),
      operations(parts, hidden, 'datapath.multiplyAccumulate', 'delta', 'feedback'),
    );
  return { ...bare, makeErrorSource };
}

function makeBp(parts: RuleParts): LearningRule {
  const { numerics } = parts.image;
  const { delta, weight } = numerics.formats;
  const spec = {
    productFractionBits: weight.fractionBits + delta.fractionBits,
  };
  const makeErrorSource = (hidden: HiddenLayerParts): ErrorSource =>
    new Bp(
      spec,
      hidden.above,
      eventLink(parts, hidden, 'own outputs'),
      operations(parts, hidden, 'datapath.multiplyAccumulate', 'delta', 'weight'),
    );
  return { ...bare, makeErrorSource };
}

/** Hidden layers keep the weights they began with: what any rule must beat. */
const shallow: LearningRule = { ...bare, makeErrorSource: null };

/** The rules without variants that a hidden layer can learn by: one line each. */
const rules: Readonly<
  Record<Exclude<RuleName, DelayedErrorRule>, (parts: RuleParts) => LearningRule>
> = {
  drtp: makeDrtp,
  dfa: makeDfa,
  sdfa: makeSdfa,
  fa: makeFa,
  bp: makeBp,
  shallow: () => shallow,
};

/** The rule of an image, with all it keeps outside the layers. */
export function makeRule(parts: RuleParts): LearningRule {
  const { rule } = parts.image;
  return keepsDelayedErrors(rule) ? makeDefp(parts, rule) : rules[rule.kind](parts);
}

/** One home of a layer, and what it sees of the next one: null in the output layer. */
interface HomePlace {
  /** Its part as a layer of its own. */
  readonly layer: LayerImage;
  readonly home: LayerPart;
  readonly above: LayerAbove | null;
}

/**
 * The error source of a home: the loss in the output layer, else the image's rule. Null where a layer neither learns
 * nor hands an error down (docs/spec.md §2.9: frozen layers, rule shallow).
 */
export function makeErrorSource(
  { layer, home, above }: HomePlace,
  rule: LearningRule,
  { image, softmax, ledger }: Pick<RuleParts, 'image' | 'softmax' | 'ledger'>,
): ErrorSource | null {
  if (!needsDelta(image, layer)) return null;
  const place: Place = { layer: layer.layer, core: home.core };
  if (above !== null) return rule.makeErrorSource?.({ layer, home, place, above }) ?? null;
  const spec = {
    layer: layer.layer,
    firstClass: home.firstColumn,
    loss: image.loss,
    outputFractionBits: layer.outputFormat.fractionBits,
    deltaBits: image.numerics.formats.delta.totalBits,
  };
  const firstHome = elementAt(image.layers, layer.layer - 1, 'layers').core;
  const errorLink = new RouterLink(
    home.homeHops,
    image.eventBits,
    { ...place, core: firstHome },
    ledger,
  );
  return new OutputLoss(spec, softmax && { softmax, errorLink }, place, ledger);
}
