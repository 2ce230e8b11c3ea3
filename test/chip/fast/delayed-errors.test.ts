import test from 'ava';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { parseFormat } from '../../../src/numerics/format.js';
import {
  batchOf,
  biasesOf,
  defp,
  inputsRaw,
  outputBias,
  ruleImage,
  trained,
} from '../images/fast/rule-image.js';

/* Numbers by hand: δh at the 8 fraction bits of delta, products at 15; δz = ¾·δh, b = −δz (rule-image.ts). */

test('defp error: the first visit is drtp, the second multiplies with 1 − y_c of the first (spec §2.9)', async (t) => {
  t.deepEqual(await trained(defp('error'), [0]), [[-48, 48], outputBias]);
  // d = 1 − (−½) = 1.5: δh = 96, δz = 72 on top of 48.
  t.deepEqual((await trained(defp('error'), [0, 0]))[0], [-120, 120]);
});

test('defp loss with bce: d is 1/y_c, the largest value where y_c is not positive (spec §2.9)', async (t) => {
  // Label 1: row [16, −16] → [32, −32], δz ±24; then d = 1/½ = 2, δz ±48.
  t.deepEqual((await trained(defp('loss'), [1, 1]))[0], [-72, 72]);
  // Label 0, y_c = −½: d = 2047, δh = 2047·32/128 = 511.75 → 512, δz ±384 on top of 48.
  t.deepEqual((await trained(defp('loss'), [0, 0]))[0], [-432, 432]);
});

test('defp loss with mse: d is 2(1 − y_c) (spec §2.9)', async (t) => {
  // d = 3: δh = 192, δz = 144 on top of 48.
  const overrides = { chip: { loss: 'mse' as const } };
  t.deepEqual((await trained(defp('loss'), [0, 0], overrides))[0], [-192, 192]);
});

test('defp fullVector: the first visit takes the target, the second t − y of every class (spec §2.9)', async (t) => {
  t.deepEqual((await trained(defp('fullVector'), [0]))[0], [-48, 48]);
  // d = [384, −128]: δh = (384·32 − 128·16)/128 = 80, δz = 60 on top of 48.
  t.deepEqual((await trained(defp('fullVector'), [0, 0]))[0], [-108, 108]);
});

test('defp aggregated: d is 1, after an epoch the mean of its errors rounded half away from zero (spec §2.9)', async (t) => {
  const engine = await makeFastEngine(ruleImage(defp('aggregated')));
  engine.endEpoch();
  t.deepEqual(engine.learnedState().delayedErrors, {
    raw: Int32Array.of(0),
    isValid: Uint8Array.of(0),
  });
  engine.train(batchOf(0, 0, 1));
  // Twice 48 and once 24: d is 1 until the epoch ends.
  t.deepEqual(biasesOf(engine)[0], [-120, 120]);
  engine.endEpoch();
  // Errors 1.5, 1.5 and 0.5: 3.5/3·256 = 298.67.
  t.deepEqual(engine.learnedState().delayedErrors, {
    raw: Int32Array.of(299),
    isValid: Uint8Array.of(1),
  });
  engine.train(batchOf(0));
  // δh = 299·32/128 = 74.75 → 75, δz = 56.25 → 56.
  t.deepEqual(biasesOf(engine)[0], [-176, 176]);
});

test('defp aggregated: a mean with fewer fraction bits than the output is rounded once (spec §2.9)', async (t) => {
  const formats = { delayedError: parseFormat('s4.0') };
  const engine = await makeFastEngine(ruleImage(defp('aggregated'), { formats }));
  // 1.5 alone is a tie and goes up to 2; with 0.5 twice 2.5/3 = 0.83 goes to 1; 0.5 alone to 1.
  for (const [labels, expected] of [
    [[0], 2],
    [[0, 1, 1], 1],
    [[1], 1],
  ] as const) {
    engine.train(batchOf(...labels));
    engine.endEpoch();
    t.deepEqual(engine.learnedState().delayedErrors?.raw, Int32Array.of(expected));
  }
});

