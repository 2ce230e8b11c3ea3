import {
  type Dimension,
  dimensionless,
  isSameDimension,
  type PhysicalValue,
  plain,
  printDimension,
} from './physical-value.js';
import type { FormulaFunction } from './formula.js';

/** The raw numbers of the arguments. @throws RangeError unless there are as many as `dimensions`, each of its dimension. */
export function argumentsOf(
  name: string,
  values: readonly PhysicalValue[],
  dimensions: readonly Dimension[],
): readonly number[] {
  if (values.length !== dimensions.length) {
    throw new RangeError(
      `${name} takes ${dimensions.length} arguments, ${values.length} are given`,
    );
  }
  return values.map(({ value, dimension }, index) => {
    const wanted = dimensions[index] ?? dimensionless;
    if (!isSameDimension(dimension, wanted)) {
      throw new RangeError(
        `${name}: argument ${index + 1} is in ${printDimension(dimension)}, it must be in ${printDimension(wanted)}`,
      );
    }
    return value;
  });
}

function ofNumber(name: string, compute: (value: number) => number): [string, FormulaFunction] {
  return [
    name,
    (values) => {
      const [value = NaN] = argumentsOf(name, values, [dimensionless]);
      return plain(compute(value));
    },
  ];
}

function extreme(name: string, choose: (...values: number[]) => number): [string, FormulaFunction] {
  return [
    name,
    (values) => {
      const [first] = values;
      if (first === undefined) throw new RangeError(`${name} takes at least one argument`);
      const raw = argumentsOf(
        name,
        values,
        values.map(() => first.dimension),
      );
      return { value: choose(...raw), dimension: first.dimension };
    },
  ];
}

/** Functions that every formula may call. */
export const generalFunctions: readonly (readonly [string, FormulaFunction])[] = [
  ofNumber('sqrt', Math.sqrt),
  ofNumber('log2', Math.log2),
  ofNumber('ceil', Math.ceil),
  extreme('min', Math.min),
  extreme('max', Math.max),
];
