import test from 'ava';
import { scheduledSamplesOf } from '../../../src/experiment/probe/schedule-probe.js';
import { chipImage } from '../../chip/images/chip-image.js';
import { runText } from '../small-run.js';

const experimentText = `
name: scheduled
dataset: { name: digits, trainSamples: 20, testSamples: 5 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5, shuffle: false }
hardware: edge-28nm
reference: { enabled: false }
`;

test('drtp: eight samples are shown serially and pipelined, and the pipeline is faster (spec §8)', async (t) => {
  const { schedule } = await runText(experimentText, []);
  t.is(schedule?.samples, 8);
  t.is(schedule?.reason, null);
  const serialCycles = schedule?.serialCycles ?? 0;
  // One after the other: the sum of the latencies.
  t.is(serialCycles, 8 * (schedule?.serialLatencyCycles ?? 0));
  t.true((schedule?.pipelinedCycles ?? Infinity) < serialCycles);
  for (const kind of ['serial', 'pipelined'] as const) {
    const bars = schedule?.intervals.filter((bar) => bar.schedule === kind) ?? [];
    const passes = bars.filter((bar) => bar.kind === 'forward');
    // A forward pass a sample in each of the two layers.
    t.is(passes.length, 16);
    const last = Math.max(...bars.map(({ toCycle }) => toCycle));
    t.is(last, kind === 'serial' ? serialCycles : (schedule?.pipelinedCycles ?? 0));
  }
});

test('the serial latency of the schedule is that of the closed form, where all training samples are shown (spec §5)', async (t) => {
  const { schedule, perSample } = await runText(experimentText, ['dataset.trainSamples=6']);
  t.is(schedule?.samples, 6);
  t.is(schedule?.serialLatencyCycles, perSample.training.latencyCycles);
});

test('bp is locked: the record says why there is no pipeline (spec §8)', async (t) => {
  const { schedule } = await runText(experimentText, ['training.rule=bp']);
  t.is(schedule?.pipelinedCycles, null);
  t.regex(schedule?.reason ?? '', /^Rule bp is locked: /);
  t.true(schedule?.intervals.every((bar) => bar.schedule === 'serial'));
});

test('ttfs: the wait for the last event is in the latencies of the schedule and of a sample, and in no accuracy (spec §9)', async (t) => {
  const graded = await runText(experimentText, []);
  const slow = await runText(experimentText, ['input={ coding: ttfs, cyclesPerStep: 1000 }']);
  t.is(slow.schedule?.coding, 'ttfs');
  t.true(slow.notes.some((note) => note.startsWith('Input coding ttfs: ')));
  // Raw value 16 of 256, the smallest of the 4-bit digits, comes at (255 − 16)·1000 at the earliest.
  t.true((slow.schedule?.serialLatencyCycles ?? 0) > 200_000);
  for (const run of ['inference', 'training'] as const) {
    const { latencyCycles, waitCycles } = slow.perSample[run];
    t.true(latencyCycles > 200_000);
    // Without the wait it is the chip's own work, as with inputs that are there at once.
    t.true(
      Math.abs(latencyCycles - (waitCycles ?? NaN) - graded.perSample[run].latencyCycles) < 1e-6,
    );
  }
  t.deepEqual(slow.accuracy, graded.accuracy);
});

test('a network shows as many samples as a hundred million products make, at most eight, and none where it is too large', (t) => {
  const image = chipImage([{ weights: [1], biases: [0], function: 'sigmoid' }]);
  const samplesOf = (inputCount: number, trainSampleCount = 100) => {
    const layers = image.layers.map((layer) => ({ ...layer, inputCount }));
    return scheduledSamplesOf({ ...image, layers }, trainSampleCount);
  };
  t.deepEqual(
    [10, 12_500_000, 12_500_001, 100_000_000].map((count) => samplesOf(count)),
    [8, 8, 7, 1],
  );
  t.is(samplesOf(100_000_001), 0);
  t.is(samplesOf(10, 5), 5);
});

test('times of a recording are refused where the data set has none', async (t) => {
  await t.throwsAsync(runText(experimentText, ['input={ coding: recorded, cyclesPerUs: 1 }']), {
    message: /input: input coding recorded: the data set has no event times/,
  });
});
