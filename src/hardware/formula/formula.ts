import type { MathJsInstance, MathNode } from 'mathjs';
import { sharedMath } from '../../units/mathjs.js';
import { Kept } from '../../units/kept.js';
import { suggestion } from '../../units/nearest-name.js';
import { allUnits } from '../../units/quantity.js';
import {
  combineDimensions,
  dimensionless,
  isSameDimension,
  oneUnit,
  type PhysicalValue,
  plain,
  printDimension,
  raiseDimension,
} from './physical-value.js';
import { type PlainNode, readPlainFormula } from './plain-formula.js';

/** A function that formulas may call; it checks its own arguments and throws RangeError sentences. */
export type FormulaFunction = (values: readonly PhysicalValue[]) => PhysicalValue;

/** The names a formula may use, beside units. Nothing else exists for it. */
export interface FormulaScope {
  readonly variables: ReadonlyMap<string, PhysicalValue>;
  readonly functions: ReadonlyMap<string, FormulaFunction>;
}

export const longestFormula = 400;
export const deepestFormula = 24;

/**
 * A formula of a price, e.g. `0.2 pJ * (bits / 8)^2`. mathjs only parses it; the tree is compiled here, and what is not a
 * number, a unit, a listed variable, a listed function, parentheses or + − * / ^ is refused.
 */
export interface Formula {
  readonly text: string;
  /** Units, variables and functions that it names. */
  readonly names: ReadonlySet<string>;
  /** @throws RangeError, a sentence about the part that cannot be computed. */
  readonly evaluate: (scope: FormulaScope) => PhysicalValue;
}

function listed(names: Iterable<string>): string {
  return [...names].sort().join(', ');
}

/** A part of a formula, for a sentence about it. */
type Printed = Pick<MathNode | string, 'toString'>;

function additive(
  sign: 1 | -1,
  left: PhysicalValue,
  right: PhysicalValue,
  node: Printed,
): PhysicalValue {
  if (!isSameDimension(left.dimension, right.dimension)) {
    throw new RangeError(
      `"${node.toString()}" adds ${printDimension(left.dimension)} and ${printDimension(right.dimension)}; both sides need the same unit`,
    );
  }
  return { value: left.value + sign * right.value, dimension: left.dimension };
}

function power(base: PhysicalValue, exponent: PhysicalValue, node: Printed): PhysicalValue {
  if (!isSameDimension(exponent.dimension, dimensionless)) {
    throw new RangeError(
      `"${node.toString()}" has an exponent in ${printDimension(exponent.dimension)}; exponents are numbers`,
    );
  }
  return {
    value: Math.pow(base.value, exponent.value),
    dimension: raiseDimension(base.dimension, exponent.value),
  };
}

function applyOperator(
  operator: string,
  operands: readonly PhysicalValue[],
  node: Printed,
): PhysicalValue {
  const [left, right] = operands;
  if (left === undefined) throw new RangeError(`"${node.toString()}" lacks an operand`);
  if (right === undefined) {
    if (operator === '-') return { value: -left.value, dimension: left.dimension };
    if (operator === '+') return left;
  } else {
    if (operator === '+') return additive(1, left, right, node);
    if (operator === '-') return additive(-1, left, right, node);
    if (operator === '^') return power(left, right, node);
    if (operator === '*') {
      const dimension = combineDimensions(left.dimension, right.dimension, 1);
      return { value: left.value * right.value, dimension };
    }
    if (operator === '/') {
      const dimension = combineDimensions(left.dimension, right.dimension, -1);
      return { value: left.value / right.value, dimension };
    }
  }
  throw new RangeError(`"${node.toString()}" uses ${operator}; allowed operators are + - * / ^`);
}

/** Computes a part of a formula. @throws RangeError */
type Computation = (scope: FormulaScope) => PhysicalValue;

function refused(sentence: () => string): Computation {
  return () => {
    throw new RangeError(sentence());
  };
}

/** A variable, or else a unit of this name. */
function symbol(name: string): Computation {
  const unit = oneUnit(name);
  return ({ variables }) => {
    const value = variables.get(name) ?? unit;
    if (value !== null) return value;
    const names = [...variables.keys()];
    throw new RangeError(
      `"${name}" is neither a unit nor a variable here; variables here are ${listed(names)}; units are ${allUnits()}${suggestion(name, names)}`,
    );
  };
}

