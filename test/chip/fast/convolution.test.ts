import test from 'ava';
import type { ChipImage, LayerImage } from '../../../src/chip/image/chip-image.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { squareMaps, stepImage } from '../images/fast/step-image.js';

/*
 * By hand. One map of 3×3 in, two kernels of 2×2 (rows of the synapse array: 0,0 0,1 1,0 1,1), two maps of 2×2, pooled
 * to one value each; then two outputs that copy them. f(z) = z, loss mse, batches of two, so that the gradients of one
 * sample can be read.
 *   in   1 2 3     A  1 0    with bias 1  →  6  3      B  0 1  →   2 −1
 *        0 4 0        0 1                    1 11        −1 0     −1  0
 *        5 0 6
 * A leaves 11 from the last place, B 2 from the first. Label 0: e = [11 − 1, 2], δz = [20, 4].
 */
const batch = {
  inputsRaw: Int32Array.of(1, 2, 3, 0, 4, 0, 5, 0, 6),
  labels: Uint8Array.of(0),
};

function smallChip(
  chip: Partial<Omit<ChipImage, 'layers'>> = {},
  hidden: Partial<LayerImage> = {},
): ChipImage {
  return stepImage(
    [
      {
        convolution: squareMaps([1, 2], [3, 2, 1], { kernelSize: 2 }),
        inputCount: 9,
        neuronCount: 8,
        weightsRaw: Int32Array.of(1, 0, 0, 1, 0, -1, 1, 0),
        biasesRaw: Int32Array.of(1, 0),
        ...hidden,
      },
      { inputCount: 2, neuronCount: 2, weightsRaw: Int32Array.of(1, 0, 0, 1) },
    ],
    { batchSize: 2, ...chip },
  );
}

/** Outputs and gradients of a layer after one training sample, the same on both paths. */
async function afterOneSample(image: ChipImage, samples = batch, layer = 1) {
  return Promise.all(
    (['vector', 'general'] as const).map(async (path) => {
      const engine = await makeFastEngine(image, { path });
      const outputs = [...engine.train(samples)];
      return { outputs, gradients: [...(engine.learnedState().gradientsRaw[layer - 1] ?? [])] };
    }),
  );
}

test('a convolution adds the kernels where they fit, and the largest of each window leaves (spec §2.10)', async (t) => {
  const both = await afterOneSample(smallChip());
  for (const { outputs } of both) t.deepEqual(outputs, [11, 2]);
});

test('bp: the winner of a window gets the signal, and a gradient sums δz times what its weight met (spec §2.10, §2.11)', async (t) => {
  // A: 20 at the last place, whose field is 4 0 0 6; B: 4 at the first, whose field is 1 2 0 4. Then the biases.
  const both = await afterOneSample(smallChip());
  for (const { gradients } of both) {
    t.deepEqual(gradients, [80, 4, 0, 8, 0, 0, 120, 16, 20, 4]);
  }
});

test('bp: of equal values in a window the first in row-major order is the winner (spec §2.10)', async (t) => {
  // No weights: all of a window are equal to the bias; the first field is 1 2 0 4. y = [1, 0], label 1: δz = [2, −2].
  const image = smallChip({}, { weightsRaw: new Int32Array(8) });
  const both = await afterOneSample(image, { ...batch, labels: Uint8Array.of(1) });
  for (const { gradients } of both) t.deepEqual(gradients, [2, -2, 4, -4, 0, 0, 8, -8, 2, -2]);
});

test('drtp: B has a value for every place before pooling, numbered channel, row, column (spec §2.10)', async (t) => {
  // A: δz = 1 2 3 4, for its first weight 1·1 + 2·2 + 3·0 + 4·4 = 21; B: 5 6 7 8, for its own 5 + 12 + 0 + 32 = 49.
  const feedbackRaw = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, ...new Int32Array(8));
  const both = await afterOneSample(smallChip({ rule: { kind: 'drtp' } }, { feedbackRaw }));
  for (const { gradients } of both) {
    t.deepEqual(gradients, [21, 49, 20, 56, 23, 59, 28, 68, 10, 26]);
  }
});

test('dfa: Σ e·B runs over the classes for every place before pooling (spec §2.9, §2.10)', async (t) => {
  // e = [10, 2]; only place 1 of A has B, [1, 3]: δz = 16, whose field is 2 3 4 0.
  const feedbackRaw = Int32Array.of(0, 1, ...new Int32Array(6), 0, 3, ...new Int32Array(6));
  const both = await afterOneSample(smallChip({ rule: { kind: 'dfa' } }, { feedbackRaw }));
  for (const { gradients } of both) t.deepEqual(gradients, [32, 0, 48, 0, 64, 0, 0, 0, 16, 0]);
});

test('relu: places whose h is not above 0 have no δz (spec §2.12)', async (t) => {
  // B leaves 2 −1 −1 0: only its first place learns, from the field 1 2 0 4.
  const feedbackRaw = Int32Array.of(0, 0, 0, 0, 5, 6, 7, 8, ...new Int32Array(8));
  const activationUnit = { kind: 'linear', function: 'relu' } as const;
  const image = smallChip({ rule: { kind: 'drtp' } }, { feedbackRaw, activationUnit });
  const both = await afterOneSample(image);
  for (const { gradients } of both) t.deepEqual(gradients, [0, 5, 0, 10, 0, 0, 0, 20, 0, 5]);
});

