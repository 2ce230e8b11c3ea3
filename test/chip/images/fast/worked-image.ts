import type {
  ChipImage,
  CoreOrganisation,
  LayerImage,
} from '../../../../src/chip/image/chip-image.js';
import { parseFormat } from '../../../../src/numerics/format.js';

const format = parseFormat('s8.7');

const organisation: CoreOrganisation = {
  wordBits: {
    synapses: 16,
    neurons: 32,
    bias: 16,
    feedback: 16,
    eventBuffer: 12,
    gradient: 32,
    optimizerState: 64,
  },
  weightsPerWord: 2,
  accumulatorsPerWord: 1,
  outputsPerWord: 2,
  biasesPerWord: 1,
  feedbacksPerWord: 2,
  gradientsPerWord: 1,
  optimizerStatesPerWord: 1,
  accumulate: 'registers',
  hasWordWriteGating: false,
  forwardLaneCount: 2,
  learningLaneCount: 1,
  activationLaneCount: 1,
  pipelineDepthCycles: 4,
  eventOverheadCycles: 0,
  portCount: 1,
  updateSchedule: 'serial',
  writeBanks: 'shared',
};

/** What a test may change in every layer of the worked example. */
export interface WorkedOverrides {
  readonly chip?: Partial<Omit<ChipImage, 'layers'>>;
  readonly layer?: Partial<LayerImage>;
  readonly organisation?: Partial<CoreOrganisation>;
}

/**
 * The network 3-2-2 of docs/spec.md §4.3: 8-bit weights, 16-bit words so P = 2, DRTP. Layer 1 hops 3 to layer 2; the
 * label hops 5 to each core. A table of two entries gives h = −64 below 0 and 64 from there on.
 */
export function workedImage(overrides: WorkedOverrides = {}): ChipImage {
  const loss = overrides.chip?.loss ?? 'bce';
  const layers = [1, 2].map((layer): LayerImage => {
    const isOutput = layer === 2;
    const inputCount = isOutput ? 2 : 3;
    return {
      layer,
      core: layer + 6,
      isOutput,
      convolution: null,
      parts: null,
      gradientScale: { kind: 'shift', shiftBits: 0 },
      inputCount,
      neuronCount: 2,
      weightsRaw: new Int32Array(inputCount * 2).fill(8),
      biasesRaw: new Int32Array(2),
      isTrainable: true,
      feedbackRaw: isOutput ? null : Int32Array.of(32, -32, 16, -16),
      inputFormat: format,
      outputFormat: format,
      eventThresholdRaw: 0,
      activationUnit: {
        kind: 'table',
        // Loss bce wants a sigmoid (docs/spec.md §2.13); entries are what they are.
        function: isOutput && loss === 'bce' ? 'sigmoid' : 'tanh',
        inputFormat: parseFormat('s8.4'),
        indexBits: 1,
        interpolation: 'none',
        outputFormat: format,
        entriesRaw: Int32Array.of(-64, 64),
      },
      learningRate: { kind: 'shift', shiftBits: 4 },
      laneSeeds: Uint32Array.of(0xace1),
      organisation: { ...organisation, ...overrides.organisation },
      outputHops: isOutput ? 0 : 3,
      labelHops: 5,
      ...overrides.layer,
    };
  });
  return {
    classCount: 2,
    loss,
    rule: { kind: 'drtp' },
    optimizer: { kind: 'sgd' },
    batchSize: 1,
    feedbackSource: 'memory',
    isExact: false,
    numerics: {
      formats: {
        input: format,
        weight: format,
        bias: parseFormat('s12.11'),
        accumulator: parseFormat('s24.14'),
        activation: format,
        output: format,
        delta: parseFormat('s9.8'),
        feedback: format,
        update: parseFormat('s10.9'),
        delayedError: parseFormat('s10.8'),
        gradient: parseFormat('s24.16'),
        momentum: parseFormat('s24.16'),
        secondMoment: parseFormat('u24.20'),
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
        delayedError: 'saturate',
        gradient: 'saturate',
        momentum: 'saturate',
        secondMoment: 'saturate',
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
        delayedError: 'nearest',
        gradient: 'nearest',
        momentum: 'nearest',
        secondMoment: 'nearest',
      },
    },
    generator: { widthBits: 16, polynomialMask: 0xd008 },
    isDense: false,
    eventBits: 11,
    labelBits: 1,
    ...overrides.chip,
    layers,
  };
}
