import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import {
  type PreparedExperiment,
  prepareExperiment,
} from '../../../src/experiment/file/prepare-experiment.js';
import { energySpreadOf, percentileOf } from '../../../src/experiment/probe/energy-spread.js';
import type { ChipModel } from '../../../src/hardware/chip-model.js';
import { priceLedger } from '../../../src/ledger/pricing.js';
import { InputEncoder } from '../../../src/mapping/input/input-encoder.js';
import { sampleOrder } from '../../../src/time/seeded-order.js';
import { makeFolder, runText } from '../small-run.js';

const text = `
name: small
dataset: { name: digits, trainSamples: 40, testSamples: 21 }
network: FC_12_FC_10
training: { rule: drtp, epochs: 2, learningRate: 2^-3, schedule: { name: exponential, factor: 0.125 }, updateSkip: { whenErrorBelow: 0.5 } }
hardware: edge-28nm
`;

test('a percentile is the smallest value that so many do not exceed', (t) => {
  const values = Array.from({ length: 20 }, (_, index) => index + 1);
  t.deepEqual(
    [5, 50, 95].map((percent) => percentileOf(values, percent)),
    [1, 10, 19],
  );
  t.deepEqual(
    [5, 50, 95].map((percent) => percentileOf([7], percent)),
    [7, 7, 7],
  );
});

/** η of epoch 2. */
const lastRate = 2 ** -6;

async function prepare(): Promise<PreparedExperiment> {
  const folder = await makeFolder();
  const file = path.join(folder, 'experiment.yaml');
  await writeFile(file, text);
  return prepareExperiment(file, [], folder);
}

test('energies of single samples are those of the actions that the oracle counts in each, at the η of the last epoch', async (t) => {
  const given = await prepare();
  const { data, inputQuantiser } = given;
  const image = given.imageAtRate(lastRate);
  // The oracle counts actions and no cycles: without prices of cycles both have the same rows.
  const chip: ChipModel = {
    ...given.chip,
    unitPrice: (row) =>
      /^(clock|leakage)\./.test(row.componentAction) ? null : given.chip.unitPrice(row),
  };
  const prepared = { ...given, chip };
  const [engine, oracle] = [await makeFastEngine(image), new OracleEngine(image)];
  const batchOf = (part: typeof data.train, from: number, to: number) => {
    const order = sampleOrder(part.sampleCount, 0, 0, false);
    return new InputEncoder(part, inputQuantiser).encode(order, from, to);
  };
  for (const own of [engine, oracle]) own.train(batchOf(data.train, 0, 40));
  const spent = () => priceLedger(oracle.ledgerRows(), chip).total.energyPj;
  const energies = (count: number, run: (sample: number) => unknown) =>
    Array.from({ length: count }, (_, sample) => {
      const before = spent();
      run(sample);
      return (spent() - before) / 1000;
    }).sort((left, right) => left - right);
  const inference = energies(21, (sample) => oracle.infer(batchOf(data.test, sample, sample + 1)));
  const training = energies(40, (sample) => oracle.train(batchOf(data.train, sample, sample + 1)));
  const spread = await energySpreadOf(prepared, engine, lastRate);
  const expected = {
    // 5 % of 21 is 1.05, so two of them; 50 % are 11, 95 % are 20. Of 40: 2, 20 and 38.
    inference: [inference[1], inference[10], inference[19]],
    training: [training[1], training[19], training[37]],
  };
  for (const run of ['inference', 'training'] as const) {
    const own = spread[run];
    const found = [own?.percentile5Nj, own?.percentile50Nj, own?.percentile95Nj];
    for (const [place, value = NaN] of found.entries()) {
      const wanted = expected[run][place] ?? NaN;
      t.true(Math.abs(value - wanted) <= 1e-9 * wanted, `${run}: ${value}, oracle ${wanted}`);
    }
    t.true((own?.percentile95Nj ?? NaN) > (own?.percentile5Nj ?? NaN));
  }
  t.deepEqual([spread.inference?.samples, spread.training?.samples], [21, 40]);
  t.is(engine.activity().find(({ run }) => run === 'inference')?.sampleCount, 0, 'it is a copy');
  const atFirst = await energySpreadOf(prepared, engine, 2 ** -3);
  t.notDeepEqual(atFirst.training, spread.training, 'another η leaves out other samples');
  t.deepEqual(atFirst.inference, spread.inference);
});

test('a run whose schedule lowers η goes on with that of its last epoch', async (t) => {
  const prepared = await prepare();
  const { data, inputQuantiser } = prepared;
  let engine = await makeFastEngine(prepared.imageAtRate(2 ** -3));
  for (const [epoch, rate] of [2 ** -3, lastRate].entries()) {
    const before = engine.checkpoint();
    engine = await makeFastEngine(prepared.imageAtRate(rate));
    engine.restore(before);
    const order = sampleOrder(40, 1, epoch + 1, true);
    engine.train(new InputEncoder(data.train, inputQuantiser).encode(order, 0, 40));
    engine.endEpoch();
  }
  const expected = await energySpreadOf(prepared, engine, lastRate);
  const { energySpread } = await runText(text, ['reference.enabled=false']);
  t.deepEqual(energySpread?.training, expected.training);
});
