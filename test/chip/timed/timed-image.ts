import type { ChipImage, LayerImage, RuleSpec } from '../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { buildActivationTable } from '../../../src/numerics/function-table.js';
import { Draws } from '../oracle/draws.js';
import { chipImage, type ImageOptions } from '../images/chip-image.js';

/**
 * The worked example of docs/spec.md §4.3 in time: 3-2-2, 8-bit weights in 16-bit words, DRTP. With inputs 3, 2, 1 layer 1
 * has three events, layer 2 two (tanh of large sums); the cores are a hop apart, the label is five and six hops away.
 */
export function timedExample({ formats, organisation }: ImageOptions = {}): ChipImage {
  return chipImage(
    [
      {
        weights: [31, 31, 31, 31, 31, 31],
        biases: [1, 1],
        feedback: [1, -1, 2, -2],
        function: 'tanh',
      },
      { weights: [3, -3, 2, 1], biases: [0, 0], function: 'sigmoid' },
    ],
    {
      formats: {
        weight: 's8.3',
        bias: 's8.3',
        activation: 's8.4',
        output: 'u8.8',
        feedback: 's8.2',
        ...formats,
      },
      organisation: { pipelineDepthCycles: 3, forwardLaneCount: 2, ...organisation },
    },
  );
}

/** Neurons of every layer, and classes. */
const width = 4;
const sigmoidTable = { indexBits: 4, interpolation: 'none' } as const;

/** Layers of four neurons that are never silent: sigmoid of four incoming values each, weights drawn from the seed. */
export function layersOfFour(layerCount: number, rule: RuleSpec, seed: number): ChipImage {
  const draws = new Draws(seed, 'layers of four');
  const numbers = (count: number) => Array.from({ length: count }, () => draws.integer(-20, 20));
  const layers = Array.from({ length: layerCount }, (_, index) => {
    const weights = numbers(width * width);
    const biases = numbers(width);
    const isOutput = index === layerCount - 1;
    const feedback = isOutput || rule.kind === 'bp' ? [] : numbers(width * width);
    const hasFeedback = feedback.length > 0;
    return { weights, biases, function: 'sigmoid' as const, ...(hasFeedback && { feedback }) };
  });
  const image = chipImage(layers, {
    rule,
    formats: {
      input: 'u8.8',
      weight: 's8.5',
      bias: 's8.5',
      activation: 'u8.8',
      output: 'u8.8',
      accumulator: 's20.13',
      delta: 's10.8',
      feedback: 's8.5',
    },
    rounding: { weight: 'stochastic' },
    generator: { widthBits: 16, polynomialMask: 0xb400 },
  });
  const table = buildActivationTable({
    ...sigmoidTable,
    function: 'sigmoid',
    inputFormat: parseFormat('s6.3'),
    outputFormat: parseFormat('u8.8'),
  });
  return { ...image, layers: image.layers.map((layer) => ({ ...layer, activationUnit: table })) };
}

/** Cycles of a slot of `equalStages`: biases 1, four visits of two words, f 2 (forward), or δz and error signal 2 (update). */
export const slotCycles = 1 + 4 * 2 + 2;

/**
 * Layers whose forward pass takes as long as their error signal and update together, and whose cores are no hop apart:
 * the stages of the thesis's example. Four inputs, all of them events (dense).
 */
export function equalStages(layerCount: number, rule: RuleSpec, seed = 1): ChipImage {
  const image = layersOfFour(layerCount, rule, seed);
  const layers = image.layers.map((layer): LayerImage => {
    // δz takes a cycle and the row of B another; the output layer, which reads no B, takes two for δz.
    const learningLaneCount = layer.isOutput ? 2 : 4;
    return {
      ...layer,
      outputHops: 0,
      labelHops: 0,
      laneSeeds: Uint32Array.from({ length: learningLaneCount }, (_, lane) => lane + 1),
      organisation: {
        ...layer.organisation,
        portCount: 2,
        biasesPerWord: 4,
        weightsPerWord: 2,
        feedbacksPerWord: 4,
        forwardLaneCount: 4,
        activationLaneCount: 2,
        learningLaneCount,
        pipelineDepthCycles: 0,
      },
    };
  });
  return { ...image, layers, isDense: true };
}

/** Places layers on a mesh, a core each in their order, pins one hop before core 0 (docs/spec.md §7). */
export function onMesh(image: ChipImage, columns: number): ChipImage {
  const at = (core: number) => ({ column: core % columns, row: Math.floor(core / columns) });
  const layers = image.layers.map((layer, core): LayerImage => {
    const here = at(core);
    const next = at(core + 1);
    const hops = Math.abs(next.column - here.column) + Math.abs(next.row - here.row);
    return {
      ...layer,
      core,
      outputHops: layer.isOutput ? 0 : hops,
      labelHops: here.column + here.row + 1,
    };
  });
  return { ...image, layers };
}

/** Samples of four values above 0; for rule defp each has the place of its number modulo `placeCount`. */
export function samplesOfFour(sampleCount: number, seed: number, placeCount = 1): SampleBatch {
  const draws = new Draws(seed, 'samples of four');
  return {
    inputsRaw: Int32Array.from({ length: width * sampleCount }, () => draws.integer(1, 255)),
    labels: Uint8Array.from({ length: sampleCount }, () => draws.integer(0, width - 1)),
    sampleIndices: Uint32Array.from({ length: sampleCount }, (_, sample) => sample % placeCount),
  };
}
