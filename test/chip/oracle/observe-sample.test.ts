import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { ChipImage, LayerImage } from '../../../src/chip/image/chip-image.js';
import { type LayerObservation, observeSamples } from '../../../src/chip/oracle/observe-sample.js';
import { confine } from '../../../src/numerics/format.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { rescale } from '../../../src/numerics/rounding.js';
import { randomChips } from '../images/random-chips.js';
import { randomSamples } from '../images/random-image.js';
import { fitsDatapath } from '../checks/datapath-fit.js';
import { samples, smallDefp, chipImage } from '../images/chip-image.js';
import { agree } from '../../support/agree.js';
import { holds } from '../../support/holds.js';

test('observing gives the outputs of training and changes nothing in the chip (spec §2.9)', (t) => {
  holds(
    t,
    fc.property(randomChips(), ({ image, seed }) => {
      const batch = randomSamples(image, seed, 3);
      const dut = new OracleEngine(image);
      dut.train(batch);
      const state = dut.learnedState();
      const observed = observeSamples(image, state, batch);
      agree(t, image, { observed: dut.learnedState(), trained: state });
      const outputs = observed.flatMap((layers) => [...(layers.at(-1)?.outputsRaw ?? [])]);
      agree(t, image, {
        observed: { outputs: [outputs] },
        inferred: { outputs: [[...dut.infer(batch)]] },
      });
      for (const layers of observed) {
        t.is(layers.length, image.layers.length);
        for (const [index, { outputsRaw, deltaZRaw }] of layers.entries()) {
          const { neuronCount } = elementAt(image.layers, index, 'layers');
          t.is(outputsRaw.length, neuronCount);
          t.is(deltaZRaw?.length ?? neuronCount, neuronCount);
        }
      }
    }),
    { seed: 91, numRuns: 30 },
  );
});

test('layers that make no error show none, an output layer with bce no δh (spec §2.9)', (t) => {
  const hidden = { weights: [1, 2], biases: [0], feedback: [1, 2], function: 'tanh' } as const;
  const output = { weights: [1, -1], biases: [0, 0], function: 'sigmoid' } as const;
  const layersOf = (image: ChipImage) => {
    const state = new OracleEngine(image).learnedState();
    return elementAt(observeSamples(image, state, samples([3, 2], [0], [0])), 0, 'samples');
  };
  const shown = layersOf(chipImage([hidden, output])).map(({ deltaZRaw, deltaHRaw }) => [
    deltaZRaw !== null,
    deltaHRaw !== null,
  ]);
  t.deepEqual(shown, [
    [true, true],
    [true, false],
  ]);
  const frozen = layersOf(chipImage([{ ...hidden, isTrainable: false }, output]));
  t.is(frozen[0]?.deltaZRaw, null);
  const shallow = layersOf(chipImage([hidden, output], { rule: { kind: 'shallow' } }));
  t.is(shallow[0]?.deltaHRaw, null);
});

test('observing uses the delayed errors that the chip has kept (spec §2.9)', (t) => {
  const hidden = { weights: [1], biases: [0], feedback: [4], function: 'tanh' } as const;
  const output = { weights: [1], biases: [0], function: 'sigmoid' } as const;
  const sample = samples([0], [0], [1]);
  for (const [variant, seen] of [
    ['error', 1],
    ['aggregated', 0],
  ] as const) {
    const image = chipImage([hidden, output], {
      rule: smallDefp(variant, 2),
      formats: { delayedError: 's8.4' },
    });
    const dut = new OracleEngine(image);
    const first = observeSamples(image, dut.learnedState(), sample);
    // d = 1 at first: δh = 4 at 2 bits = 16 at 4.
    t.deepEqual(first[0]?.[0]?.deltaHRaw, Float64Array.of(16));
    // y = sigmoid(1.5/4) = 9.48/16 → 9: d = 7/16, δh = 28 at 6 bits = 7 at 4.
    dut.measure(sample);
    dut.endEpoch();
    const { delayedErrors } = dut.learnedState();
    t.is(delayedErrors?.raw[seen], 7, variant);
    const second = observeSamples(image, dut.learnedState(), sample);
    t.deepEqual(second[0]?.[0]?.deltaHRaw, Float64Array.of(7), variant);
  }
});

