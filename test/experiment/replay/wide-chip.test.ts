import test from 'ava';
import { everyTensor } from '../../../src/chip/image/chip-image.js';
import { trainOnWideChip } from '../../../src/experiment/replay/replay-on-chip.js';
import { wideChip, widened, wideNumerics } from '../../../src/experiment/replay/wide-chip.js';
import { buildTopology } from '../../../src/network/topology.js';
import { drawParameters } from '../../../src/network/parameters.js';
import { makeJob, makeSamples } from '../../reference/make-job.js';

const start = everyTensor(() => 24);

test('every tensor of the wide chip has 32 bits, the second moment 31 without a sign, and rounds to nearest (spec §2.1)', (t) => {
  const { formats, rounding, overflow } = wideNumerics({ ...start, delta: 20 });
  t.deepEqual(formats.weight, { isSigned: true, totalBits: 32, fractionBits: 24 });
  t.deepEqual(formats.delta, { isSigned: true, totalBits: 32, fractionBits: 20 });
  t.deepEqual(formats.secondMoment, { isSigned: false, totalBits: 31, fractionBits: 24 });
  t.deepEqual([...new Set(Object.values(rounding))], ['nearest']);
  t.deepEqual([...new Set(Object.values(overflow))], ['saturate']);
});

test('a tensor that left its format gets a range 16 times as large, and h goes with its sums', (t) => {
  t.deepEqual(widened(start, new Set(['gradient'])), { ...start, gradient: 20 });
  const wider = { ...start, accumulator: 20, activation: 20, output: 20 };
  t.deepEqual(widened(start, new Set(['accumulator'])), wider);
  t.deepEqual(widened(start, new Set()), start);
});

test('a tensor keeps 8 fraction bits however often it leaves its format, or those it was given', (t) => {
  const overflowed = new Set(['delta', 'update'] as const);
  const { delta, update } = widened({ ...start, delta: 10, update: 6 }, overflowed);
  t.deepEqual([delta, update], [8, 6]);
});

test('the wide chip has a core for each layer and room for 3072 inputs and 1000 neurons', (t) => {
  const description = [1000, 1000, 10].map((neurons) => ({ type: 'fc' as const, neurons }));
  const topology = buildTopology(description, 3072, 10, { hidden: 'tanh', output: 'sigmoid' });
  const { coreCount, core } = wideChip(topology);
  t.is(coreCount, 3);
  const { bankCount, wordsPerBank, wordBits } = core.memories.synapses;
  t.true(bankCount * wordsPerBank * wordBits >= 3072 * 1000 * 32);
});

test('inputs of up to 1920 widen the input format of a training until they fit', (t) => {
  // 15 · 128 = 1920 needs 11 integer bits and a sign: F = 20 leaves 11.
  const train = { ...makeSamples(4, 6, 3), featureScale: 128 };
  const job = makeJob([2], { train, test: train, orders: () => Uint32Array.of(0, 1, 2, 3) });
  t.is(trainOnWideChip(job).fractionBits.input, 20);
});

test('weights of 1000 widen the weight format, and are as they were after a training that does not change them', (t) => {
  // 1000 needs 10 integer bits and a sign: F = 20 leaves 11.
  const { topology } = makeJob([2]);
  const drawn = drawParameters(topology, 1);
  const initial = drawn.map((layer) => ({ ...layer, weights: layer.weights.map(() => 1000) }));
  const job = makeJob([2], { initial, frozenLayers: [1, 2] });
  const { parameters, fractionBits } = trainOnWideChip(job);
  t.is(fractionBits.weight, 20);
  t.deepEqual(
    parameters.map(({ weights }) => [...new Set(weights)]),
    [[1000], [1000]],
  );
});
