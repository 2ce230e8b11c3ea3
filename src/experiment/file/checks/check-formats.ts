import { keepsLoss } from '../../../network/defp-variants.js';
import { defpOf } from '../training-schema.js';
import type { ChipNumerics } from '../../../chip/image/chip-image.js';
import { type ActivationName, type NetworkTopology, spanOf } from '../../../network/topology.js';
import {
  type FixedPointFormat,
  maximumRaw,
  minimumRaw,
  printFormat,
} from '../../../numerics/format.js';
import type { KeyPath, StrictYaml } from '../../../units/strict-yaml.js';
import type { Experiment } from '../experiment-schema.js';

/* Formats in which the rule or f would silently be another one. */

interface FormatProblem {
  readonly key: KeyPath;
  readonly sentence: string;
}

/** Range of a format in real values, one step wider at both ends: what lies there loses no more than its last bit. */
function reach(format: FixedPointFormat): { readonly lowest: number; readonly highest: number } {
  const step = 2 ** -format.fractionBits;
  return {
    lowest: (Number(minimumRaw(format)) - (format.isSigned ? 1 : 0)) * step,
    highest: (Number(maximumRaw(format)) + 1) * step,
  };
}

/** The format of `totalBits` bits with the widest fraction that still reaches `limit`, a power of two. */
function formatReaching(limit: number, totalBits: number, isSigned: boolean): string {
  const magnitudeBits = totalBits - (isSigned ? 1 : 0);
  return printFormat({ isSigned, totalBits, fractionBits: magnitudeBits - Math.log2(limit) });
}

/**
 * A delayed error that its format makes another variant's: without a sign fullVector is `error` bit for bit, and the slope of
 * bce, 1/y ≥ 1, is always the end of a format below 1, which is DRTP.
 */
function delayedErrorProblem(
  { training }: Experiment,
  { formats }: ChipNumerics,
): FormatProblem | null {
  const defp = defpOf(training);
  if (defp === null) return null;
  const key = ['precision', 'delayedError'];
  const { delayedError: format } = formats;
  const { variant } = defp;
  const text = printFormat(format);
  if (variant === 'fullVector' && !format.isSigned) {
    const fitting = formatReaching(1, format.totalBits, true);
    return {
      key,
      sentence: `${text} is unsigned: the errors of the other classes are negative and would all be 0, so variant fullVector would be variant error bit for bit; use a signed format such as ${fitting}, or variant error`,
    };
  }
  if (keepsLoss(variant) && training.loss === 'bce' && reach(format).highest <= 1) {
    const fitting = formatReaching(16, format.totalBits, format.isSigned);
    return {
      key,
      sentence: `${text} ends at ${reach(format).highest}: with loss bce variant ${variant} keeps 1/y, which is never below 1, so every write would saturate and the rule would be drtp; use a format with more range such as ${fitting}, or variant error`,
    };
  }
  return null;
}

/** Range of f; null: without an upper bound. */
function imageOf(activation: ActivationName): readonly [lowest: number, highest: number] | null {
  switch (activation) {
    case 'tanh':
      return [-1, 1];
    case 'sigmoid':
      return [0, 1];
    case 'relu':
    case 'none':
      return null;
  }
}

/** The format with a sign in place of the highest bit of its fraction, for an f whose values are also negative. */
function signedLike(format: FixedPointFormat, activation: ActivationName): string {
  return activation === 'none'
    ? printFormat({ ...format, isSigned: true, fractionBits: format.fractionBits - 1 })
    : formatReaching(1, format.totalBits, true);
}

/** What is wrong with the format of f of one layer, and what to use; null: nothing. */
function unfitFor(
  activation: ActivationName,
  format: FixedPointFormat,
  layer: number,
): string | null {
  const text = printFormat(format);
  const image = imageOf(activation);
  const isNegativeToo = activation === 'none' || (image !== null && image[0] < 0);
  if (isNegativeToo && !format.isSigned) {
    return `${text} is unsigned, but ${activation} of layer ${layer} has negative values too; use a signed format such as ${signedLike(format, activation)}`;
  }
  if (image === null) return null;
  const { lowest, highest } = reach(format);
  if (lowest <= image[0] && highest >= image[1]) return null;
  const fitting = formatReaching(1, format.totalBits, format.isSigned);
  return `${text} ends at ${highest}, but ${activation} of layer ${layer} reaches ${image[1]}: the chip would compute another function than the reference; use ${fitting}`;
}

function activationProblem(
  topology: NetworkTopology,
  { formats }: ChipNumerics,
): FormatProblem | null {
  const { layers } = topology;
  for (const [index, { activation }] of layers.entries()) {
    const tensor = index === layers.length - 1 ? 'output' : 'activation';
    const sentence = unfitFor(activation, formats[tensor], spanOf(topology, index).first);
    if (sentence !== null) return { key: ['precision', tensor], sentence };
  }
  return null;
}

/** A format in which the rule of an experiment or its f would be another one; null: there is none. */
export function formatProblem(
  experiment: Experiment,
  topology: NetworkTopology,
  numerics: ChipNumerics,
): FormatProblem | null {
  return delayedErrorProblem(experiment, numerics) ?? activationProblem(topology, numerics);
}

/** @throws InputError at the key to change. */
export function checkFormats(
  read: StrictYaml<Experiment>,
  topology: NetworkTopology,
  numerics: ChipNumerics,
): void {
  const problem = formatProblem(read.value, topology, numerics);
  if (problem !== null) throw read.problem(problem.key, problem.sentence);
}
