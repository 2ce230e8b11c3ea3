import type { RunKind } from '../../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../../numerics/integer.js';
import type { ChipImage, LayerImage, LayerPart } from '../image/chip-image.js';
import type { LayerCore } from './cores.js';
import { winnerWords } from './delta.js';
import type { Counter } from './feedback.js';
import { eventRoutes } from '../image/event-routes.js';
import { columnCount, outputCount, positionCount } from '../image/layer-geometry.js';
import { isHome, partsOf } from '../image/layer-parts.js';
import { learns } from '../image/learning-layers.js';

/** What a core took part in. */
interface ForwardTotals {
  readonly run: RunKind;
  readonly sampleCount: number;
  readonly deliveredEventCount: number;
  readonly deliveredVisitCount: number;
}

/** Words of the partial sums of all positions; 0 where they are in registers. */
function sumWords(layer: LayerImage): number {
  const { accumulate, accumulatorsPerWord } = layer.organisation;
  return accumulate === 'memory' ? ceilDiv(columnCount(layer), accumulatorsPerWord) : 0;
}

/** What only a home has: biases, the sums of its satellites, f, h and pooling. */
function countNeurons(
  image: ChipImage,
  { own: layer, satellites }: LayerCore,
  { run, sampleCount }: ForwardTotals,
  count: Counter,
): void {
  const { neuronCount, organisation, outputFormat } = layer;
  const { wordBits } = organisation;
  const columns = columnCount(layer);
  const samplePositions = sampleCount * positionCount(layer);
  const merges = sampleCount * satellites.length;
  const mergedWords = merges * positionCount(layer) * sumWords(layer);
  count('forward', 'neurons.read', wordBits.neurons, mergedWords);
  count('forward', 'neurons.write', wordBits.neurons, mergedWords);
  const { accumulator } = image.numerics.formats;
  count('forward', 'datapath.add', accumulator.totalBits, merges * neuronCount);
  const outputWords = samplePositions * ceilDiv(columns, organisation.outputsPerWord);
  count('forward', 'neurons.write', wordBits.neurons, outputWords);
  const biasWords = sampleCount * ceilDiv(columns, organisation.biasesPerWord);
  count('forward', 'bias.read', wordBits.bias, biasWords);
  count('forward', 'activation.lookup', outputFormat.totalBits, sampleCount * neuronCount);
  if (layer.convolution !== null) {
    // The largest of four is found in three comparisons.
    const comparisons = sampleCount * 3 * outputCount(layer);
    count('forward', 'datapath.compare', outputFormat.totalBits, comparisons);
  }
  if (run === 'training') {
    count('forward', 'neurons.write', wordBits.neurons, sampleCount * winnerWords(image, layer));
  }
}

/** Events in; of a home h out, in a CONV layer pooled. Implements: docs/spec.md §4.2, §4.5, §7 (phase forward). */
export function countForward(
  image: ChipImage,
  core: LayerCore,
  totals: ForwardTotals,
  count: Counter,
): void {
  const { own: layer, part } = core;
  const { organisation, inputFormat } = layer;
  const { wordBits } = organisation;
  const { sampleCount, deliveredVisitCount: visits } = totals;
  const { weight, accumulator } = image.numerics.formats;
  const columns = columnCount(layer);
  if (totals.run === 'training' && learns(image, layer)) {
    count('forward', 'eventBuffer.write', wordBits.eventBuffer, totals.deliveredEventCount);
  }
  const rowWords = ceilDiv(columns, organisation.weightsPerWord);
  count('forward', 'synapses.read', wordBits.synapses, visits * rowWords);
  const operandBits = Math.max(weight.totalBits, inputFormat.totalBits);
  count('forward', 'datapath.multiplyAccumulate', operandBits, visits * columns);
  // First the sums are loaded, then every visit reads and writes all of its position, and last f (or the link) reads them.
  const accesses = (visits + sampleCount * positionCount(layer)) * sumWords(layer);
  count('forward', 'neurons.read', wordBits.neurons, accesses);
  count('forward', 'neurons.write', wordBits.neurons, accesses);
  if (isHome(part)) {
    countNeurons(image, core, totals, count);
    return;
  }
  const sums = sampleCount * layer.neuronCount;
  count('forward', 'router.hop', accumulator.totalBits, part.homeHops * sums);
}

/**
 * Events that leave a home, each to every core of the next layer that has it as an axon.
 * @param routeEventCounts events of each route into the next layer, in the order of `eventRoutes`
 */
export function countRouting(
  image: ChipImage,
  home: LayerPart,
  above: LayerImage,
  routeEventCounts: readonly number[],
  count: Counter,
): void {
  for (const [route, { neuronPart, axonPart }] of eventRoutes(image, above).entries()) {
    if (neuronPart !== home.neuronPart) continue;
    const events = elementAt(routeEventCounts, route, 'routes');
    for (const [index, destination] of partsOf(above).entries()) {
      if (destination.axonPart !== axonPart) continue;
      const hops = elementAt(home.outputHops, index, 'hops of a home');
      count('forward', 'router.hop', image.eventBits, hops * events);
    }
  }
}
