import { tableOf } from '../../../src/chip/image/activation-table.js';
import test from 'ava';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { batchOf, biasesOf, outputBias, ruleImage, trained } from '../images/fast/rule-image.js';

/*
 * By hand, for label 0: y − t = [−½ − 1, ½] = [−384, 128] at the 8 fraction bits of delta, which is δz of the output
 * layer with loss bce. δh below is at 8 fraction bits too: sums at 15 lose 7 bits. δz = ¾·δh, and b = −δz.
 */

test('drtp: δh is the row of B that the label selects (spec §2.9)', async (t) => {
  // [32, −32] → [64, −64], times ¾.
  t.deepEqual(await trained({ kind: 'drtp' }, [0]), [[-48, 48], outputBias]);
});

test('dfa: δh sums e over all rows of B (spec §2.9)', async (t) => {
  // −384·32 + 128·16 = −10240 → −80; the other neuron the opposite; times ¾.
  t.deepEqual(await trained({ kind: 'dfa' }, [0]), [[60, -60], outputBias]);
});

test('dfa: e is y − t and not 2(y − t) with loss mse (spec §2.9)', async (t) => {
  // The output layer: δh = 2e = [−768, 256], δz = ¾·δh.
  t.deepEqual(await trained({ kind: 'dfa' }, [0], { chip: { loss: 'mse' } }), [
    [60, -60],
    [576, -192],
  ]);
});

test('dfa: e that does not fit delta is counted at the output layer, before its δz (spec §2.9)', async (t) => {
  const formats = { delta: parseFormat('s9.8') };
  const engine = await makeFastEngine(ruleImage({ kind: 'dfa' }, { formats }));
  engine.train(batchOf(0));
  const deltas = engine.tensorHealth().filter(({ tensor }) => tensor === 'delta');
  // −384 saturates to −256 twice: as e and as δz. δh = (−256·32 + 128·16)/128 = −48 fits.
  t.deepEqual(
    deltas.map(({ saturationCount }) => saturationCount),
    [0, 2],
  );
  t.deepEqual(biasesOf(engine)[0], [36, -36]);
});

test('sdfa: δh adds and subtracts rows of B by the sign of the error (spec §2.9)', async (t) => {
  // −32 + 16 = −16 → −32, times ¾.
  t.deepEqual(await trained({ kind: 'sdfa' }, [0]), [[24, -24], outputBias]);
});

test('sdfa: an error of 0 has sign 0 (spec §2.9)', async (t) => {
  // y = [−½, 0]: only the first row of B is subtracted, −32 → −64, times ¾.
  const activationUnit = {
    kind: 'table' as const,
    function: 'sigmoid' as const,
    inputFormat: parseFormat('s8.4'),
    indexBits: 1,
    interpolation: 'none' as const,
    outputFormat: parseFormat('s8.7'),
    entriesRaw: Int32Array.of(-64, 0),
  };
  t.deepEqual(await trained({ kind: 'sdfa' }, [0], { output: { activationUnit } }), [
    [48, -48],
    [384, 0],
  ]);
});

test("fa: δh multiplies B, a row for every neuron, with the next layer's δz (spec §2.9)", async (t) => {
  // B[0]·δz = 32·−384 − 32·128 = −16384 → −128; B[1]·δz is half of it.
  t.deepEqual(await trained({ kind: 'fa' }, [0]), [[96, 48], outputBias]);
});

test("bp: δh multiplies the next layer's weights with its δz (spec §2.9)", async (t) => {
  // −8·−384 + 8·128 = 4096 → 32, times ¾.
  t.deepEqual(await trained({ kind: 'bp' }, [0]), [[-24, -24], outputBias]);
});

test('bp: the weights are those before the update of the sample (spec §2.9)', async (t) => {
  const output = { learningRate: { kind: 'shift' as const, shiftBits: 0 } };
  const engine = await makeFastEngine(ruleImage({ kind: 'bp' }, { output }));
  engine.train(batchOf(0));
  // w − g·x = −8 + 384·64/2^8 = 88 and 8 − 128·64/2^8 = −24: the output layer did learn.
  t.deepEqual([...(engine.learnedState().weightsRaw[1] ?? [])], [88, -24, 88, -24]);
  t.deepEqual(biasesOf(engine)[0], [-24, -24]);
});

test('shallow: hidden layers keep weights and biases, the output layer learns (spec §2.9)', async (t) => {
  t.deepEqual(await trained({ kind: 'shallow' }, [0]), [[0, 0], outputBias]);
});

test('a frozen layer keeps its biases, and bp passes through it (spec §2.9)', async (t) => {
  const frozen = { isTrainable: false };
  t.deepEqual(await trained({ kind: 'bp' }, [0], { output: frozen }), [
    [-24, -24],
    [0, 0],
  ]);
  t.deepEqual(await trained({ kind: 'bp' }, [0], { hidden: frozen }), [[0, 0], outputBias]);
  t.deepEqual(await trained({ kind: 'drtp' }, [0], { output: frozen }), [
    [-48, 48],
    [0, 0],
  ]);
});

test('feedback of another shape or outside its format is refused before anything runs (spec §2.9)', async (t) => {
  const withFeedback = (kind: 'fa' | 'bp', feedbackRaw: Int32Array) =>
    makeFastEngine(ruleImage({ kind }, { hidden: { feedbackRaw } }));
  await t.throwsAsync(withFeedback('fa', new Int32Array(6)), {
    message: 'layer 1: feedbackRaw has 6 elements, its shape needs 4',
  });
  await t.throwsAsync(withFeedback('bp', new Int32Array(4)), {
    message: 'layer 1: feedbackRaw has 4 elements, its shape needs 0',
  });
  await t.throwsAsync(withFeedback('fa', Int32Array.of(0, 0, 0, 128)), {
    message: 'layer 1: feedbackRaw holds 128, outside -128..127 of s8.7; quantise it first',
  });
});

test('a sum past 32 bits is exact on the vector path too (spec §2.9)', async (t) => {
  // 600 δz of 32767, one of them less 1 = 256: Σ −128·δz = −128·19659944 is below −2^31, δh saturates at −32768.
  const neuronCount = 600;
  const wide = parseFormat('s16.8');
  const { layers } = ruleImage({ kind: 'fa' });
  const [, output] = layers;
  if (output === undefined) throw new Error('there are two layers');
  const image = ruleImage(
    { kind: 'fa' },
    {
      chip: { classCount: neuronCount },
      formats: { output: wide, delta: wide, bias: parseFormat('s17.16') },
      hidden: { feedbackRaw: new Int32Array(2 * neuronCount).fill(-128) },
      output: {
        neuronCount,
        outputFormat: wide,
        weightsRaw: new Int32Array(2 * neuronCount),
        biasesRaw: new Int32Array(neuronCount),
        activationUnit: {
          ...tableOf(output),
          outputFormat: wide,
          entriesRaw: Int32Array.of(32767, 32767),
        },
      },
    },
  );
  for (const path of ['vector', 'general'] as const) {
    const engine = await makeFastEngine(image, { path });
    engine.train(batchOf(0));
    // δz = ¾·−32768.
    t.deepEqual(biasesOf(engine)[0], [24576, 24576]);
  }
});
