import type {
  ActivationUnitImage,
  ChipImage,
  CoreOrganisation,
  LayerImage,
} from '../../../src/chip/image/chip-image.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { chipImage, type ImageOptions } from './chip-image.js';
import { smallNumerics } from './small-numerics.js';

/** Cores of the worked example: 16-bit words, so P = 2; the neurons' are wider. */
const workedOrganisation: Partial<CoreOrganisation> = {
  wordBits: {
    synapses: 16,
    neurons: 32,
    bias: 16,
    feedback: 16,
    eventBuffer: 12,
    gradient: 32,
    optimizerState: 64,
  },
  accumulatorsPerWord: 1,
  outputsPerWord: 2,
  forwardLaneCount: 2,
  pipelineDepthCycles: 4,
};

const workedNumerics = smallNumerics({
  formats: {
    input: 's8.7',
    weight: 's8.7',
    bias: 's12.11',
    accumulator: 's24.14',
    activation: 's8.7',
    output: 's8.7',
    delta: 's9.8',
    feedback: 's8.7',
    update: 's10.9',
    delayedError: 's10.8',
    gradient: 's24.16',
    momentum: 's24.16',
    secondMoment: 'u24.20',
  },
  rounding: { weight: 'stochastic' },
});

/** Chip and cores of the worked example: everything but its layers. */
export const workedChip: ImageOptions = {
  numerics: workedNumerics,
  organisation: workedOrganisation,
  generator: { widthBits: 16, polynomialMask: 0xd008 },
  labelBits: 1,
};

/** h = −64 below 0 and 64 from there on. */
function signTable(name: 'tanh' | 'sigmoid'): ActivationUnitImage {
  return {
    kind: 'table',
    function: name,
    inputFormat: parseFormat('s8.4'),
    indexBits: 1,
    interpolation: 'none',
    outputFormat: workedNumerics.formats.activation,
    entriesRaw: Int32Array.of(-64, 64),
  };
}

/** What the layers of the worked example have in common: η = 2^−4, the label five hops from each core. */
export const workedLayer = {
  learningRate: { kind: 'shift', shiftBits: 4 },
  laneSeeds: Uint32Array.of(0xace1),
  labelHops: 5,
  activationUnit: signTable('tanh'),
} as const;

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
export function workedImage({ chip, layer, organisation }: WorkedOverrides = {}): ChipImage {
  const more = { ...workedLayer, biases: [0, 0] };
  // Loss bce wants a sigmoid (docs/spec.md §2.13); entries are what they are.
  const output = signTable((chip?.loss ?? 'bce') === 'bce' ? 'sigmoid' : 'tanh');
  return chipImage(
    [
      {
        ...more,
        core: 7,
        weights: [8, 8, 8, 8, 8, 8],
        feedback: [32, -32, 16, -16],
        outputHops: 3,
        ...layer,
      },
      { ...more, core: 8, weights: [8, 8, 8, 8], activationUnit: output, ...layer },
    ],
    { ...workedChip, ...chip, organisation: { ...workedOrganisation, ...organisation } },
  );
}
