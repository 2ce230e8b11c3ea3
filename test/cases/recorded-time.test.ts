import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeEstimate } from '../../src/experiment/estimate/make-estimate.js';
import { prepareEstimate } from '../../src/experiment/estimate/prepare-estimate.js';
import { prepareExperiment } from '../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../src/experiment/record/result-record.js';
import { runExperiment } from '../../src/experiment/run/run-experiment.js';
import { packageRoot } from '../../src/package-root.js';
import { renderHtml } from '../../src/report/run/page.js';
import { InputError } from '../../src/units/input-error.js';

/* Samples that last: every figure of a sample knows for how long. */

const clockHz = 100e6;
const cases = [
  // Six samples whose last events come 933 µs after their beginning on average in the test set, 974 µs in the training set.
  { name: 'deployment.yaml', fewestUs: 900, mostPerSecond: 1072 },
  // The smallest values come last: u4.4 has 14 steps of 60 µs from the largest to 1.
  { name: 'ttfs.yaml', fewestUs: 800, mostPerSecond: 1191 },
] as const;

function caseFile(t: ExecutionContext, name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'recorded-time-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  cpSync(path.join(packageRoot, 'test', 'cases', 'recorded-time'), folder, { recursive: true });
  return path.join(folder, name);
}

async function runAt(t: ExecutionContext, name: string, rate: number): Promise<ResultRecord> {
  const file = caseFile(t, name);
  const folder = path.dirname(file);
  const overrides = [`deployment.samplesPerSecond=${rate}`];
  const prepared = await prepareExperiment(file, overrides, folder);
  return runExperiment(prepared, {
    outputFolder: path.join(folder, 'out'),
    cacheFolder: path.join(folder, 'cache'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

for (const { name, fewestUs, mostPerSecond } of cases) {
  test(`${name}: a rate above 1 / duration is refused with the highest one, which is then accepted (spec §9)`, async (t) => {
    const file = caseFile(t, name);
    const error = await t.throwsAsync(prepareExperiment(file, [], path.dirname(file)), {
      instanceOf: InputError,
      message: /100000 samples a second is more than the chip can do: at most \d+ of this mix/,
    });
    const limit = Number(/at most (\d+) /.exec(error.message)?.[1]);
    t.true(limit <= mostPerSecond);
    const at = (rate: number) =>
      prepareExperiment(file, [`deployment.samplesPerSecond=${rate}`], path.dirname(file));
    await t.notThrowsAsync(at(limit));
    await t.throwsAsync(at(limit + 1), { instanceOf: InputError });
  });

  test(`${name}: latency, leakage, power, duty cycle and battery include the time until the last event (spec §9)`, async (t) => {
    const result = await runAt(t, name, 500);
    const { perSample, ledger, power, schedule } = result;
    // All six training samples are in the schedule, which the event-driven engine makes.
    t.is(schedule?.serialLatencyCycles, perSample.training.latencyCycles);
    for (const run of ['inference', 'training'] as const) {
      const cost = perSample[run];
      t.true((cost.inputCycles ?? 0) / 100 >= fewestUs);
      t.true(cost.latencyCycles >= (cost.inputCycles ?? Infinity));
      const rows = ledger.filter((row) => row.run === run);
      const clocked = rows.filter(
        ({ action, component }) => `${component}.${action}` === 'clock.cycle',
      );
      const worked = clocked.reduce((sum, row) => sum + row.count / row.samples, 0);
      // Two layers, one core each, no hops in common: what is not worked is waited for.
      t.true(Math.abs(cost.latencyCycles - worked - (cost.waitCycles ?? 0)) < 1e-6);
      const leaking = rows.filter(({ component }) => component === 'leakage');
      t.true(leaking.every((row) => row.count / row.samples === cost.latencyCycles));
      const rate = power?.fullSpeed[run].samplesPerSecond ?? Infinity;
      t.true(rate <= clockHz / (cost.inputCycles ?? 0));
      const leakageNj = leaking.reduce((sum, row) => sum + (row.energyPj ?? 0), 0) / 6000;
      t.true(cost.energyNj >= leakageNj);
    }
    const deployment = power?.deployment;
    if (deployment === undefined || deployment === null) return t.fail();
    const meanSeconds =
      (0.9 * perSample.inference.latencyCycles + 0.1 * perSample.training.latencyCycles) / clockHz;
    t.true(Math.abs(deployment.dutyCyclePercent - 100 * 500 * meanSeconds) < 1e-9);
    t.true(Math.abs(deployment.maximumSamplesPerSecond * meanSeconds - 1) < 1e-9);
    // Leakage never stops: the chip takes at least the power of its idle cores.
    const powerUw = deployment.average?.powerUw ?? 0;
    t.true(powerUw >= (power?.idle.powerUw ?? Infinity) * 0.999);
    const joule = 230 * 3.6 * 3;
    t.true(Math.abs((deployment.battery?.lifeHours ?? 0) - joule / (powerUw * 1e-6) / 3600) < 1e-6);
  });

  test(`${name}: the page says that latencies include it`, async (t) => {
    const page = renderHtml([await runAt(t, name, 500)]);
    t.regex(page, /include the time until a sample.{1,6}s last event/);
    t.notRegex(page, /are those of graded events/);
  });

  test(`${name}: an estimate that has the samples knows their time, one that has not says so (spec §9)`, async (t) => {
    const file = caseFile(t, name);
    const request = { dataFolder: path.dirname(file), rules: null, coreCount: null, result: null };
    const estimate = async (overrides: readonly string[]) =>
      makeEstimate(
        await prepareEstimate(file, {
          ...request,
          overrides: ['activity.layers=0.5', ...overrides],
        }),
      ).record;
    const known = await estimate([]);
    const result = await runAt(t, name, 500);
    const training = known.rules[0]?.perSample?.training;
    t.is(training?.inputCycles, result.perSample.training.inputCycles);
    t.is(training?.waitCycles, result.perSample.training.waitCycles);
    t.true((training?.latencyCycles ?? 0) >= (training?.inputCycles ?? Infinity));
    t.true((known.rules[0]?.perSample?.trainingInterval.us ?? 0) >= fewestUs);
    const unknown = await estimate([
      'dataset={ inputShape: [2, 4, 4], classCount: 2, trainSamples: 6 }',
      'activity.input=0.2',
    ]);
    t.true(unknown.notes.some((note) => note.includes('when is not known without samples')));
    t.is(unknown.rules[0]?.perSample?.training.inputCycles, null);
  });
}
