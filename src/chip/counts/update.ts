import { ceilDiv } from '../../numerics/integer.js';
import type { ChipImage } from '../image/chip-image.js';
import type { LayerCore } from './cores.js';
import type { Counter } from './feedback.js';
import { mantissaBits } from '../../numerics/learning-rate.js';
import { countGradients, countSteps } from './steps.js';
import { learnsInSteps } from '../image/layer-geometry.js';
import { isHome } from '../image/layer-parts.js';
import { isFused } from '../image/update-order.js';
import { learns } from '../image/learning-layers.js';

/** What a core took part in. */
interface UpdateTotals {
  readonly sampleCount: number;
  readonly stepCount: number;
  readonly deliveredEventCount: number;
  readonly deliveredVisitCount: number;
  readonly nonZeroEventCount: number;
  readonly sharedEventCount: number;
  readonly writtenWordCount: number;
}

/** g where η is no power of two, and what changes weights and biases by it, event by event (docs/spec.md §4.2, §5.1). */
function countUpdate(
  image: ChipImage,
  { own: layer, part }: LayerCore,
  totals: UpdateTotals,
  count: Counter,
): void {
  const { neuronCount, organisation } = layer;
  const { wordBits } = organisation;
  const { formats, rounding } = image.numerics;
  const { sampleCount, deliveredEventCount: events } = totals;
  const biasSamples = isHome(part) ? sampleCount : 0;
  if (layer.learningRate.kind === 'factor') {
    const factorBits = Math.max(formats.delta.totalBits, mantissaBits);
    count('update', 'datapath.multiply', factorBits, sampleCount * neuronCount);
  }
  count('update', 'eventBuffer.read', wordBits.eventBuffer, events);
  const words = ceilDiv(neuronCount, organisation.weightsPerWord);
  // Fused, the forward pass has read the rows that both samples visit.
  const readRows = isFused(image, layer) ? events - totals.sharedEventCount : events;
  count('update', 'synapses.read', wordBits.synapses, readRows * words);
  count('update', 'synapses.write', wordBits.synapses, totals.writtenWordCount);
  const rateBits = (layer.learningRate.kind === 'shift' ? formats.delta : formats.update).totalBits;
  const operandBits = Math.max(rateBits, layer.inputFormat.totalBits);
  count('update', 'datapath.multiplyAccumulate', operandBits, events * neuronCount);
  const weightDraws = rounding.weight === 'stochastic' ? totals.nonZeroEventCount : 0;
  const biasDraws = rounding.bias === 'stochastic' ? biasSamples : 0;
  const draws = (weightDraws + biasDraws) * neuronCount;
  count('update', 'random.draw', image.generator.widthBits, draws);
  const biasWords = biasSamples * ceilDiv(neuronCount, organisation.biasesPerWord);
  count('update', 'bias.read', wordBits.bias, biasWords);
  count('update', 'bias.write', wordBits.bias, biasWords);
  count('update', 'datapath.add', formats.bias.totalBits, biasSamples * neuronCount);
}

/** What becomes of δz in a core: an update of each event's words, or gradients and then steps. Implements: docs/spec.md §4.2, §4.5, §7. */
export function countLearning(
  image: ChipImage,
  core: LayerCore,
  totals: UpdateTotals,
  count: Counter,
): void {
  const { own, part } = core;
  if (!learns(image, own)) return;
  if (learnsInSteps(image, own)) {
    countGradients(image, own, totals, count, isHome(part));
    countSteps(image, own, totals, count, isHome(part));
  } else {
    countUpdate(image, core, totals, count);
  }
}