test('1 saturates without being counted where delayedError lacks it; what is written is counted at the output layer (spec §2.9)', async (t) => {
  const formats = { delayedError: parseFormat('s9.8') };
  const engine = await makeFastEngine(ruleImage(defp('error'), { formats }));
  const health = () => engine.tensorHealth().filter(({ tensor }) => tensor === 'delayedError');
  engine.train(batchOf(1));
  // d = 255 for 1: δh = 255·16/128 = 31.875 → 32; then 1 − ½ = 128 fits.
  t.deepEqual(biasesOf(engine)[0], [-24, 24]);
  const none = { saturationCount: 0, wrapCount: 0, firstTrainingSample: null };
  t.deepEqual(health(), [
    { layer: 1, tensor: 'delayedError', ...none },
    { layer: 2, tensor: 'delayedError', ...none },
  ]);
  // 1 − (−½) = 384 does not: the second sample.
  engine.train(batchOf(0));
  t.deepEqual(health()[1], {
    layer: 2,
    tensor: 'delayedError',
    saturationCount: 1,
    wrapCount: 0,
    firstTrainingSample: 1,
  });
  t.deepEqual(engine.learnedState().delayedErrors, {
    raw: Int32Array.of(255, 128, 0, 0),
    isValid: Uint8Array.of(1, 1, 0, 0),
  });
});

test('measuring keeps delayed errors, learns nothing and sets no first training sample (spec §2.9)', async (t) => {
  const formats = { delayedError: parseFormat('s9.8') };
  const engine = await makeFastEngine(ruleImage(defp('error'), { formats }));
  t.deepEqual([...engine.measure(batchOf(0, 1))], [-64, 64, -64, 64]);
  t.deepEqual(biasesOf(engine), [
    [0, 0],
    [0, 0],
  ]);
  t.deepEqual(engine.learnedState().delayedErrors?.raw, Int32Array.of(255, 128, 0, 0));
  const [, output] = engine.tensorHealth().filter(({ tensor }) => tensor === 'delayedError');
  t.deepEqual([output?.saturationCount, output?.firstTrainingSample], [1, null]);
  // d = 128/256 = ½ of the row of class 1: δh = 16, δz = 12.
  engine.train(batchOf(1));
  t.deepEqual(biasesOf(engine)[0], [-12, 12]);
});

test('a measuring pass counts its forward rows in training, the label, the write and the reciprocal (spec §4.2)', async (t) => {
  const engine = await makeFastEngine(ruleImage(defp('loss')));
  engine.measure(batchOf(0, 1));
  const rows = engine.ledgerRows();
  t.true(rows.every(({ run }) => run === 'training'));
  t.deepEqual(
    rows
      .filter(({ phase }) => phase !== 'forward')
      .map(({ phase, layer, componentAction, bits, count }) => [
        phase,
        layer,
        componentAction,
        bits,
        count,
      ]),
    [
      ['feedback', null, 'io.label', 1, 2],
      ['update', null, 'delayedError.write', 24, 2],
      ['update', null, 'datapath.reciprocal', 12, 2],
    ],
  );
});

test('only rule defp measures', async (t) => {
  const engine = await makeFastEngine(ruleImage({ kind: 'dfa' }));
  t.throws(() => engine.measure(batchOf(0)), {
    message: /^measure: rule dfa keeps no delayed errors; /,
  });
});

