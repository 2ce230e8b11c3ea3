import type {
  ChipImage,
  ChipNumerics,
  CoreOrganisation,
  LayerImage,
} from '../src/chip/chip-image.js';
import { parseFormat } from '../src/numerics/format.js';
import { buildActivationTable } from '../src/numerics/function-table.js';
import { type LfsrSpec, nextState } from '../src/numerics/lfsr.js';

/** x^16 + x^15 + x^13 + x^4 + 1, of maximal length: source of everything seeded here and the chip's generator. */
export const generator: LfsrSpec = { widthBits: 16, polynomialMask: 0xd008 };

const numerics: ChipNumerics = {
  formats: {
    input: parseFormat('u8.8'),
    weight: parseFormat('s8.7'),
    bias: parseFormat('s16.15'),
    accumulator: parseFormat('s32.15'),
    activation: parseFormat('s8.7'),
    output: parseFormat('u8.8'),
    delta: parseFormat('s8.7'),
    feedback: parseFormat('s8.7'),
    update: parseFormat('s16.15'),
  },
  overflow: {
    input: 'saturate',
    weight: 'saturate',
    bias: 'saturate',
    accumulator: 'saturate',
    activation: 'saturate',
    output: 'saturate',
    delta: 'saturate',
    feedback: 'saturate',
    update: 'saturate',
  },
  rounding: {
    input: 'nearest',
    weight: 'stochastic',
    bias: 'nearest',
    accumulator: 'nearest',
    activation: 'nearest',
    output: 'nearest',
    delta: 'nearest',
    feedback: 'nearest',
    update: 'nearest',
  },
};

const organisation: CoreOrganisation = {
  wordBits: { synapses: 64, neurons: 32, bias: 16, feedback: 64, eventBuffer: 18 },
  weightsPerWord: 8,
  accumulatorsPerWord: 1,
  outputsPerWord: 4,
  biasesPerWord: 1,
  feedbacksPerWord: 8,
  accumulate: 'registers',
  hasWordWriteGating: false,
  forwardLaneCount: 16,
  learningLaneCount: 16,
  activationLaneCount: 1,
  pipelineDepthCycles: 3,
  portCount: 1,
};

/** Seeded raw values in ±magnitude: the low bits of successive register states. */
export function seededRaw(count: number, magnitude: number, seed: number): Int32Array {
  let state = seed;
  return Int32Array.from({ length: count }, () => {
    for (let clock = 0; clock < 7; clock += 1) state = nextState(state, generator);
    return (state % (2 * magnitude + 1)) - magnitude;
  });
}

function layerImage(
  sizes: readonly [number, number],
  layer: number,
  isOutput: boolean,
): LayerImage {
  const [inputCount, neuronCount] = sizes;
  const outputFormat = isOutput ? numerics.formats.output : numerics.formats.activation;
  return {
    layer,
    core: layer - 1,
    isOutput,
    inputCount,
    neuronCount,
    weightsRaw: seededRaw(inputCount * neuronCount, 5, 0x1234 + layer),
    biasesRaw: new Int32Array(neuronCount),
    feedbackRaw: isOutput ? null : seededRaw(10 * neuronCount, 40, 0x4321),
    inputFormat: layer === 1 ? numerics.formats.input : numerics.formats.activation,
    outputFormat,
    eventThresholdRaw: 0,
    activationUnit: buildActivationTable({
      function: isOutput ? 'sigmoid' : 'tanh',
      inputFormat: parseFormat(isOutput ? 's12.8' : 's12.9'),
      indexBits: 10,
      interpolation: 'none',
      outputFormat,
    }),
    learningRate: { kind: 'shift', shiftBits: 7 },
    laneSeeds: Uint32Array.from({ length: 16 }, (_, lane) => 1 + 257 * lane + layer),
    organisation,
    outputHops: isOutput ? 0 : 1,
    labelHops: 1,
  };
}

/** FC_500_FC_10 on 784 inputs: 8-bit weights, u8.8 inputs, stochastic rounding, 16 learning lanes. */
export function fcImage(): ChipImage {
  return {
    classCount: 10,
    loss: 'bce',
    rule: 'drtp',
    numerics,
    generator,
    isDense: false,
    eventBits: 18,
    labelBits: 4,
    layers: [layerImage([784, 500], 1, false), layerImage([500, 10], 2, true)],
  };
}
