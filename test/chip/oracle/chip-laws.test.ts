import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { ChipImage, CoreOrganisation } from '../../../src/chip/image/chip-image.js';
import type { ChipEngine, SampleBatch } from '../../../src/chip/engine.js';
import { maximumRaw, minimumRaw } from '../../../src/numerics/format.js';
import { roleOf } from '../counts/closed-form.js';
import { randomChips } from '../images/random-chips.js';
import { randomImage, randomSamples } from '../images/random-image.js';
import { shownBy, sliceBatch } from '../../support/engine-views.js';
import { agree } from '../../support/agree.js';
import { holds } from '../../support/holds.js';

const sampleCount = 4;

/** Everything an engine reports. */
function reportOf(engine: ChipEngine) {
  return {
    ...shownBy(engine),
    rows: engine.ledgerRows(),
  };
}

function train(image: ChipImage, batch: SampleBatch) {
  const dut = new OracleEngine(image);
  const outputs = dut.train(batch);
  return { outputs, inferred: dut.infer(batch), report: reportOf(dut) };
}

/** What does not depend on words and delivery: no counts, no wear. */
function resultsOf({ outputs, inferred, report }: ReturnType<typeof train>) {
  const { learned, tensors, updates } = report;
  return { outputs: [outputs, inferred], learned, tensors, updates };
}

function withOrganisation(image: ChipImage, change: Partial<CoreOrganisation>): ChipImage {
  const layers = image.layers.map((layer) => ({
    ...layer,
    organisation: { ...layer.organisation, ...change },
  }));
  return { ...image, layers };
}

test('the same image and samples give the same outputs, state, ledger, health and wear (spec §3)', (t) => {
  holds(
    t,
    fc.property(randomChips(), ({ image, seed }) => {
      const batch = randomSamples(image, seed, sampleCount);
      agree(t, image, { once: train(image, batch), again: train(randomImage(seed), batch) });
    }),
    { seed: 21, numRuns: 15 },
  );
});

test('a batch cut in two gives what the whole batch gives (spec §2.6)', (t) => {
  holds(
    t,
    fc.property(randomChips(), fc.integer({ min: 0, max: sampleCount }), ({ image, seed }, cut) => {
      const batch = randomSamples(image, seed, sampleCount);
      const whole = new OracleEngine(image);
      const parts = new OracleEngine(image);
      const outputs = whole.train(batch);
      const first = parts.train(sliceBatch(batch, 0, cut));
      const second = parts.train(sliceBatch(batch, cut, sampleCount));
      agree(t, image, {
        parts: { outputs: [[...first, ...second]], ...reportOf(parts) },
        whole: { outputs: [[...outputs]], ...reportOf(whole) },
      });
    }),
    { seed: 22, numRuns: 15 },
  );
});

test('inference changes neither weights, biases, lanes, wear nor update health (spec §2.6)', (t) => {
  holds(
    t,
    fc.property(randomChips(), ({ image, seed }) => {
      const batch = randomSamples(image, seed, sampleCount);
      const dut = new OracleEngine(image);
      dut.train(batch);
      const { learned, wear, updates } = reportOf(dut);
      dut.infer(batch);
      const after = reportOf(dut);
      agree(t, image, {
        before: { learned, wear, updates },
        after: { learned: after.learned, wear: after.wear, updates: after.updates },
      });
    }),
    { seed: 23, numRuns: 15 },
  );
});

test('dense delivery changes no output, weight or lane state (spec §1)', (t) => {
  holds(
    t,
    fc.property(randomChips(), ({ image, seed }) => {
      const batch = randomSamples(image, seed, sampleCount);
      const sparse = train({ ...image, isDense: false }, batch);
      const dense = train({ ...image, isDense: true }, batch);
      agree(t, image, { dense: resultsOf(dense), sparse: resultsOf(sparse) });
    }),
    { seed: 24, numRuns: 15 },
  );
});

test('words, gating and the place of partial sums change no result, only counts (spec §4.2)', (t) => {
  holds(
    t,
    fc.property(randomChips(), fc.integer({ min: 1, max: 9 }), ({ image, seed }, perWord) => {
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
      agree(t, image, { changed: resultsOf(other), drawn: resultsOf(one) });
    }),
    { seed: 25, numRuns: 15 },
  );
});

test('weights, biases and outputs stay inside their formats (spec §2.3)', (t) => {
  holds(
    t,
    fc.property(randomChips(), ({ image, seed }) => {
      const { formats } = image.numerics;
      const { outputs, report } = train(image, randomSamples(image, seed, sampleCount));
      const fits = (raws: Int32Array, format: (typeof formats)['weight']) =>
        raws.every((raw) => raw >= minimumRaw(format) && raw <= maximumRaw(format));
      t.true(report.learned.weightsRaw.every((raws) => fits(raws, formats.weight)));
      t.true(report.learned.biasesRaw.every((raws) => fits(raws, formats.bias)));
      t.true(fits(outputs, formats.output));
    }),
    { seed: 26, numRuns: 15 },
  );
});

test('lanes move only where weight or bias rounds stochastically (spec §2.5)', (t) => {
  holds(
    t,
    fc.property(randomChips(), ({ image, seed }) => {
      const { rounding } = image.numerics;
      const { report } = train(image, randomSamples(image, seed, sampleCount));
      const draws = report.rows.filter(({ componentAction }) => componentAction === 'random.draw');
      const learning = image.layers.filter((layer) => roleOf(image, layer).isLearning);
      if (rounding.bias === 'stochastic') t.is(draws.length, learning.length);
      else if (rounding.weight !== 'stochastic') {
        t.is(draws.length, 0);
        const laneSeeds = image.layers.map((layer) => layer.laneSeeds);
        agree(t, image, {
          after: { laneStates: report.learned.laneStates },
          before: { laneStates: laneSeeds },
        });
      }
    }),
    { seed: 27, numRuns: 25 },
  );
});