/** Value of `values` at (channel, y, x) of maps, 0 outside of them. */
function at(
  values: ArrayLike<number>,
  [channels, height, width]: readonly [number, number, number],
  [channel, y, x]: readonly [number, number, number],
): number {
  if (y < 0 || x < 0 || y >= height || x >= width || channel >= channels) return 0;
  return elementAt(values, (channel * height + y) * width + x, 'maps');
}

/** Every place of a CONV layer's arithmetic: an output, a place of the kernel, and the input they meet, maybe outside. */
function* meetings({ convolution }: LayerImage) {
  if (convolution === null) return;
  const { inputShape, kernelSize, stride, padding, mapShape } = convolution;
  const [channels, height, width] = mapShape;
  for (let neuron = 0; neuron < channels * height * width; neuron += 1) {
    const x = neuron % width;
    const y = Math.floor(neuron / width) % height;
    const column = Math.floor(neuron / (width * height));
    for (let row = 0; row < inputShape[0] * kernelSize ** 2; row += 1) {
      const kx = row % kernelSize;
      const ky = Math.floor(row / kernelSize) % kernelSize;
      const channel = Math.floor(row / kernelSize ** 2);
      const place = [channel, y * stride + ky - padding, x * stride + kx - padding] as const;
      yield { neuron, column, row, place, weight: row * channels + column };
    }
  }
}

/** The pooled value a neuron would be, and whether it is the first largest of its window. */
function winnerOf(convolution: NonNullable<LayerImage['convolution']>, h: Float64Array) {
  const [, height, width] = convolution.mapShape;
  const [, pooledHeight, pooledWidth] = convolution.pooledShape;
  return (neuron: number): number | null => {
    const [x, y] = [neuron % width, Math.floor(neuron / width) % height];
    const channel = Math.floor(neuron / (width * height));
    const [px, py] = [Math.floor(x / 2), Math.floor(y / 2)];
    if (px >= pooledWidth || py >= pooledHeight) return null;
    const top = (channel * height + 2 * py) * width + 2 * px;
    const window = [top, top + 1, top + width, top + width + 1];
    const values = window.map((place) => elementAt(h, place, 'h'));
    const isWinner = window[values.indexOf(Math.max(...values))] === neuron;
    return isWinner ? (channel * pooledHeight + py) * pooledWidth + px : null;
  };
}

/** Σ M·δz of every input of a layer, gathered output by output: not the order of the chip. */
function sumsBelow(above: LayerImage, matrix: ArrayLike<number>, deltaZ: Float64Array): bigint[] {
  const sums = Array.from({ length: above.inputCount }, () => 0n);
  const add = (input: number, weight: number, neuron: number) => {
    const product =
      BigInt(elementAt(matrix, weight, 'M')) * BigInt(elementAt(deltaZ, neuron, 'δz'));
    sums[input] = elementAt(sums, input, 'sums') + product;
  };
  if (above.convolution === null) {
    for (let input = 0; input < above.inputCount; input += 1) {
      for (let neuron = 0; neuron < above.neuronCount; neuron += 1) {
        add(input, input * above.neuronCount + neuron, neuron);
      }
    }
    return sums;
  }
  const [, height, width] = above.convolution.inputShape;
  for (const { neuron, place, weight } of meetings(above)) {
    const [channel, y, x] = place;
    if (y < 0 || x < 0 || y >= height || x >= width) continue;
    add((channel * height + y) * width + x, weight, neuron);
  }
  return sums;
}

/** δh that layer `index` must have by fa or bp, from δz of the layer above. */
function expectedDeltaH(image: ChipImage, layers: readonly LayerObservation[], index: number) {
  const layer = elementAt(image.layers, index, 'layers');
  const above = elementAt(image.layers, index + 1, 'layers');
  const { formats, rounding, overflow } = image.numerics;
  const isBp = image.rule.kind === 'bp';
  const matrix = isBp ? above.weightsRaw : (layer.feedbackRaw ?? new Int32Array());
  const matrixFormat = isBp ? formats.weight : formats.feedback;
  const deltaZ = elementAt(layers, index + 1, 'layers').deltaZRaw ?? new Float64Array();
  const sums = sumsBelow(above, matrix, deltaZ);
  const { outputsRaw } = elementAt(layers, index, 'layers');
  const winner =
    layer.convolution === null ? (n: number) => n : winnerOf(layer.convolution, outputsRaw);
  return Float64Array.from({ length: layer.neuronCount }, (_, neuron) => {
    const output = winner(neuron);
    const sum = output === null ? 0n : elementAt(sums, output, 'sums');
    const from = matrixFormat.fractionBits + formats.delta.fractionBits;
    const rounded = rescale(sum, from, formats.delta.fractionBits, rounding.delta);
    return Number(confine(rounded, formats.delta, overflow.delta).raw);
  });
}

