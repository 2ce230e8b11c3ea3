import { printFormat } from '../../../numerics/format.js';
import type { ChipImage } from '../../image/chip-image.js';
import { scalesRates } from '../../image/learning-layers.js';
import type { EnginePathCount } from './engine-paths.js';
import type { PlacedLayer } from './placed-layer.js';

const doesNotFit = 'products or sums of some samples could leave 32 bits';

/** Why weights of the layer are stored in 32 bits, where nothing runs on vectors; null: they are not. */
function storageReason(image: ChipImage, { choice }: PlacedLayer): string | null {
  if (choice.weightBytes !== 4) return null;
  return `weights ${printFormat(image.numerics.formats.weight)} are stored in 32 bits: they have more than 16, or the engine was asked for its general path`;
}

function forwardReason(image: ChipImage, placed: PlacedLayer, path: string): string | null {
  const { accumulator } = image.numerics.formats;
  if (path === 'pairs') return null;
  if (path === 'pieces') {
    return 'values have more than 15 bits, or sums could leave 32 bits in one go';
  }
  if (path === 'products') {
    return placed.alignments.productShift < 0
      ? `products are rounded to the fraction of the accumulator ${printFormat(accumulator)}`
      : `the accumulator ${printFormat(accumulator)} could overflow, which is checked after every addition`;
  }
  if (placed.layer.convolution !== null && placed.choice.weightBytes !== 4) {
    return 'CONV layers have vectors for values of at most 15 bits, products that are not rounded and sums that cannot leave 32 bits or the accumulator';
  }
  return storageReason(image, placed) ?? doesNotFit;
}

function updateReason(image: ChipImage, placed: PlacedLayer, path: string): string | null {
  if (path === 'bytes') return null;
  if (path === 'scalar') return storageReason(image, placed) ?? doesNotFit;
  const { formats, overflow, rounding } = image.numerics;
  if (placed.choice.weightBytes !== 1) {
    return `lanes of 8 bits do not hold weights ${printFormat(formats.weight)}`;
  }
  if (overflow.weight === 'wrap') return 'weights wrap';
  if (rounding.weight === 'nearestEven') return 'weights round to nearestEven';
  if (placed.choice.updates) {
    return 'changes of some samples are larger than 125 steps of a weight, or factors have more than 15 bits';
  }
  return 'the generator does not have 16 bits, lanes are no multiple of 8, changes drop no bits, or a row has more than 4,080 columns';
}

function gradientReason(placed: PlacedLayer, path: string): string | null {
  if (path === 'groups') return null;
  if (path === 'scalar')
    return 'gradients of some samples could overflow, or products leave 32 bits';
  return placed.alignments.gradientShift < 0
    ? 'products are rounded to the fraction of the gradient'
    : 'values or δz have more than 15 bits';
}

function scalarStepReason({ optimizer, rule }: ChipImage): string {
  const orNone = scalesRates(rule) ? ', or their η was 0' : '';
  return optimizer.kind === 'sgd'
    ? `η·G of some steps could leave 32 bits${orNone}`
    : `η times a step of ${optimizer.kind} could leave 32 bits, or its states are not proven to fit lanes${orNone}`;
}

function stepReason(image: ChipImage, placed: PlacedLayer, path: string): string | null {
  const { kind } = image.optimizer;
  if (path === 'words') return null;
  const pairs = `${kind} takes roots and divides, two weights at a time`;
  if (path === 'doubles') return pairs;
  if (path === 'mixed') return `${pairs}, and η times some ratios could leave 32 bits`;
  return storageReason(image, placed) ?? scalarStepReason(image);
}

/** Why a layer took this path of a phase and not the fastest; null: it is the fastest. */
export function pathReason(
  image: ChipImage,
  placed: PlacedLayer,
  { phase, path }: Pick<EnginePathCount, 'phase' | 'path'>,
): string | null {
  switch (phase) {
    case 'forward':
      return forwardReason(image, placed, path);
    case 'update':
      return updateReason(image, placed, path);
    case 'gradient':
      return gradientReason(placed, path);
    case 'step':
      return stepReason(image, placed, path);
  }
}