test('a defp batch without the places of its samples, or with one outside the memory, is refused (spec §2.9)', async (t) => {
  const engine = await makeFastEngine(ruleImage(defp('error')));
  const { labels, sampleIndices } = batchOf(0);
  const message =
    'batch: 0 sample indices for 1 samples; rule defp needs the place of every sample in the training set';
  t.throws(() => engine.train({ inputsRaw, labels }), { message });
  t.throws(() => engine.measure({ inputsRaw, labels }), { message });
  t.throws(() => engine.train({ inputsRaw, labels, sampleIndices: Uint32Array.of(4) }), {
    message:
      'batch: sample index 4 is outside 0..3; the delayed errors are kept for 4 training samples',
  });
  t.deepEqual([...engine.infer({ inputsRaw, labels })], [-64, 64]);
  t.notThrows(() => engine.train({ inputsRaw, labels, sampleIndices }));
});

test('a checkpoint of another rule or of more samples is refused (spec §2.9)', async (t) => {
  const engine = await makeFastEngine(ruleImage(defp('error')));
  const other = await makeFastEngine(ruleImage({ kind: 'dfa' }));
  const checkpoint = engine.checkpoint();
  t.throws(
    () => {
      other.restore(checkpoint);
    },
    {
      message: /^checkpoint: it has delayed errors, which does not fit rule dfa; /,
    },
  );
  t.throws(
    () => {
      engine.restore(other.checkpoint());
    },
    {
      message: /^checkpoint: it has no delayed errors, which does not fit rule defp; /,
    },
  );
  const { delayedErrors } = checkpoint;
  if (delayedErrors === null) throw new Error('rule defp saves its delayed errors');
  const longer = { ...checkpoint, delayedErrors: { ...delayedErrors, raw: new Int32Array(5) } };
  t.throws(
    () => {
      engine.restore(longer);
    },
    {
      message: /^checkpoint: there are 5 values of delayed errors, this image needs 4; /,
    },
  );
});

test('defp lastLoss: d is the slope of whatever sample was last (spec §2.9)', async (t) => {
  // Label 1 leaves 1/½ = 2 behind: δh of label 0 is 512·32/128 = 128, δz 96 on top of 24.
  t.deepEqual((await trained(defp('lastLoss'), [1, 0]))[0], [-120, 120]);
});

test('defp movingAverage: d is an average by shifts of the errors before, whichever samples they were of (spec §2.9)', async (t) => {
  // n = 1, S = 2·256: d = 256, δz 48. Error 384: S = 512 − 256 + 384 = 640, d = 320: δh = 320·16/128 = 40, δz 30.
  // Error 128: S = 640 − 320 + 128 = 448, d = 224: δh = 56, δz 42.
  t.deepEqual((await trained(defp('movingAverage', 1), [0, 1, 0]))[0], [-120, 120]);
  const engine = await makeFastEngine(ruleImage(defp('movingAverage', 1)));
  engine.train(batchOf(0, 1, 0));
  engine.endEpoch();
  // S = 448 − 224 + 384.
  const learned = { raw: Int32Array.of(608), isValid: Uint8Array.of(1) };
  t.deepEqual(engine.learnedState().delayedErrors, learned);
  const next = await makeFastEngine(ruleImage(defp('movingAverage', 1)));
  next.restore(engine.checkpoint());
  t.deepEqual(next.learnedState().delayedErrors, learned);
});

const halvedRate = {
  learningRate: { kind: 'factor', mantissaRaw: 32768, fractionBits: 23 },
} as const;
const scaled = {
  hidden: halvedRate,
  output: halvedRate,
  formats: { update: parseFormat('s24.16') },
};

test('defp movingRate: η of both layers is scaled by the last errors, never above what is stated (spec §2.9)', async (t) => {
  // Label 1 as drtp: δz ±24, at the output −128 and −128. It errs by ½, so that of label 0 ±48, −384 and 128 count half.
  t.deepEqual(await trained(defp('movingRate', 0), [1, 0], scaled), [
    [-48, 48],
    [320, 64],
  ]);
  // Label 0 errs by 1½: η stays as stated.
  t.deepEqual(await trained(defp('movingRate', 0), [0, 0], scaled), [
    [-96, 96],
    [768, -256],
  ]);
});
