import test from 'ava';
import { Interrupted } from '../../../src/experiment/run/interrupted.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import type { RunSettings } from '../../../src/experiment/run/sides/run-settings.js';
import { summaryLines } from '../../../src/cli/summary.js';
import { renderHtml } from '../../../src/report/run/page.js';
import { makeFolder, runText } from '../small-run.js';

const text = `
name: skipping
dataset: { name: digits, trainSamples: 700, testSamples: 100 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 3, learningRate: 2^-4, updateSkip: { whenErrorBelow: 0.2 } }
hardware: edge-28nm
reference: { enabled: false }
`;

function run(
  overrides: readonly string[] = [],
  settings: Partial<RunSettings> = {},
): Promise<ResultRecord> {
  return runText(text, overrides, settings);
}

function withoutTiming(result: ResultRecord): Omit<ResultRecord, 'timing'> {
  const { timing, ...rest } = result;
  return timing.wallSeconds >= 0 ? rest : result;
}

test('the share of skipped samples is in the record by epoch, in the report and in the terminal (spec §2.15)', async (t) => {
  const result = await run(['reference.enabled=true']);
  const shares = result.epochs.map(({ skippedPercent }) => skippedPercent ?? NaN);
  // The reference decides by its own errors: its share is near the chip's, in whole samples.
  const ofReference = result.epochs.map((epoch) => epoch.referenceSkippedPercent ?? NaN);
  t.log(shares, ofReference);
  t.is(shares.length, 3);
  for (const [epoch, share] of ofReference.entries()) {
    t.true(Math.abs(share - (shares[epoch] ?? NaN)) < 15, `epoch ${epoch + 1}: ${share} %`);
    t.true(Math.abs(7 * share - Math.round(7 * share)) < 1e-9);
  }
  t.true((ofReference[2] ?? NaN) > (ofReference[0] ?? NaN));
  // A network that learns errs less.
  t.true((shares[2] ?? NaN) > (shares[0] ?? NaN));
  const training = result.measuredRuns.find((measured) => measured.run === 'training');
  const skipped = shares.reduce((sum, share) => sum + (700 * share) / 100, 0);
  t.is(training?.skippedSamples, Math.round(skipped));
  t.true((training?.layers[0]?.skipped?.events ?? 0) > 0);
  const percent = (share: number): string => `${share.toFixed(2)}\u00a0%`;
  const mean = (values: readonly number[]): string =>
    percent(values.reduce((sum, share) => sum + share, 0) / 3);
  for (const [label, own] of [
    ['Not learned from', shares],
    ['Not learned from, reference', ofReference],
  ] as const) {
    const value = `${mean(own)} of the training samples; by epoch ${own.map(percent).join(', ')}`;
    t.true(renderHtml([result]).includes(`<dt>${label}</dt><dd>${value}</dd>`), value);
    const lines = summaryLines(result, 'report.html').map((line) => line.split(/ {2,}/));
    t.deepEqual(
      lines.find(([first]) => first === label),
      [label, value],
    );
  }
  const inSentence = `all training samples, ${mean(shares)} of which are not learned from. `;
  t.true(summaryLines(result, 'report.html').some((line) => line.includes(inSentence)));
  t.true(result.notes.some((note) => note.includes('rule drtp does not pipeline')));
  t.is(result.schedule?.pipelinedCycles, null);
  t.regex(result.schedule?.reason ?? '', /^training\.updateSkip locks rule drtp/);
});

test('skipping costs less energy per training sample, and a limit below every error skips nothing and learns the same (spec §2.15)', async (t) => {
  const [skipping, tiny, plain] = [
    await run(),
    await run(['training.updateSkip.whenErrorBelow=0.0001']),
    await runText(text.replace(', updateSkip: { whenErrorBelow: 0.2 }', ''), []),
  ];
  t.deepEqual(
    tiny.epochs.map(({ skippedPercent }) => skippedPercent),
    [0, 0, 0],
  );
  t.deepEqual(tiny.accuracy, plain.accuracy);
  t.deepEqual(tiny.wear, plain.wear);
  t.true(skipping.perSample.training.energyNj < plain.perSample.training.energyNj);
  t.false('skippedPercent' in (plain.epochs[0] ?? {}));
  t.false('referenceSkippedPercent' in (tiny.epochs[0] ?? {}));
  t.false('skippedSamples' in (plain.measuredRuns[0] ?? {}));
});

test('a run with skipped samples that is interrupted and resumed gives the record of one that was not, batches too', async (t) => {
  for (const overrides of [
    [],
    ['training.batch=3', 'hardware=large-28nm'],
    ['hardware=edge-28nm-fused'],
  ]) {
    const whole = await run(overrides);
    const outputFolder = await makeFolder();
    const interruption = new AbortController();
    await t.throwsAsync(
      run(overrides, {
        outputFolder,
        signal: interruption.signal,
        onProgress: ({ samplesDone }) => {
          if (samplesDone >= 900) interruption.abort();
        },
      }),
      { instanceOf: Interrupted },
    );
    const resumed = await run(overrides, { outputFolder });
    t.deepEqual(withoutTiming(resumed), withoutTiming(whole), overrides.join());
  }
});

test('thresholds outside 0…1 are refused with file, line and column, and what is possible', async (t) => {
  for (const [value, reason] of [
    [
      '0',
      /experiment\.yaml:5:\d+: training\.updateSkip\.whenErrorBelow: 0 is too small; it must be above 0/,
    ],
    [
      '1',
      /experiment\.yaml:5:\d+: training\.updateSkip\.whenErrorBelow: 1 is too large; it must be below 1/,
    ],
    ['-0.5', /-0\.5 is too small; it must be above 0/],
  ] as const) {
    const wrong = text.replace('whenErrorBelow: 0.2', `whenErrorBelow: ${value}`);
    const error = await t.throwsAsync(runText(wrong, []));
    t.regex(error.message, reason);
  }
});
