import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import type { ChipEngine, SampleBatch } from '../../../src/chip/engine.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { fitsDatapath } from '../checks/datapath-fit.js';
import { splitImage } from '../images/fast/split-image.js';
import { sparseSamples, stateImage } from '../images/fast/state-image.js';
import { shippedImage } from '../images/shipped-image.js';
import { Draws } from '../oracle/draws.js';
import { agree } from '../../support/agree.js';
import { describeDrawnChip } from '../../support/describe-chip.js';
import { holds } from '../../support/holds.js';
import { shownBy } from '../../support/engine-views.js';

/** Cases of each property; the first of thousands that were run once. */
const runs = { seed: 20_261_129, numRuns: Number(process.env['STATE_STEP_CASES'] ?? 45) };

/** Two epochs, each with a batch that is not full. */
function history(engine: ChipEngine, samples: SampleBatch) {
  const outputs = [engine.train(samples)];
  engine.endEpoch();
  outputs.push(engine.train(samples));
  engine.endEpoch();
  return { outputs, ...shownBy(engine), ledger: engine.ledgerRows() };
}

/** A drawn chip, in a quarter of the cases cut into parts, and samples for it. */
const drawn = fc.noShrink(fc.integer({ min: 0, max: 10_000_000 })).map((seed) => {
  const draws = new Draws(seed, 'states');
  const whole = stateImage(draws);
  const size = { axonCount: draws.integer(3, 12), columnCount: draws.integer(2, 17) };
  const image = draws.chance(0.25) ? splitImage(whole, draws, () => size) : whole;
  const print = { [fc.toStringMethod]: () => describeDrawnChip(image, `seed ${seed}`) };
  return { image, samples: sparseSamples(draws, 43), ...print };
});
const cases = drawn.filter(({ image }) => fitsDatapath(image));

test('oracle and fast engine agree on steps of every optimizer, with states on vectors and rows that fall silent (spec §2.11, §3)', async (t) => {
  t.timeout(240_000);
  const taken = new Set<string>();
  await holds(
    t,
    fc.asyncProperty(cases, async ({ image, samples }) => {
      const engine = await makeFastEngine(image);
      const fast = history(engine, samples);
      agree(t, image, { fast, oracle: history(new OracleEngine(image), samples) });
      for (const { phase, path } of engine.paths()) if (phase === 'step') taken.add(path);
    }),
    runs,
  );
  t.deepEqual([...taken].sort(), ['doubles', 'mixed', 'scalar', 'words']);
});

test('a checkpoint between two steps goes on with the same bits on either path, whatever rows were silent (spec §2.11, §3)', async (t) => {
  t.timeout(240_000);
  await holds(
    t,
    fc.asyncProperty(cases, async ({ image, samples }) => {
      const through = await makeFastEngine(image);
      through.train(samples);
      const middle = through.checkpoint();
      const expected = history(through, samples);
      for (const path of ['vector', 'general'] as const) {
        const resumed = await makeFastEngine(image, { path });
        resumed.restore(middle);
        agree(t, image, { through: expected, [path]: history(resumed, samples) });
      }
    }),
    { ...runs, numRuns: Math.ceil(runs.numRuns / 3) },
  );
});

test('rows whose velocities have come to rest move weights by the same words as any, at a constant and at a changing rate (spec §2.9, §3)', async (t) => {
  const base = shippedImage('edge-28nm', { network: 'FC_9_FC_4', inputCount: 6, classCount: 4 });
  // Two samples with events, then silence in which v decays to at most 24: (1 − 0.98)·24 is below a half.
  const sampleCount = 1500;
  const restCount = 700;
  const inputsRaw = Int32Array.from({ length: sampleCount * 6 }, (_, place) =>
    place < 12 ? 40 + 9 * place : 0,
  );
  const labels = Uint8Array.from({ length: sampleCount }, (_, sample) => sample % 4);
  // A word that no sample has visited holds 1: the rate goes up again, and stays up.
  const sampleIndices = Array.from(labels, (label, sample) =>
    sample < restCount ? label : sample,
  );
  const samples = { inputsRaw, labels, sampleIndices: Uint32Array.from(sampleIndices) };
  const movingRate = {
    kind: 'defp',
    variant: 'movingRate',
    sampleCount,
    wordBits: 8,
    delayedErrorsPerWord: 1,
  } as const;
  for (const rule of [base.rule, movingRate]) {
    for (let step = 0; step < 10; step += 1) {
      const mantissaRaw = 32_768 + 3_276 * step;
      const image: ChipImage = {
        ...base,
        rule,
        optimizer: { kind: 'momentum', decayRaw: 64_225, isNesterov: step % 2 === 1 },
        layers: base.layers.map((layer) => ({
          ...layer,
          learningRate: { kind: 'factor', mantissaRaw, fractionBits: 22 + (step % 2) },
        })),
      };
      const [vector, general] = [
        await makeFastEngine(image),
        await makeFastEngine(image, { path: 'general' }),
      ];
      agree(t, image, {
        vector: history(vector, samples),
        general: history(general, samples),
      });
    }
  }
});

test('a row at rest moves again once η is larger (spec §2.9, §2.11, §3)', async (t) => {
  // v decays to 24 raw and stays: (1 − 0.98)·24 is below a half. 24·m is more than half a step of a weight,
  // and less at an η two thirds as large.
  const base = shippedImage('edge-28nm', { network: 'FC_9_FC_4', inputCount: 6, classCount: 4 });
  const stateFormat = { isSigned: true, totalBits: 32, fractionBits: 8 };
  const formats = { ...base.numerics.formats, gradient: stateFormat, momentum: stateFormat };
  const rounding = { ...base.numerics.rounding, weight: 'nearest' as const };
  const sampleCount = 320;
  const restCount = 280;
  const inputsRaw = Int32Array.from({ length: sampleCount * 6 }, (_, place) =>
    place < 12 ? 40 + 9 * place : 0,
  );
  // Biases learn label 0, so that errors, and η with them, become small; at another label they are large.
  const labels = Uint8Array.from({ length: sampleCount }, (_, sample) =>
    sample < restCount ? 0 : 1,
  );
  const image: ChipImage = {
    ...base,
    numerics: { ...base.numerics, formats, rounding },
    rule: {
      kind: 'defp',
      variant: 'movingRate',
      sampleCount,
      wordBits: 8,
      delayedErrorsPerWord: 1,
    },
    optimizer: { kind: 'momentum', decayRaw: 64_225, isNesterov: false },
    layers: base.layers.map((layer) => ({
      ...layer,
      learningRate: { kind: 'factor', mantissaRaw: 65_535, fractionBits: 20 },
    })),
  };
  const samples = { inputsRaw, labels, sampleIndices: Uint32Array.from(labels.keys()) };
  const engine = await makeFastEngine(image);
  const fast = history(engine, samples);
  agree(t, image, { fast, oracle: history(new OracleEngine(image), samples) });
});
