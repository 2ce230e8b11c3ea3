import { InputError } from '../../units/input-error.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import { nameOfLayer } from '../image/layer-name.js';
import {
  keepsDelayedErrors,
  keptErrorBits,
  scalesRates,
  skipThresholdOf,
} from '../image/learning-layers.js';
import { isAveraged } from '../../network/defp-variants.js';
import { ratioGainedBits } from '../image/optimizer-formats.js';
import { errorFractionBits } from '../image/output-error.js';
import { checkParts } from './parts-check.js';
import { checkSchedules } from './schedule-check.js';

/** The largest decay: a 16-bit fraction below 1 (docs/spec.md §2.11). */
const largestDecay = 65535;
/** Of ε and the batch size, which engines keep in 32-bit registers. */
const largestParameter = 0x7fff_ffff;
/** n of an average by shifts, and bits of its sum (docs/spec.md §2.9). */
export const largestAverageShift = 8;
const largestSumBits = 31;

function isParameter(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= largestParameter;
}

function checkDecay(name: string, raw: number): void {
  if (Number.isInteger(raw) && raw >= 0 && raw <= largestDecay) return;
  throw new InputError(
    `optimizer: ${name} of ${raw}/65536 is not possible; decays are 16-bit fractions, 0 to ${largestDecay}`,
  );
}

function checkEpsilon(epsilonRaw: number): void {
  if (isParameter(epsilonRaw)) return;
  throw new InputError(
    `optimizer: ε of ${epsilonRaw} steps of the root is not possible; it is a whole number from 1, so that no division is by 0, to ${largestParameter}`,
  );
}

/** @throws InputError where decays, ε or the fraction bits of the ratio are impossible (docs/spec.md §2.11). */
function checkOptimizer({ optimizer, numerics }: ChipImage): void {
  const { gradient, momentum, secondMoment } = numerics.formats;
  switch (optimizer.kind) {
    case 'sgd':
      return;
    case 'momentum':
      checkDecay('β', optimizer.decayRaw);
      return;
    case 'rmsprop':
      checkDecay('β', optimizer.decayRaw);
      checkEpsilon(optimizer.epsilonRaw);
      checkRatio('gradient', gradient.fractionBits, secondMoment.fractionBits);
      return;
    case 'adam':
      checkDecay('β₁', optimizer.firstDecayRaw);
      checkDecay('β₂', optimizer.secondDecayRaw);
      checkEpsilon(optimizer.epsilonRaw);
      checkRatio('momentum', momentum.fractionBits, secondMoment.fractionBits + 16);
  }
}

/** `squareFractionBits`: f of V. */
function checkRatio(
  tensor: 'gradient' | 'momentum',
  numeratorFractionBits: number,
  squareFractionBits: number,
): void {
  const gainedBits = ratioGainedBits(numeratorFractionBits, squareFractionBits);
  if (gainedBits >= 0) return;
  throw new InputError(
    `optimizer: ${tensor} has ${-gainedBits} fraction bits too many for its ratio to the root of secondMoment, which has 16; give ${tensor} fewer or secondMoment more`,
  );
}

function checkLayer(layer: LayerImage, { loss, isExact }: ChipImage): void {
  const { activationUnit, isOutput, convolution } = layer;
  const where = nameOfLayer(layer);
  if (activationUnit.kind === 'exact' && !isExact) {
    throw new InputError(
      `${where}: an exact ${activationUnit.function} needs an exact image; use a table, or make the image exact`,
    );
  }
  if (!isOutput) return;
  if (loss === 'bce' && activationUnit.function !== 'sigmoid') {
    throw new InputError(
      `${where}: loss bce needs sigmoid outputs, not ${activationUnit.function}; use sigmoid, or loss mse or ce`,
    );
  }
  if (convolution !== null) {
    throw new InputError(
      `${where}: the output layer is a convolution, and the chip has no error signal for one; end with a fully-connected layer`,
    );
  }
}

/** @throws InputError where a threshold is none that a fraction of 1 can have (docs/spec.md §2.15). */
function checkUpdateSkip(image: ChipImage): void {
  const threshold = skipThresholdOf(image);
  if (threshold === null) return;
  const { loss, isExact, numerics } = image;
  const bits = errorFractionBits({ loss, isExact, output: numerics.formats.output });
  const largest = 1n << BigInt(bits);
  if (Number.isInteger(threshold) && threshold >= 1 && BigInt(threshold) <= largest) return;
  throw new InputError(
    `updateSkip: a threshold of ${threshold} steps of e, which has ${bits} fraction bits, is not possible; use a whole number from 1 to ${largest}`,
  );
}

/** @throws InputError where one delayed error for all samples cannot be kept, or cannot scale η (docs/spec.md §2.9). */
function checkLastErrors({ rule, batchSize, layers, numerics }: ChipImage): void {
  if (!keepsDelayedErrors(rule)) return;
  const { averageShift = 0, variant } = rule;
  const isPossible = Number.isInteger(averageShift) && averageShift >= 0;
  if (!isPossible || averageShift > (isAveraged(variant) ? largestAverageShift : 0)) {
    throw new InputError(
      `rule defp, variant ${variant}: an average shift of ${averageShift} is not possible; it is 0 to ${largestAverageShift} with movingAverage and movingRate, else 0`,
    );
  }
  const bits = keptErrorBits(rule, numerics.formats.delayedError);
  if (averageShift > 0 && bits > largestSumBits) {
    throw new InputError(
      `rule defp, variant ${variant}: the sum of the average has ${bits} bits, its register at most ${largestSumBits}; use a narrower delayedError or a smaller shift`,
    );
  }
  if (!scalesRates(rule)) return;
  if (batchSize > 1) {
    throw new InputError(
      `rule defp, variant movingRate: a batch of ${batchSize} samples has no error of its own to scale η by; use batches of 1`,
    );
  }
  const shifted = layers.find(({ learningRate }) => learningRate.kind === 'shift');
  if (shifted === undefined) return;
  throw new InputError(
    `rule defp, variant movingRate: η of ${nameOfLayer(shifted)} is a shift, which nothing can scale; give it as a mantissa`,
  );
}

/** @throws InputError where settings of an image do not fit each other (docs/spec.md §2.11 to §2.13, §5.1, §7). */
export function checkSettings(image: ChipImage): void {
  const { batchSize } = image;
  if (!isParameter(batchSize)) {
    throw new InputError(
      `batchSize: a step after ${batchSize} training samples is not possible; use a whole number from 1 to ${largestParameter}`,
    );
  }
  checkOptimizer(image);
  checkUpdateSkip(image);
  checkLastErrors(image);
  checkParts(image);
  checkSchedules(image);
  for (const layer of image.layers) checkLayer(layer, image);
}