test('visits are positions whose field an event is in, counted for delivered events (spec §2.10, §4.5)', async (t) => {
  const visitsOf = async (isDense: boolean) => {
    const engine = await makeFastEngine(smallChip({ isDense }));
    engine.infer(batch);
    const [hidden, output] = engine.activity()[0]?.layers ?? [];
    return [hidden, output].map((layer) => [
      layer?.deliveredEventCount,
      layer?.deliveredVisitCount,
    ]);
  };
  // Corners are in one field, edges in two, the middle in four: 1 + 2 + 1 + 4 + 1 + 1; all inputs 4·1 + 4·2 + 4.
  t.deepEqual(await visitsOf(false), [
    [6, 10],
    [2, 2],
  ]);
  t.deepEqual(await visitsOf(true), [
    [9, 16],
    [2, 2],
  ]);
});

test('a stride leaves positions out, and padding adds positions whose field is partly empty (spec §2.10)', async (t) => {
  // Kernel 2×2 of A counts in quarters: 1 2 4 8; stride 2 and padding 1 on 3×3 make 2×2 positions:
  // fields 0 0 0 1 | 0 0 2 3 | 0 0 0 5 → weights (1 2 4 8): 8 · 2·4+3·8 = 32 · 2·0+8·5 = 40 · 4·1+0·2+0·4+6·8 = 52.
  const convolution = squareMaps([1, 2], [3, 2, 1], { kernelSize: 2, stride: 2, padding: 1 });
  const image = smallChip({}, { convolution, weightsRaw: Int32Array.of(1, 0, 2, 0, 4, 0, 8, 0) });
  const both = await afterOneSample(image);
  for (const { outputs } of both) t.deepEqual(outputs, [53, 0]);
});

/*
 * Two CONV layers: 4×4 in, kernel 1×1 of weight 1, pooled to 1 2 / 3 5; then a kernel 1 2 / 3 4 with padding 1, whose
 * window of four positions has 34 = 1·1 + 2·2 + 3·3 + 4·5 as its largest, at the field that holds all inputs; then two outputs
 * y = [34, −34]. Label 1: e = [34, −35], δz = [68, −70], and 68 + 70 = 138 comes down.
 */
const deepBatch = {
  inputsRaw: Int32Array.of(1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 5, 0, 3, 0, 0, 0),
  labels: Uint8Array.of(1),
};

for (const kind of ['bp', 'fa'] as const) {
  test(`${kind}: a signal goes back through the kernels of the next CONV layer (spec §2.10)`, async (t) => {
    const kernel = Int32Array.of(1, 2, 3, 4);
    const image = stepImage(
      [
        {
          convolution: squareMaps([1, 1], [4, 4, 2], { kernelSize: 1 }),
          inputCount: 16,
          neuronCount: 16,
          weightsRaw: Int32Array.of(1),
          feedbackRaw: kind === 'fa' ? kernel : null,
        },
        {
          convolution: squareMaps([1, 1], [2, 3, 1], { kernelSize: 2, padding: 1 }),
          inputCount: 4,
          neuronCount: 9,
          weightsRaw: kernel,
          feedbackRaw: kind === 'fa' ? Int32Array.of(1, -1) : null,
        },
        { inputCount: 1, neuronCount: 2, weightsRaw: Int32Array.of(1, -1) },
      ],
      { batchSize: 2, rule: { kind } },
    );
    const both = await afterOneSample(image, deepBatch);
    for (const { outputs, gradients } of both) {
      t.deepEqual(outputs, [34, -34]);
      // δh of the four winners: 138·(1 2 3 4); G = 138·34, and Gb = 138·10.
      t.deepEqual(gradients, [4692, 1380]);
    }
    const second = await afterOneSample(image, deepBatch, 2);
    // The winner's field is 1 2 3 5.
    for (const { gradients } of second) t.deepEqual(gradients, [138, 276, 414, 690, 138]);
  });
}

test('a CONV layer of 8-bit weights and 20 channels sums its gradients alike on vectors (spec §2.11)', async (t) => {
  // Every channel has the kernel 1 0 0 1 times its number: its sums are 5 2 0 10 times that, so the last place wins.
  const channelCount = 20;
  const channels = Array.from({ length: channelCount }, (_, channel) => channel);
  const image = stepImage(
    [
      {
        convolution: squareMaps([1, channelCount], [3, 2, 1], { kernelSize: 2 }),
        inputCount: 9,
        neuronCount: 4 * channelCount,
        weightsRaw: Int32Array.from([1, 0, 0, 1].flatMap((tap) => channels.map((c) => tap * c))),
      },
      {
        inputCount: channelCount,
        neuronCount: 1,
        weightsRaw: new Int32Array(channelCount).fill(1),
      },
    ],
    { batchSize: 2 },
    { weight: { isSigned: true, totalBits: 8, fractionBits: 0 } },
  );
  const both = await afterOneSample(image);
  // Fields 4 0 0 6: y = 10·(0 + … + 19) = 1900, δz = 2·(1900 − 1) for every channel but the first, whose window is all 0.
  const deltaZ = 3798;
  const fields = [
    [1, 4],
    [2, 0],
    [0, 0],
    [4, 6],
  ] as const;
  for (const { outputs, gradients } of both) {
    t.deepEqual(outputs, [1900]);
    const expected = fields.flatMap(([first, last]) =>
      channels.map((channel) => deltaZ * (channel === 0 ? first : last)),
    );
    t.deepEqual(gradients, [...expected, ...channels.map(() => deltaZ)]);
  }
});

test('maps that do not follow from kernel, stride and padding are refused (spec §2.10)', async (t) => {
  const convolution = squareMaps([1, 2], [3, 2, 1], { kernelSize: 3 });
  await t.throwsAsync(makeFastEngine(smallChip({}, { convolution })), {
    message: 'layer 1: a map in its rows has 2 elements, its shape needs 1',
  });
});
