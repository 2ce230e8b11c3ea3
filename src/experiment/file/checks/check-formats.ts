import { defpOf } from '../training-schema.js';
import type { ChipNumerics } from '../../../chip/image/chip-image.js';
import type { ActivationName, NetworkTopology } from '../../../network/topology.js';
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
  if (
    (variant === 'loss' || variant === 'lastLoss') &&
    training.loss === 'bce' &&
    reach(format).highest <= 1
  ) {
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

function activationProblem(
  { layers }: NetworkTopology,
  { formats }: ChipNumerics,
): FormatProblem | null {
  for (const [index, { activation }] of layers.entries()) {
    const isOutput = index === layers.length - 1;
    const tensor = isOutput ? 'output' : 'activation';
    const format = formats[tensor];
    const image = imageOf(activation);
    // An unsigned format for an f with negative values is refused where the unit is made.
    if (image === null || (image[0] < 0 && !format.isSigned)) continue;
    const { lowest, highest } = reach(format);
    if (lowest <= image[0] && highest >= image[1]) continue;
    const fitting = formatReaching(1, format.totalBits, format.isSigned);
    return {
      key: ['precision', tensor],
      sentence: `${printFormat(format)} ends at ${highest}, but ${activation} of layer ${index + 1} reaches ${image[1]}: the chip would compute another function than the reference; use ${fitting}`,
    };
  }
  return null;
}

/** @throws InputError at the key to change. */
export function checkFormats(
  read: StrictYaml<Experiment>,
  topology: NetworkTopology,
  numerics: ChipNumerics,
): void {
  const problem =
    delayedErrorProblem(read.value, numerics) ?? activationProblem(topology, numerics);
  if (problem !== null) throw read.problem(problem.key, problem.sentence);
}
