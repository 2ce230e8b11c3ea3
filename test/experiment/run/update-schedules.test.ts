import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { prepareEstimate } from '../../../src/experiment/estimate/prepare-estimate.js';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { runExperiment } from '../../../src/experiment/run/run-experiment.js';
import { packageRoot } from '../../../src/package-root.js';
import { updateSchedules, writeBankings } from '../../../src/time/update-schedule.js';

/** `edge-28nm` with changes. Where a layer has more than 256 inputs two samples need more words than one. */
type ChipText = (schedule: string, writeBanks: string) => Promise<string>;

function chipText(
  replaced: readonly (readonly [from: string, to: string])[],
  wordsOfTwo = 512,
): ChipText {
  return async (schedule, writeBanks) => {
    const shipped = path.join(packageRoot, 'hardware-models/chips/edge-28nm.yaml');
    const words = schedule === 'serial' ? 512 : wordsOfTwo;
    return [
      ['schedule: serial, writeBanks: shared', `schedule: ${schedule}, writeBanks: ${writeBanks}`],
      ['wordsPerBank: 1024, wordBits: 26 bit', `wordsPerBank: ${words}, wordBits: 26 bit`],
      ['axons: 1024', 'axons: 512'],
      ...replaced,
    ].reduce(
      (text, [from = '', to = '']) => {
        if (!text.includes(from)) throw new Error(`edge-28nm.yaml has no "${from}"`);
        return text.replace(from, to);
      },
      await readFile(shipped, 'utf8'),
    );
  };
}

const experiment = `name: small
dataset: { name: digits, trainSamples: 150, testSamples: 40 }
network: FC_500_FC_10
training: { rule: drtp, epochs: 2, learningRate: 2^-5 }
hardware: ./chip.yaml
reference: { enabled: false }
`;

async function folderOf(chip: string, text: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  await writeFile(path.join(folder, 'chip.yaml'), chip);
  await writeFile(path.join(folder, 'experiment.yaml'), text);
  return folder;
}

