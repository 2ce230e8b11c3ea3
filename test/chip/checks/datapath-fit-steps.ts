import type { ChipImage, LayerImage } from '../../../src/chip/image/chip-image.js';
import type { LearningRateFactor } from '../../../src/numerics/learning-rate.js';
import {
  canMove,
  canSubtract,
  fits,
  moved,
  product,
  type Span,
  spanOf,
  sum,
  sumOf,
} from '../oracle/span.js';

/** β and 1 − β. */
const decay: Span = { lowest: 0n, highest: 65536n, fractionBits: 16 };
/** n/(√V + ε). */
const ratio: Span = { lowest: -(1n << 31n), highest: (1n << 31n) - 1n, fractionBits: 16 };

function timesRate(span: Span, rate: LearningRateFactor): Span {
  if (rate.kind === 'shift') return { ...span, fractionBits: span.fractionBits + rate.shiftBits };
  const { mantissaRaw, fractionBits } = rate;
  return product(span, { lowest: 0n, highest: BigInt(mantissaRaw), fractionBits });
}

/** Whether a sum at full width fits, and can be rounded to `fractionBits`. */
function canAdd(left: Span, right: Span, fractionBits: number): boolean {
  const total = sum(left, right);
  return total !== null && canMove(total, fractionBits);
}

/** G + p, p rounded before. */
function canAccumulate(gradient: Span, addend: Span): boolean {
  const { fractionBits } = gradient;
  return canMove(addend, fractionBits) && sum(gradient, moved(addend, fractionBits)) !== null;
}

/** r = 1/(1 − β) of the first step, 16 fraction bits: the largest. */
function correction(decayRaw: number): Span {
  const rest = 65536n - BigInt(decayRaw);
  return { lowest: 0n, highest: ((1n << 33n) + rest) / (2n * rest), fractionBits: 16 };
}

function rootOf(value: bigint): bigint {
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root -= 1n;
  while ((root + 1n) * (root + 1n) <= value) root += 1n;
  return root;
}

/** n·2^(16 + F_q − F_n)/(√V + E): dividend, divisor, and what rounding adds. */
function canDivide(numerator: Span, square: Span, epsilonRaw: number): boolean {
  const isOdd = Math.abs(square.fractionBits % 2) === 1;
  const even = isOdd ? 2n * square.highest : square.highest;
  const rootFraction = (square.fractionBits + (isOdd ? 1 : 0)) / 2;
  const gained = 16 + rootFraction - numerator.fractionBits;
  if (gained < 0 || gained > 62) return false;
  const divisor = rootOf(even) + BigInt(epsilonRaw);
  const half = divisor / 2n;
  const [lowest, highest] = [numerator.lowest, numerator.highest].map(
    (raw) => raw << BigInt(gained),
  );
  return [even, divisor, (lowest ?? 0n) - half, (highest ?? 0n) + half, lowest ?? 0n].every((raw) =>
    fits({ lowest: raw, highest: raw, fractionBits: 0 }),
  );
}

function secondMomentFits(layer: LayerImage, gradient: Span, secondMoment: Span): boolean {
  const part = product(secondMoment, decay);
  return (
    canMove(timesRate(gradient, layer.gradientScale), gradient.fractionBits) &&
    canMove(product(gradient, gradient), secondMoment.fractionBits) &&
    canAdd(part, part, secondMoment.fractionBits)
  );
}

/** What η is multiplied with; null where the optimizer does not fit. */
function direction(layer: LayerImage, { optimizer, numerics }: ChipImage): Span | null {
  const gradient = spanOf(numerics.formats.gradient);
  const momentum = spanOf(numerics.formats.momentum);
  const secondMoment = spanOf(numerics.formats.secondMoment);
  const { fractionBits } = momentum;
  switch (optimizer.kind) {
    case 'sgd':
      return gradient;
    case 'momentum':
      return canAdd(product(momentum, decay), gradient, fractionBits) ? momentum : null;
    case 'rmsprop':
      return secondMomentFits(layer, gradient, secondMoment) &&
        canDivide(gradient, secondMoment, optimizer.epsilonRaw)
        ? ratio
        : null;
    case 'adam': {
      const mean = product(momentum, correction(optimizer.firstDecayRaw));
      const square = product(secondMoment, correction(optimizer.secondDecayRaw));
      return secondMomentFits(layer, gradient, secondMoment) &&
        canAdd(product(momentum, decay), product(gradient, decay), fractionBits) &&
        canMove(mean, fractionBits) &&
        canDivide(moved(mean, fractionBits), square, optimizer.epsilonRaw)
        ? ratio
        : null;
    }
  }
}

/** Whether what docs/spec.md §2.11 calculates in a layer keeps to §2.4. */
export function stepsFit(layer: LayerImage, image: ChipImage): boolean {
  const { formats } = image.numerics;
  const delta = spanOf(formats.delta);
  const gradient = spanOf(formats.gradient);
  const positionCount =
    layer.convolution === null ? 1 : layer.convolution.mapShape[1] * layer.convolution.mapShape[2];
  const step = direction(layer, image);
  const change = step === null ? null : timesRate(step, layer.learningRate);
  return (
    canAccumulate(gradient, product(delta, spanOf(layer.inputFormat))) &&
    canAccumulate(gradient, sumOf(positionCount, delta)) &&
    change !== null &&
    fits(change) &&
    canSubtract(spanOf(formats.weight), change) &&
    canSubtract(spanOf(formats.bias), change)
  );
}
