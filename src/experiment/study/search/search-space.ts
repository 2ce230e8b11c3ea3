import type { TensorName } from '../../../chip/image/chip-image.js';
import { type FixedPointFormat, printFormat } from '../../../numerics/format.js';
import type { PreparedExperiment } from '../../file/prepare-experiment.js';
import { learningRateValue } from '../../file/training-schema.js';
import { usesTensor } from '../../run/fixed-point-record.js';
import type { Settings } from '../sweep-schema.js';

/* What a search changes: bits of the tensors that are kept and moved, and η by factors of 2. */

/** A tensor whose bits are searched: sums and updates live in registers and cost no memory. */
export type SearchedTensor = Exclude<
  TensorName,
  'accumulator' | 'update' | 'gradient' | 'momentum' | 'secondMoment'
>;

/** In the order in which they are tried. */
const searched: readonly SearchedTensor[] = [
  'weight',
  'activation',
  'input',
  'output',
  'delta',
  'feedback',
  'bias',
  'delayedError',
];

/** A setting of the search: formats, and η as a power of 2 times that of the experiment. */
export interface Candidate {
  readonly formats: ReadonlyMap<SearchedTensor, FixedPointFormat>;
  readonly rateShift: number;
}

/** Formats of an experiment that are searched, with its own η. */
export function ownCandidate({ placement }: PreparedExperiment): Candidate {
  const { image } = placement;
  const tensors = searched.filter((tensor) => usesTensor(image, tensor));
  return {
    formats: new Map(tensors.map((tensor) => [tensor, image.numerics.formats[tensor]])),
    rateShift: 0,
  };
}

/** Smallest format that holds more than one value beside 0. */
const fewestBits = 2;
/** Widest activation and output (docs/spec.md §2.4). */
const mostOutputBits = 16;

function mayBe(tensor: SearchedTensor, { totalBits, fractionBits }: FixedPointFormat): boolean {
  if (totalBits < fewestBits) return false;
  const isValue = tensor === 'activation' || tensor === 'output';
  return !isValue || (fractionBits >= 0 && totalBits <= mostOutputBits);
}

/** The candidate with these bits taken from the fraction of a tensor, whose range stays; null: there is no such format. */
export function narrowed(
  candidate: Candidate,
  tensor: SearchedTensor,
  bits: number,
): Candidate | null {
  const own = candidate.formats.get(tensor);
  if (own === undefined) return null;
  const format = {
    ...own,
    totalBits: own.totalBits - bits,
    fractionBits: own.fractionBits - bits,
  };
  if (!mayBe(tensor, format)) return null;
  return { ...candidate, formats: new Map([...candidate.formats, [tensor, format]]) };
}

/** The candidate with these bits more in every tensor that can have them. */
export function widened(candidate: Candidate, bits: number): Candidate {
  return [...candidate.formats.keys()].reduce(
    (wider, tensor) => narrowed(wider, tensor, -bits) ?? wider,
    candidate,
  );
}

/** η as a power of two where it is one, which the chip multiplies with by a shift. */
function rateText(rate: number): number | string {
  const power = Math.log2(rate);
  return Number.isInteger(power) ? `2^${String(power)}` : rate;
}

/** η of a candidate, as an experiment writes it. */
export function rateOf(
  { rateShift }: Candidate,
  { experiment }: Pick<PreparedExperiment, 'experiment'>,
): number | string {
  return rateText(learningRateValue(experiment.training.learningRate) * 2 ** rateShift);
}

/** Settings of a candidate: those that differ from the experiment's own. */
export function settingsOfCandidate(candidate: Candidate, prepared: PreparedExperiment): Settings {
  const own = ownCandidate(prepared);
  const formats = [...candidate.formats].flatMap(([tensor, format]) => {
    const [text, before] = [printFormat(format), own.formats.get(tensor)];
    return before !== undefined && printFormat(before) === text
      ? []
      : [[`precision.${tensor}`, text] as const];
  });
  const rate =
    candidate.rateShift === 0
      ? []
      : [['training.learningRate', rateOf(candidate, prepared)] as const];
  return Object.fromEntries([...formats, ...rate]);
}