async function runIn(folder: string): Promise<ResultRecord> {
  const prepared = await prepareExperiment(path.join(folder, 'experiment.yaml'), [], folder);
  const result = await runExperiment(prepared, {
    outputFolder: folder,
    cacheFolder: folder,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  await writeFile(path.join(folder, 'result.json'), JSON.stringify(result));
  return result;
}

/** What a chip of one port can do. */
const possible = updateSchedules.flatMap((schedule) =>
  writeBankings
    .filter((writeBanks) => schedule !== 'beside' || writeBanks === 'interleaved')
    .map((writeBanks) => ({ schedule, writeBanks })),
);

/** Runs the experiment on a chip of every schedule and way to write; the table of the first must have the own figures of all. */
async function agreeWithRuns(t: ExecutionContext, chipOf: ChipText, text: string) {
  const runs = await Promise.all(
    possible.map(async ({ schedule, writeBanks }) => {
      const folder = await folderOf(await chipOf(schedule, writeBanks), text);
      return { schedule, writeBanks, folder, result: await runIn(folder) };
    }),
  );
  const [serial] = runs;
  for (const { schedule, writeBanks, result } of runs) {
    const row = serial?.result.updateSchedules.find(
      (one) => one.schedule === schedule && one.writeBanks === writeBanks,
    );
    const name = `${schedule}, ${writeBanks}`;
    t.is(row?.problem, null, name);
    t.deepEqual(row?.costs?.training, result.perSample.training, name);
    const { memory, ...overhead } = result.perSample.learningOverheadPercent;
    t.truthy(memory);
    t.deepEqual(row?.costs?.learningOverheadPercent, overhead, name);
    t.is(row?.costs?.areaMm2, result.area.totalMm2, name);
    t.deepEqual(result.hardware.update, { schedule, writeBanks });
    const [own] = result.updateSchedules.filter(({ isOwn }) => isOwn);
    t.deepEqual(own?.costs?.training, result.perSample.training, `${name}, its own row`);
  }
  return runs;
}

test('the table of schedules on a serial chip has to the last digit what a run on a chip of each schedule finds', async (t) => {
  const runs = await agreeWithRuns(t, chipText([], 1024), experiment);
  const [serial] = runs;
  const energies = runs.map(({ result }) => result.perSample.training.energyNj);
  t.is(new Set(energies).size, energies.length, 'each schedule costs something else');
  const made = makeEstimate(
    await prepareEstimate(path.join(serial?.folder ?? '', 'experiment.yaml'), {
      result: serial?.folder ?? '',
      dataFolder: serial?.folder ?? '',
    }),
  );
  t.deepEqual(made.record.rules[0]?.updateSchedules, serial?.result.updateSchedules);
});

test('the same with word gating, sums in memory, two cores of the last layer and another rule', async (t) => {
  const chip = chipText([
    ['writeGating: none', 'writeGating: word'],
    ['accumulate: registers', 'accumulate: memory'],
    ['rounding: stochastic', 'rounding: nearest'],
  ]);
  const text = experiment
    .replace('rule: drtp', 'rule: dfa')
    .replace('FC_500', 'FC_40')
    .concat('mapping: { layers: [{ layer: 2, neuronParts: 2 }] }\n');
  await agreeWithRuns(t, chip, text);
});

test('a schedule that the chip or the training cannot have is a row with the reason', async (t) => {
  const chip = await chipText([
    ['banks: 4, wordsPerBank: 16384', 'banks: 1, wordsPerBank: 16384'],
    ['gradient: { banks: 0', 'gradient: { banks: 4'],
  ])('serial', 'shared');
  const text = experiment.replace('epochs: 2,', 'epochs: 1, batch: 10,').replace('FC_500', 'FC_20');
  const { updateSchedules: rows } = await runIn(await folderOf(chip, text));
  const reasonOf = (schedule: string, writeBanks: string) =>
    rows.find((row) => row.schedule === schedule && row.writeBanks === writeBanks)?.problem;
  t.is(reasonOf('serial', 'shared'), null);
  t.regex(reasonOf('serial', 'interleaved') ?? '', /needs two macros.*the synapse memory has 1/);
  t.is(reasonOf('beside', 'shared'), 'needs two ports or interleaved banks');
  t.regex(reasonOf('fused', 'shared') ?? '', /layer 1 learns in steps/);
});

test('the last rows of another way to write are not measured where they take other cycles', async (t) => {
  const replaced = [
    ['ports: 1', 'ports: 2'],
    ['learning: 16', 'learning: 512'],
  ] as const;
  const chip = await chipText(replaced, 1024)('beside', 'shared');
  const { updateSchedules: rows, perSample } = await runIn(await folderOf(chip, experiment));
  const rowOf = (writeBanks: string) =>
    rows.find((row) => row.schedule === 'beside' && row.writeBanks === writeBanks);
  t.deepEqual(rowOf('shared')?.costs?.training, perSample.training);
  t.regex(rowOf('interleaved')?.problem ?? '', /not measured in this run/);
});

test('beside on a chip of one port and shared banks is refused at its place in the file', async (t) => {
  const folder = await folderOf(await chipText([])('beside', 'shared'), experiment);
  await t.throwsAsync(runIn(folder), {
    message:
      /chip\.yaml:\d+:\d+: core\.update\.schedule: beside needs two ports or interleaved banks.*ports: 2/,
  });
  const cut = experiment.concat('mapping: { layers: [{ layer: 1, neuronParts: 2 }] }\n');
  const file = await folderOf(await chipText([], 1024)('beside', 'interleaved'), cut);
  await t.throwsAsync(runIn(file), {
    message:
      /experiment\.yaml:\d+:\d+: hardware: .*beside is not possible, layer 2 gets its events/,
  });
});

test('an estimate from stated activity says that rows of neighbouring samples are not known', async (t) => {
  const text = `${experiment}activity: { layers: [0.5] }\n`;
  const folder = await folderOf(await chipText([])('serial', 'shared'), text);
  const file = path.join(folder, 'experiment.yaml');
  const { record } = makeEstimate(await prepareEstimate(file, { dataFolder: folder }));
  const rows = record.rules[0]?.updateSchedules ?? [];
  t.is(
    rows.find(({ isOwn }) => isOwn)?.costs?.training.energyNj,
    record.rules[0]?.perSample?.training.energyNj,
  );
  t.regex(rows.find(({ schedule }) => schedule === 'fused')?.problem ?? '', /neighbouring samples/);
});
