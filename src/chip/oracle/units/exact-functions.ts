/*
 * Real functions, correctly rounded: what exact images are made of (docs/spec.md §2.12, §2.13). All of it is done with
 * mathjs bignumbers, with as many digits as it takes for the rounding to be certain.
 */
import type { BigNumber } from 'mathjs';
import type { TabulatedFunction } from '../../../numerics/function-table.js';
import { elementAt } from '../../../numerics/integer.js';
import { createMath } from '../../../units/mathjs.js';

/** Digits tried first; doubled until the rounding is certain. */
const firstDigits = 40;
/** Every approximation below errs by less than 10^(slackDigits − digits), in values of at most 1. */
const slackDigits = 4;
/** Beyond it both functions are within 2^−57 of their limits; formats have at most 48 fraction bits. */
const farArgument = 40n;

/** Bits of an exponent that are looked up at once. */
const chunkBits = 8n;

/** Arithmetic with a certain number of decimal digits. */
class Calculator {
  readonly digits: number;
  readonly #math;
  /** Powers of e already worked out, by exponent. */
  readonly #powers = new Map<string, BigNumber>();

  constructor(digits: number) {
    this.digits = digits;
    this.#math = createMath({ number: 'BigNumber', precision: digits });
  }

  /** value · 2^−fractionBits, to `digits` digits. */
  real(raw: bigint, fractionBits: number): BigNumber {
    return this.number(raw.toString()).times(this.number('2').pow(-fractionBits));
  }

  /**
   * e^(raw · 2^−fractionBits): the product of the powers of its bytes, because a series for every argument took most of
   * the time of chips with exact functions. The exponents that occur have at most eight bytes.
   */
  exp(raw: bigint, fractionBits: number): BigNumber {
    const sign = raw < 0n ? -1n : 1n;
    let product = this.number('1');
    let bits = -fractionBits;
    for (let rest = raw * sign; rest > 0n; rest >>= chunkBits) {
      const chunk = rest & ((1n << chunkBits) - 1n);
      if (chunk > 0n) product = product.times(this.#power(sign * chunk, -bits));
      bits += Number(chunkBits);
    }
    return product;
  }

  #power(raw: bigint, fractionBits: number): BigNumber {
    const name = `${raw}/${fractionBits}`;
    const power = this.#powers.get(name) ?? this.#math.exp(this.real(raw, fractionBits));
    this.#powers.set(name, power);
    return power;
  }

  number(decimal: string): BigNumber {
    return this.#math.bignumber(decimal);
  }
}

const calculators = new Map<number, Calculator>();

function calculatorOf(digits: number): Calculator {
  const known = calculators.get(digits) ?? new Calculator(digits);
  calculators.set(digits, known);
  return known;
}

/** The nearest integer, half away from zero (decimal.js rounding mode 4). */
function nearestInteger(value: BigNumber): bigint {
  return BigInt(value.toDecimalPlaces(0, 4).toFixed(0));
}

/** A value of at most 1, raw with `fractionBits` fraction bits; it must be no tie, or no number of digits decides. */
function correctlyRounded(
  approximate: (calculator: Calculator) => BigNumber,
  fractionBits: number,
): bigint {
  for (let digits = firstDigits; ; digits *= 2) {
    const calculator = calculatorOf(digits);
    const scale = calculator.real(1n, -fractionBits);
    const value = approximate(calculator);
    const error = calculator.number(`1e${slackDigits - digits}`);
    const lowest = nearestInteger(value.minus(error).times(scale));
    if (lowest === nearestInteger(value.plus(error).times(scale))) return lowest;
  }
}

/** 1 / (1 + e^−x), x = raw · 2^−fractionBits. */
function sigmoid(calculator: Calculator, raw: bigint, fractionBits: number): BigNumber {
  const one = calculator.number('1');
  return one.dividedBy(one.plus(calculator.exp(-raw, fractionBits)));
}

/**
 * tanh or sigmoid of `argumentRaw` · 2^−argumentFractionBits, rounded half away from zero to `fractionBits` ≥ 0.
 * Their values at arguments other than 0 are transcendental, so none is a tie.
 */
export function exactActivation(
  name: TabulatedFunction,
  argumentRaw: bigint,
  argumentFractionBits: number,
  fractionBits: number,
): bigint {
  const one = 1n << BigInt(fractionBits);
  const isTanh = name === 'tanh';
  // sigmoid(0) = ½, half away from zero where the format has no half.
  if (argumentRaw === 0n) return isTanh ? 0n : (one + 1n) >> 1n;
  const far = argumentFractionBits < 0 ? farArgument : farArgument << BigInt(argumentFractionBits);
  if (argumentRaw > far) return one;
  if (argumentRaw < -far) return isTanh ? -one : 0n;
  return correctlyRounded(
    (calculator) =>
      // tanh x = 2·sigmoid(2x) − 1.
      isTanh
        ? sigmoid(calculator, 2n * argumentRaw, argumentFractionBits)
            .times(2)
            .minus(1)
        : sigmoid(calculator, argumentRaw, argumentFractionBits),
    fractionBits,
  );
}

/**
 * Softmax of values raw with `valueFractionBits`, rounded to `fractionBits`, shape (values). The p of different values
 * are transcendental, those of equal ones 1/C, which is no tie either.
 */
export function exactSoftmax(
  valuesRaw: readonly bigint[],
  valueFractionBits: number,
  fractionBits: number,
): bigint[] {
  const largest = valuesRaw.reduce((most, value) => (value > most ? value : most));
  const powersByDigits = new Map<number, readonly BigNumber[]>();
  const powersOf = (calculator: Calculator): readonly BigNumber[] => {
    const known =
      powersByDigits.get(calculator.digits) ??
      valuesRaw.map((raw) => calculator.exp(raw - largest, valueFractionBits));
    powersByDigits.set(calculator.digits, known);
    return known;
  };
  return valuesRaw.map((_, index) =>
    correctlyRounded((calculator) => {
      const powers = powersOf(calculator);
      const sum = powers.reduce((total, power) => total.plus(power));
      return elementAt(powers, index, 'powers').dividedBy(sum);
    }, fractionBits),
  );
}

/** 2^scaleBits · e^(−step · 2^−stepFractionBits), rounded to the nearest integer; step ≥ 0. */
export function exactDecay(step: number, stepFractionBits: number, scaleBits: number): bigint {
  // e^0 is exactly 1; every other power is transcendental.
  return correctlyRounded(
    (calculator) => calculator.exp(-BigInt(step), stepFractionBits),
    scaleBits,
  );
}
