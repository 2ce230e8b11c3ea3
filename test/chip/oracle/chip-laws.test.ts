import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { ChipImage, CoreOrganisation } from '../../../src/chip/image/chip-image.js';
import type { ChipEngine, SampleBatch } from '../../../src/chip/engine.js';
import { maximumRaw, minimumRaw } from '../../../src/numerics/format.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { roleOf } from '../counts/closed-form.js';
import { randomImage, randomSamples } from '../images/random-image.js';
import { holds } from '../../support/holds.js';

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const sampleCount = 4;

/** Everything an engine reports. */
function reportOf(engine: ChipEngine) {
  return {
    state: engine.learnedState(),
    rows: engine.ledgerRows(),
    tensors: engine.tensorHealth(),
    updates: engine.updateHealth(),
    wear: engine.wear(),
  };
}

function train(image: ChipImage, batch: SampleBatch) {
  const dut = new OracleEngine(image);
  const outputs = dut.train(batch);
  return { outputs, inferred: dut.infer(batch), report: reportOf(dut) };
}

function withOrganisation(image: ChipImage, change: Partial<CoreOrganisation>): ChipImage {
  const layers = image.layers.map((layer) => ({
    ...layer,
    organisation: { ...layer.organisation, ...change },
  }));
  return { ...image, layers };
}

function slice(batch: SampleBatch, first: number, end: number, inputCount: number): SampleBatch {
  return {
    inputsRaw: batch.inputsRaw.slice(first * inputCount, end * inputCount),
    labels: batch.labels.slice(first, end),
    ...(batch.sampleIndices && { sampleIndices: batch.sampleIndices.slice(first, end) }),
  };
}

test('the same image and samples give the same outputs, state, ledger, health and wear (spec §3)', (t) => {
  holds(
    t,
    fc.property(seeds, (seed) => {
      const image = randomImage(seed);
      const batch = randomSamples(image, seed, sampleCount);
      t.deepEqual(train(image, batch), train(randomImage(seed), batch));
    }),
    { seed: 21, numRuns: 15 },
  );
});

test('a batch cut in two gives what the whole batch gives (spec §2.6)', (t) => {
  holds(
    t,
    fc.property(seeds, fc.integer({ min: 0, max: sampleCount }), (seed, cut) => {
      const image = randomImage(seed);
      const { inputCount } = elementAt(image.layers, 0, 'layers');
      const batch = randomSamples(image, seed, sampleCount);
      const whole = new OracleEngine(image);
      const parts = new OracleEngine(image);
      const outputs = whole.train(batch);
      const first = parts.train(slice(batch, 0, cut, inputCount));
      const second = parts.train(slice(batch, cut, sampleCount, inputCount));
      t.deepEqual([...first, ...second], [...outputs]);
      t.deepEqual(reportOf(parts), reportOf(whole));
    }),
    { seed: 22, numRuns: 15 },
  );
});

test('inference changes neither weights, biases, lanes, wear nor update health (spec §2.6)', (t) => {
  holds(
    t,
    fc.property(seeds, (seed) => {
      const image = randomImage(seed);
      const batch = randomSamples(image, seed, sampleCount);
      const dut = new OracleEngine(image);
      dut.train(batch);
      const before = reportOf(dut);
      dut.infer(batch);
      const after = reportOf(dut);
      t.deepEqual(after.state, before.state);
      t.deepEqual(after.wear, before.wear);
      t.deepEqual(after.updates, before.updates);
    }),
    { seed: 23, numRuns: 15 },
  );
});

test('dense delivery changes no output, weight or lane state (spec §1)', (t) => {
  holds(
    t,
    fc.property(seeds, (seed) => {
      const image = randomImage(seed);
      const batch = randomSamples(image, seed, sampleCount);
      const sparse = train({ ...image, isDense: false }, batch);
      const dense = train({ ...image, isDense: true }, batch);
      t.deepEqual(dense.outputs, sparse.outputs);
      t.deepEqual(dense.inferred, sparse.inferred);
      t.deepEqual(dense.report.state, sparse.report.state);
      t.deepEqual(dense.report.tensors, sparse.report.tensors);
      t.deepEqual(dense.report.updates, sparse.report.updates);
    }),
    { seed: 24, numRuns: 15 },
  );
});

test('words, gating and the place of partial sums change no result, only counts (spec §4.2)', (t) => {
  holds(
    t,
    fc.property(seeds, fc.integer({ min: 1, max: 9 }), (seed, perWord) => {
      const image = randomImage(seed);
      const batch = randomSamples(image, seed, sampleCount);
      const changed = withOrganisation(image, {
        weightsPerWord: perWord,
        accumulatorsPerWord: perWord,
        outputsPerWord: perWord,
        biasesPerWord: perWord,
        feedbacksPerWord: perWord,
        accumulate: 'memory',
        hasWordWriteGating: true,
      });
      const [one, other] = [train(image, batch), train(changed, batch)];
      t.deepEqual(other.outputs, one.outputs);
      t.deepEqual(other.report.state, one.report.state);
      t.deepEqual(other.report.tensors, one.report.tensors);
      t.deepEqual(other.report.updates, one.report.updates);
    }),
    { seed: 25, numRuns: 15 },
  );
});

test('weights, biases and outputs stay inside their formats (spec §2.3)', (t) => {
  holds(
    t,
    fc.property(seeds, (seed) => {
      const image = randomImage(seed);
      const { formats } = image.numerics;
      const { outputs, report } = train(image, randomSamples(image, seed, sampleCount));
      const fits = (raws: Int32Array, format: (typeof formats)['weight']) =>
        raws.every((raw) => raw >= minimumRaw(format) && raw <= maximumRaw(format));
      t.true(report.state.weightsRaw.every((raws) => fits(raws, formats.weight)));
      t.true(report.state.biasesRaw.every((raws) => fits(raws, formats.bias)));
      t.true(fits(outputs, formats.output));
    }),
    { seed: 26, numRuns: 15 },
  );
});

test('lanes move only where weight or bias rounds stochastically (spec §2.5)', (t) => {
  holds(
    t,
    fc.property(seeds, (seed) => {
      const image = randomImage(seed);
      const { rounding } = image.numerics;
      const { report } = train(image, randomSamples(image, seed, sampleCount));
      const draws = report.rows.filter(({ componentAction }) => componentAction === 'random.draw');
      const learning = image.layers.filter((layer) => roleOf(image, layer).isLearning);
      if (rounding.bias === 'stochastic') t.is(draws.length, learning.length);
      else if (rounding.weight !== 'stochastic') {
        t.is(draws.length, 0);
        const laneSeeds = image.layers.map((layer) => layer.laneSeeds);
        t.deepEqual(report.state.laneStates, laneSeeds);
      }
    }),
    { seed: 27, numRuns: 25 },
  );
});
