import { type ChipNumerics, type TensorName, tensorNames } from '../../../chip/image/chip-image.js';
import type { ActivationName, NetworkTopology } from '../../../network/topology.js';
import { type FixedPointFormat, printFormat } from '../../../numerics/format.js';
import { usesTensor } from '../../run/fixed-point-record.js';
import type { PreparedExperiment } from '../../file/prepare-experiment.js';
import type { Settings } from '../sweep-schema.js';

/* What "wide" means (docs/formats.md): the rows of an attribution, and the settings that widen each. */

/** Something of the arithmetic that may cost accuracy. */
export interface Factor {
  /** Name of a tensor, or `initial values`, `table`, `rounding`. */
  readonly name: string;
  /** As the experiment has it. */
  readonly own: string;
  /** What it is widened to; null: it has no wider form. */
  readonly wide: string | null;
  /** Settings with which it is wide. */
  readonly widened: Settings;
  /** Settings with which it stays as it is where weights are wide. */
  readonly kept: Settings;
  /** Why the chip cannot have it wide; null: it can, or it has no wider form. */
  readonly problem: string | null;
}

/** Bits of a wide tensor: memory, events and datapath of the shipped chips hold them (docs/spec.md §2.4). */
const wideBits: Readonly<Record<TensorName, number>> = {
  input: 16,
  weight: 16,
  bias: 32,
  accumulator: 48,
  activation: 16,
  output: 16,
  delta: 24,
  feedback: 16,
  update: 32,
  delayedError: 16,
  gradient: 32,
  momentum: 32,
  secondMoment: 31,
};

/** Bits of range that a wide tensor has more than the own format: 8 times as far. */
const moreRangeBits = 3;
/** h, y and their f′ have no more fraction bits (docs/spec.md §2.4). */
const mostOutputFractionBits = 16;

/** Whether no value of the functions leaves ±1: more range would be left idle. */
function isBounded(activations: readonly ActivationName[]): boolean {
  return activations.every((activation) => activation === 'tanh' || activation === 'sigmoid');
}

/**
 * The wide form of a format: 8 times its range, the range of f for h and y of bounded functions, and all other bits
 * fraction. Null where that has no more fraction bits than the format itself.
 */
export function wideFormat(
  tensor: TensorName,
  own: FixedPointFormat,
  { layers }: NetworkTopology,
): FixedPointFormat | null {
  const rangeBits = own.totalBits - own.fractionBits;
  const isValue = tensor === 'activation' || tensor === 'output';
  const layersOf = tensor === 'output' ? layers.slice(-1) : layers.slice(0, -1);
  const keepsRange = isValue && isBounded(layersOf.map(({ activation }) => activation));
  const wideRangeBits = keepsRange ? rangeBits : rangeBits + moreRangeBits;
  const fitting = wideBits[tensor] - wideRangeBits;
  const fractionBits = isValue ? Math.min(fitting, mostOutputFractionBits) : fitting;
  if (fractionBits <= own.fractionBits) return null;
  return { isSigned: own.isSigned, totalBits: fractionBits + wideRangeBits, fractionBits };
}

function tensorFactor(
  tensor: TensorName,
  { topology, placement }: PreparedExperiment,
): Factor | null {
  const { image } = placement;
  if (!usesTensor(image, tensor)) return null;
  const own = image.numerics.formats[tensor];
  const wide = wideFormat(tensor, own, topology);
  const text = wide === null ? null : printFormat(wide);
  return {
    name: tensor,
    own: printFormat(own),
    wide: text,
    widened: text === null ? {} : { [`precision.${tensor}`]: text },
    kept: {},
    problem: null,
  };
}

/** Start of the weights: as the own format holds it, or as the wide one does. Alone it cannot be wide. */
function initialFactor({ placement }: PreparedExperiment): Factor {
  const own = printFormat(placement.image.numerics.formats.weight);
  return {
    name: 'initial values',
    own,
    wide: null,
    widened: {},
    kept: { 'precision.initialWeights': own },
    problem: null,
  };
}

/** Fraction bits that the input of a wide table has more, and its smallest index. */
const moreTableBits = 8;
const wideIndexBits = 13;

/** Tables of tanh and sigmoid; null: the network has none. */
function tableFactor({ topology, chip }: PreparedExperiment): Factor | null {
  if (!topology.layers.some(({ activation }) => isBounded([activation]))) return null;
  const { inputFormat, indexBits, interpolation } = chip.core.activationTable;
  const { isSigned, totalBits, fractionBits } = inputFormat;
  const wide = {
    input: printFormat({
      isSigned,
      totalBits: Math.min(32, totalBits + moreTableBits),
      fractionBits: fractionBits + Math.min(32 - totalBits, moreTableBits),
    }),
    indexBits: Math.max(indexBits, wideIndexBits),
    interpolation: 'linear',
  };
  const text = (input: string, index: number, between: string) =>
    `${input}, 2^${index}, ${between}`;
  return {
    name: 'table',
    own: text(printFormat(inputFormat), indexBits, interpolation),
    wide: text(wide.input, wide.indexBits, wide.interpolation),
    widened: { 'precision.activationTable': wide },
    kept: {},
    problem: null,
  };
}

/** Rounding without bias: weights and biases stochastically, all else to the nearest. */
function rounding({ rounding: own }: ChipNumerics): Readonly<Record<string, string>> {
  const fixed: readonly string[] = ['activation', 'output', 'delayedError'];
  return Object.fromEntries(
    Object.keys(own)
      .filter((tensor) => !fixed.includes(tensor))
      .map((tensor) => [tensor, /^(weight|bias)$/.test(tensor) ? 'stochastic' : 'nearest']),
  );
}

function roundingFactor({ placement }: PreparedExperiment): Factor {
  const { numerics } = placement.image;
  const wide = rounding(numerics);
  const own: Readonly<Record<string, string>> = numerics.rounding;
  const differing = Object.keys(wide).filter((tensor) => own[tensor] !== wide[tensor]);
  const print = (modes: Readonly<Record<string, string>>) =>
    differing.map((tensor) => `${tensor} ${modes[tensor] ?? ''}`).join(', ');
  const isWide = differing.length === 0;
  return {
    name: 'rounding',
    own: isWide ? 'without bias' : print(own),
    wide: isWide ? null : print(wide),
    widened: isWide ? {} : { 'precision.rounding': wide },
    kept: {},
    problem: null,
  };
}

/** Every row of the attribution of an experiment, in the order of the tensors. */
export function factorsOf(prepared: PreparedExperiment): readonly Factor[] {
  return [
    ...tensorNames.map((tensor) => tensorFactor(tensor, prepared)),
    initialFactor(prepared),
    tableFactor(prepared),
    roundingFactor(prepared),
  ].filter((factor) => factor !== null);
}