test('bp and fa bring through CONV layers what a sum over outputs brings, to the winners (spec §2.10)', (t) => {
  let compared = 0;
  holds(
    t,
    fc.property(randomChips(), fc.constantFrom('bp', 'fa'), ({ image: drawn, seed }, kind) => {
      const layers = drawn.layers.map((layer, index) => {
        const above = drawn.layers[index + 1];
        // B of any values in the shape of the weights above.
        const feedbackRaw =
          above?.weightsRaw.map((raw, place) =>
            drawn.numerics.formats.feedback.isSigned ? ((raw + place) % 3) - 1 : place % 2,
          ) ?? null;
        return { ...layer, isTrainable: true, feedbackRaw: kind === 'fa' ? feedbackRaw : null };
      });
      const image: ChipImage = { ...drawn, rule: { kind }, layers };
      if (!fitsDatapath(image) || image.layers[0]?.convolution === null) return;
      const batch = randomSamples(image, seed, 2);
      for (const observed of observeSamples(image, new OracleEngine(image).learnedState(), batch)) {
        for (const index of image.layers.slice(0, -1).keys()) {
          compared += 1;
          const { deltaHRaw } = elementAt(observed, index, 'layers');
          agree(t, image, {
            observed: { layer: index + 1, tensor: 'deltaH', values: deltaHRaw },
            gathered: {
              layer: index + 1,
              tensor: 'deltaH',
              values: expectedDeltaH(image, observed, index),
            },
          });
        }
      }
    }),
    { seed: 92, numRuns: 150 },
  );
  t.true(compared > 60, `${compared} compared`);
});

test('gradients of a CONV layer are the correlation of its inputs with δz where nothing overflows (spec §2.11)', (t) => {
  let compared = 0;
  holds(
    t,
    fc.property(randomChips(), ({ image: drawn, seed }) => {
      const [first] = drawn.layers;
      if (first?.convolution === null || first === undefined) return;
      const { delta, input } = drawn.numerics.formats;
      const fractionBits = delta.fractionBits + input.fractionBits;
      const gradient = { isSigned: true, totalBits: 32, fractionBits };
      const formats = { ...drawn.numerics.formats, gradient };
      const image: ChipImage = {
        ...drawn,
        optimizer: { kind: 'sgd' },
        batchSize: 2,
        numerics: { ...drawn.numerics, formats },
      };
      // It takes no batches.
      if (image.rule.kind === 'defp' && image.rule.variant === 'movingRate') return;
      if (Math.abs(fractionBits) > 48 || !fitsDatapath(image)) return;
      const batch = randomSamples(image, seed, 1);
      const dut = new OracleEngine(image);
      const [observed] = observeSamples(image, dut.learnedState(), batch);
      dut.train(batch);
      const health = dut.tensorHealth().find((row) => row.layer === 1 && row.tensor === 'gradient');
      const gradients = dut.learnedState().gradientsRaw[0];
      const deltaZ = observed?.[0]?.deltaZRaw;
      if (!gradients || !deltaZ || health?.firstTrainingSample !== null) return;
      compared += 1;
      const shape = first.convolution.inputShape;
      const inputs = batch.inputsRaw.map((x) => (Math.abs(x) > first.eventThresholdRaw ? x : 0));
      const expected = new Float64Array(first.weightsRaw.length);
      for (const { neuron, place, weight } of meetings(first)) {
        const product = at(inputs, shape, place) * elementAt(deltaZ, neuron, 'δz');
        expected[weight] = elementAt(expected, weight, 'expected') + product;
      }
      agree(t, image, {
        oracle: { gradientsRaw: [[...gradients.subarray(0, expected.length)]] },
        correlation: { gradientsRaw: [[...expected]] },
      });
    }),
    { seed: 93, numRuns: 150 },
  );
  t.true(compared > 15, `${compared} compared`);
});