function call(name: string, operands: readonly Computation[]): Computation {
  return (scope) => {
    const called = scope.functions.get(name);
    if (called === undefined) {
      throw new RangeError(
        `"${name}" is not a function of formulas; allowed are ${listed(scope.functions.keys())}`,
      );
    }
    return called(operands.map((operand) => operand(scope)));
  };
}

/** The tree as functions: a formula is read once and computed for hundreds of widths. */
function compile(math: MathJsInstance, node: MathNode, depth = 0): Computation {
  if (depth > deepestFormula) {
    return refused(() => `the formula is nested deeper than ${deepestFormula} levels; simplify it`);
  }
  if (math.isParenthesisNode(node)) return compile(math, node.content, depth + 1);
  if (math.isSymbolNode(node)) return symbol(node.name);
  if (math.isConstantNode(node)) {
    const value: unknown = node.value;
    if (typeof value === 'number' && Number.isFinite(value)) {
      const constant = plain(value);
      return () => constant;
    }
    return refused(() => `${node.toString()} is not a finite number; formulas know numbers only`);
  }
  if (math.isOperatorNode(node)) {
    const operands = node.args.map((argument) => compile(math, argument, depth + 1));
    return (scope) =>
      applyOperator(
        node.op,
        operands.map((operand) => operand(scope)),
        node,
      );
  }
  if (math.isFunctionNode(node) && math.isSymbolNode(node.fn)) {
    const operands = node.args.map((argument) => compile(math, argument, depth + 1));
    return call(node.fn.name, operands);
  }
  return refused(
    () =>
      `"${node.toString()}" is not allowed; formulas consist of numbers, units, variables, listed functions, ( ) and + - * / ^`,
  );
}

/** The same of a tree that mathjs did not make. Its errors are worded by mathjs. */
function compilePlain(node: PlainNode, names: Set<string>): Computation {
  if (node.kind === 'number') {
    const constant = plain(node.value);
    return () => constant;
  }
  if (node.kind !== 'operator') names.add(node.name);
  if (node.kind === 'name') return symbol(node.name);
  const operands = node.operands.map((operand) => compilePlain(operand, names));
  if (node.kind === 'call') return call(node.name, operands);
  return (scope) =>
    applyOperator(
      node.operator,
      operands.map((operand) => operand(scope)),
      node.operator,
    );
}

interface Compiled {
  readonly names: ReadonlySet<string>;
  readonly compute: Computation;
}

/** A formula as mathjs reads it. @throws RangeError where it is not an expression */
function parsed(text: string): Compiled {
  const math = sharedMath();
  let root: MathNode;
  try {
    root = math.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RangeError(`"${text}" is not a formula: ${error.message}`, { cause: error });
  }
  const names = root.filter((node) => math.isSymbolNode(node)).map((node) => node.toString());
  return { names: new Set(names), compute: compile(math, root) };
}

/** A plain formula; what it cannot compute is told in the words of mathjs. Null: it is none. */
function parsedPlain(text: string): Compiled | null {
  const root = readPlainFormula(text, deepestFormula);
  if (root === null) return null;
  const names = new Set<string>();
  const computePlain = compilePlain(root, names);
  const compute: Computation = (scope) => {
    try {
      return computePlain(scope);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return parsed(text).compute(scope);
    }
  };
  return { names, compute };
}

/** Formulas as they were read last: a technology has some 150, most of them more than once. */
const kept = new Kept<Compiled>(500);

/**
 * Parses a formula; nothing is computed yet.
 * @throws RangeError, a sentence: too long, or not an expression.
 */
export function parseFormula(text: string): Formula {
  if (text.length > longestFormula) {
    throw new RangeError(
      `the formula has ${text.length} characters; shorten it to ${longestFormula}`,
    );
  }
  const { names, compute } = kept.get(text, () => parsedPlain(text) ?? parsed(text));
  return {
    text,
    names,
    evaluate: (scope) => {
      const result = compute(scope);
      if (!Number.isFinite(result.value)) {
        throw new RangeError(`"${text}" has no finite value: a division by 0 or an overflow`);
      }
      return result;
    },
  };
}
