import type {
  ChipImage,
  LayerImage,
  OptimizerSpec,
} from '../../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../../src/chip/engine.js';
import type { FixedPointFormat } from '../../../../src/numerics/format.js';
import {
  deterministicRoundingModes,
  overflowModes,
  roundingModes,
} from '../../../../src/numerics/modes.js';
import type { Draws } from '../../oracle/draws.js';
import { shippedImage } from '../shipped-image.js';

/*
 * Layers whose optimizer has a state for every weight, and sgd with an η that is no power of two: formats around those of
 * the shipped chip, every mode, decays up to the ends. Inputs are sparse and half of them fall silent, so that rows decay.
 */

const inputCount = 12;
const classCount = 4;
/** Words of delayed errors: samples come again. */
const wordCount = 9;
const networks = ['FC_9_FC_4', 'FC_20_FC_4', 'FC_33_FC_4'] as const;
const bases = networks.map((network) =>
  shippedImage('edge-28nm', { network, inputCount, classCount }),
);
const generators = [
  { widthBits: 16, polynomialMask: 0xd008 },
  { widthBits: 16, polynomialMask: 0xd008 },
  { widthBits: 5, polynomialMask: 0x14 },
  { widthBits: 20, polynomialMask: 0x90000 },
  { widthBits: 32, polynomialMask: 0xa3000000 },
] as const;
const usualDecays = [58_982, 64_881, 65_470, 32_768, 0, 65_535];

function signed(
  draws: Draws,
  bits: readonly [number, number],
  point: readonly [number, number],
): FixedPointFormat {
  return {
    isSigned: true,
    totalBits: draws.integer(...bits),
    fractionBits: draws.integer(...point),
  };
}

function drawFormats(draws: Draws, usual: ChipImage['numerics']['formats']) {
  const gradient = draws.chance(0.4) ? usual.gradient : signed(draws, [8, 32], [6, 24]);
  const momentum = draws.chance(0.5) ? gradient : signed(draws, [8, 32], [2, 24]);
  const secondMoment = draws.chance(0.4)
    ? usual.secondMoment
    : { ...signed(draws, [6, 31], [4, 30]), isSigned: false };
  const weight = draws.chance(0.4)
    ? usual.weight
    : { ...signed(draws, [2, 17], [1, 15]), isSigned: draws.chance(0.8) };
  return { ...usual, gradient, momentum, secondMoment, weight };
}

function drawNumerics(draws: Draws, { formats, overflow, rounding }: ChipImage['numerics']) {
  const saturatesOrWraps = () =>
    draws.chance(0.7) ? ('saturate' as const) : draws.pick(overflowModes);
  return {
    formats: drawFormats(draws, formats),
    overflow: {
      ...overflow,
      weight: saturatesOrWraps(),
      gradient: saturatesOrWraps(),
      momentum: saturatesOrWraps(),
      secondMoment: saturatesOrWraps(),
    },
    rounding: {
      ...rounding,
      weight: draws.chance(0.4) ? ('stochastic' as const) : draws.pick(roundingModes),
      gradient: draws.pick(deterministicRoundingModes),
      momentum: draws.pick(deterministicRoundingModes),
      secondMoment: draws.pick(deterministicRoundingModes),
    },
  };
}

function drawOptimizer(draws: Draws): OptimizerSpec {
  const decay = () => (draws.chance(0.7) ? draws.pick(usualDecays) : draws.integer(0, 65_535));
  const epsilonRaw = draws.pick([1, 1, 7, 1000]);
  switch (draws.pick(['sgd', 'momentum', 'momentum', 'rmsprop', 'adam', 'adam'] as const)) {
    case 'sgd':
      return { kind: 'sgd' };
    case 'momentum':
      return { kind: 'momentum', decayRaw: decay(), isNesterov: draws.chance(0.5) };
    case 'rmsprop':
      return { kind: 'rmsprop', decayRaw: decay(), epsilonRaw };
    case 'adam':
      return { kind: 'adam', firstDecayRaw: decay(), secondDecayRaw: decay(), epsilonRaw };
  }
}

function drawFactor(draws: Draws, largestShift: number): LayerImage['learningRate'] {
  if (draws.chance(0.5)) return { kind: 'shift', shiftBits: draws.integer(0, largestShift) };
  const mantissaRaw = draws.integer(32_768, 65_535);
  return { kind: 'factor', mantissaRaw, fractionBits: 16 + draws.integer(0, largestShift) };
}

/** The chip with an η that changes with the error of each sample, down to 0 (docs/spec.md §2.9). */
function withMovingRate(draws: Draws, image: ChipImage): ChipImage {
  const learningRate = {
    kind: 'factor',
    mantissaRaw: draws.pick([200, 40_000]),
    fractionBits: draws.integer(16, 28),
  } as const;
  return {
    ...image,
    rule: {
      kind: 'defp',
      variant: 'movingRate',
      averageShift: draws.integer(0, 2),
      sampleCount: wordCount,
      wordBits: 12,
      delayedErrorsPerWord: 1,
    },
    layers: image.layers.map((layer) => ({ ...layer, learningRate })),
  };
}

/** A chip whose layers learn in steps, drawn. */
export function stateImage(draws: Draws): ChipImage {
  const base = draws.pick(bases);
  const generator = draws.pick(generators);
  const numerics = drawNumerics(draws, base.numerics);
  const optimizer = drawOptimizer(draws);
  const isScaled = optimizer.kind === 'rmsprop' || optimizer.kind === 'adam';
  const laneCount = draws.pick([1, 3, 8, 16, 16, 24, 40]);
  const largestSeed = 2 ** generator.widthBits - 1;
  const layers = base.layers.map((layer): LayerImage => ({
    ...layer,
    weightsRaw: layer.weightsRaw.map(() => draws.raw(numerics.formats.weight, true)),
    learningRate: drawFactor(draws, 12),
    gradientScale:
      isScaled && draws.chance(0.4) ? drawFactor(draws, 6) : { kind: 'shift', shiftBits: 0 },
    laneSeeds: Uint32Array.from({ length: laneCount }, () => draws.integer(1, largestSeed)),
    organisation: {
      ...layer.organisation,
      learningLaneCount: laneCount,
      hasWordWriteGating: draws.chance(0.3),
    },
  }));
  const batchSize = optimizer.kind === 'sgd' ? draws.integer(2, 4) : draws.integer(1, 3);
  const image = { ...base, generator, numerics, optimizer, batchSize, layers };
  return batchSize === 1 && draws.chance(0.3) ? withMovingRate(draws, image) : image;
}

/** Samples of mostly zeros; after the first eight, inputs of the upper half are 0. */
export function sparseSamples(draws: Draws, sampleCount: number): SampleBatch {
  const inputsRaw = Int32Array.from({ length: sampleCount * inputCount }, (_, place) => {
    const isSilent = place >= 8 * inputCount && place % inputCount >= inputCount / 2;
    return isSilent || draws.chance(0.6) ? 0 : draws.integer(1, 255);
  });
  const labels = Uint8Array.from({ length: sampleCount }, () => draws.integer(0, classCount - 1));
  const sampleIndices = Uint32Array.from(
    { length: sampleCount },
    (_, sample) => sample % wordCount,
  );
  return { inputsRaw, labels, sampleIndices };
}
