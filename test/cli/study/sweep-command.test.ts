import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { parquetReadObjects } from 'hyparquet';
import { parse } from 'yaml';
import type { StudyPoint } from '../../../src/experiment/study/plan-study.js';
import { searchFormats } from '../../../src/experiment/study/search/search-formats.js';
import { StudyStore } from '../../../src/experiment/study/study-store.js';
import { childOf, made, started } from '../../cases/processes.js';
import { recordOf } from '../../experiment/study/made-records.js';
import { notChecked } from '../../support/not-checked.js';
import { filesIn, makeExperiment, spawned, spikeledger } from '../spikeledger.js';
import { recordsIn, tableIn } from './kept-study.js';

/* Studies: `sweep` as a user calls it. */

/** Kills of the undisturbed run's comparison, and its seeds a setting: a longer test is run by hand (bench/README.md). */
const killCount = Number(process.env['SPIKELEDGER_SWEEP_KILLS'] ?? 3);
const seedCount = Number(process.env['SPIKELEDGER_SWEEP_SEEDS'] ?? 2);

const sweepText = `name: widths
base: small.yaml
grid:
  training.rule: [drtp, bp]
  precision.weight: [s4.3, s8.7]
seeds: ${String(seedCount)}
`;

async function makeSweep(text = sweepText): Promise<string> {
  const folder = await makeExperiment();
  await writeFile(path.join(folder, 'sweep.yaml'), text);
  return folder;
}

const words = ['sweep', 'sweep.yaml', '--workers', '2', '--out'];

test.serial(
  'a sweep that is killed at any moment and resumed has every record once, equal to an undisturbed one’s',
  async (t) => {
    t.timeout(3_600_000);
    const folder = await makeSweep();
    t.is((await spawned([...words, 'whole'], folder)).code, 0);
    for (let kill = 0; kill < killCount; kill += 1) {
      const run = started([...words, 'killed', '--resume'], folder);
      if (kill === 0) {
        // Ctrl-C while the first points run: it says what is kept and how to go on.
        await made(run, path.join(folder, 'killed/runs'));
        run.child.kill('SIGINT');
        const { code, stderr } = await run.ended;
        t.is(code, 130, stderr);
        t.regex(
          stderr,
          /what is done is kept in killed, and the same command with --resume goes on/,
        );
        continue;
      }
      // Spread over the time from the start of the program to a few finished runs.
      await setTimeout(700 + ((kill * 977) % 2600));
      run.child.kill('SIGKILL');
      await run.ended;
    }
    const last = await spawned([...words, 'killed', '--resume'], folder);
    t.is(last.code, 0, last.stderr);
    const [whole, killed] = [path.join(folder, 'whole'), path.join(folder, 'killed')];
    const records = await recordsIn(killed);
    t.is(records.length, 4 * seedCount);
    t.deepEqual(records, await recordsIn(whole));
    t.deepEqual(await tableIn(killed), await tableIn(whole));
    t.deepEqual(await filesIn(path.join(killed, 'runs')).catch(() => []), []);
  },
);

test.serial('a worker that dies fails its point alone; --resume runs it again', async (t) => {
  if (process.platform !== 'linux') {
    notChecked(t, 'only Linux shows which process is whose');
    return;
  }
  const folder = await makeSweep();
  const run = started([...words, 'out'], folder);
  process.kill(await childOf(run, 'point-process.js'), 'SIGKILL');
  const { code, stderr } = await run.ended;
  t.is(code, 3, stderr);
  t.regex(stderr, /seed \d failed: its process was killed \(SIGKILL\)/);
  const again = await spawned([...words, 'out', '--resume'], folder);
  t.is(again.code, 0, again.stderr);
});

test.serial(
  'points that cannot be run fail with their reason; the others run, and the exit code is 3',
  async (t) => {
    const folder = await makeSweep(`name: mixed
base: small.yaml
points:
  fits: { network: FC_20_FC_10 }
  does not fit: { network: FC_90000_FC_10 }
`);
    const { code, stdout, stderr } = await spikeledger(
      ['sweep', 'sweep.yaml', '--out', 'out', '--workers', '1'],
      folder,
    );
    t.is(code, 3, stderr);
    t.regex(stdout, /^fits +\d/m);
    t.regex(stderr, /does not fit, seed 1 failed: .*network: the network needs 176 cores/);
    const runs = await readFile(path.join(folder, 'out/runs.csv'), 'utf8');
    t.regex(runs, /^does not fit,FC_90000_FC_10,1,\w+,failed,/m);
    t.regex(runs, /^fits,FC_20_FC_10,1,\w+,done,/m);
    // Parquet has the rows of the CSV, typed: read back by another library.
    const [header = '', ...lines] = runs.trimEnd().split('\r\n');
    const bytes = await readFile(path.join(folder, 'out/runs.parquet'));
    const rows: readonly Record<string, unknown>[] = await parquetReadObjects({
      file: Uint8Array.from(bytes).buffer,
    });
    t.deepEqual(Object.keys(rows[0] ?? {}), header.split(','));
    t.deepEqual(
      rows.map((row) => [row['point'], row['status'], row['seed']]),
      [
        ['fits', 'done', 1],
        ['does not fit', 'failed', 1],
      ],
    );
    const place = header.split(',').indexOf('trainingNj');
    t.is(rows[0]?.['trainingNj'], Number(lines[0]?.split(',')[place]));
    t.is(rows[1]?.['trainingNj'], null);
    for (const name of ['curves', 'summary']) {
      const table = await readFile(path.join(folder, `out/${name}.parquet`));
      const found = await parquetReadObjects({ file: Uint8Array.from(table).buffer });
      const csv = await readFile(path.join(folder, `out/${name}.csv`), 'utf8');
      t.is(found.length, csv.trimEnd().split('\r\n').length - 1);
    }
  },
);

test.serial(
  '--only reference sweeps the float reference alone: no figure of the chip',
  async (t) => {
    const folder = await makeSweep();
    const words = ['sweep', 'small.yaml', '--vary', 'reference.backend=cpu', '--only', 'reference'];
    const { code, stdout, stderr } = await spikeledger(
      [...words, '--out', 'out', '--workers', '1'],
      folder,
    );
    t.is(code, 0, stderr);
    t.regex(stdout, /^backend cpu +\d+\.\d+\s% \(n 1\) +– +–$/mu);
    const page = await readFile(path.join(folder, 'out/study.html'), 'utf8');
    t.regex(page, /The chip was left out: there is no figure of it\./);
    const [header = '', line = ''] = (
      await readFile(path.join(folder, 'out/runs.csv'), 'utf8')
    ).split('\r\n');
    const cells = line.split(',');
    const cellOf = (name: string) => cells[header.split(',').indexOf(name)];
    t.regex(cellOf('referenceTestErrorPercent') ?? '', /^\d/);
    const ofChip = ['chipTestErrorPercent', 'trainingNj', 'trainingUs', 'memoryBits', 'isPriced'];
    t.deepEqual(ofChip.map(cellOf), ['', '', '', '', '']);
  },
);

test.serial('two programs share a store: each point is run by one of them', async (t) => {
  const folder = await makeSweep();
  const first = spawned([...words, 'out', '--resume'], folder);
  const second = spawned([...words, 'out', '--resume'], folder);
  for (const { code, stderr } of [await first, await second]) t.is(code, 0, stderr);
  t.is((await recordsIn(path.join(folder, 'out'))).length, 4 * seedCount);
});

test.serial(
  '--dry-run says how many runs there are and how long they take, and runs none',
  async (t) => {
    const folder = await makeSweep();
    const call = ['sweep', 'sweep.yaml', '--workers', '2', '--dry-run'];
    const { code, stdout } = await spikeledger(call, folder);
    t.is(code, 0);
    const count = String(4 * seedCount);
    t.regex(
      stdout,
      new RegExp(`^${count} points, ${count} different runs\n1 chip description; no`),
    );
    t.regex(
      stdout,
      /^about \d+ s on 2 workers .*\(from a whole epoch, of 4 of 4 kinds of runs\)$/m,
    );
    t.deepEqual(
      (await filesIn(folder)).filter((name) => name === 'reports'),
      [],
    );
  },
);

test.serial('formats finds the one format that spoils what is learned, and resumes', async (t) => {
  const folder = await makeExperiment();
  const call = ['formats', 'small.yaml', '--set', 'precision.weight=s2.1', '--seeds', '1'];
  const dry = await spikeledger([...call, '--dry-run'], folder);
  t.regex(dry.stdout, /^23 points, \d+ different runs/);
  const size = ['--set', 'dataset.trainSamples=300', '--set', 'dataset.testSamples=100'];
  const run = [...call, ...size, '--out', 'out'];
  const { code, stdout, stderr } = await spikeledger(run, folder);
  t.is(code, 0, stderr);
  t.regex(stdout, /^factor .*\nweight +s2\.1 +s16\.12 .*unknown\n/);
  t.regex(stdout, /One seed tells no interval: the order may be chance, and nothing is blamed/);
  t.regex(
    await readFile(path.join(folder, 'out/formats.csv'), 'utf8'),
    /\nweight,s2\.1,s16\.12,unknown/,
  );
  t.regex(await readFile(path.join(folder, 'out/study.html'), 'utf8'), /What costs the accuracy/);
  const again = await spikeledger([...run, '--resume'], folder);
  t.is(again.stdout, stdout);
});

/** A made world in which weights of less than 6 bits err, with the first seed 5 bits are lucky, and a bit costs 10 nJ. */
function madeRecord({ hash, seed, settings }: StudyPoint) {
  const given = settings['precision.weight'];
  const bits = typeof given === 'string' ? Number(/\d+/.exec(given)?.[0]) : 8;
  const error = bits >= (seed === 1 ? 5 : 6) ? 4.5 : 9;
  return recordOf(hash ?? '', [error], { trainingNj: 10 * bits });
}

test.serial(
  'search gives up what other seeds do not confirm, says how many runs it took, and runs nothing twice',
  async (t) => {
    const folder = await makeExperiment();
    const file = path.join(folder, 'small.yaml');
    const limits = { loseAtMost: 1, rules: [], seeds: 1, confirmations: 2, mostRuns: 40 };
    const { study } = await searchFormats(
      { file, overrides: [], dataFolder: folder, ...limits },
      (plan) => {
        const records = plan.points.map((point) => [point.hash ?? '', madeRecord(point)] as const);
        return Promise.resolve({
          plan,
          records: new Map(records),
          damagedLines: 0,
          stoppedBy: 'nothing',
        });
      },
    );
    // All that the search asks for is in the store: the command has nothing left to run.
    const writer = new StudyStore(path.join(folder, 'out')).writer();
    for (const record of study.records.values()) await writer.add(record);
    const call = ['search', 'small.yaml', '--out', 'out', '--resume', '--confirm', '2'];
    const { code, stdout, stderr } = await spikeledger([...call, '--runs', '40'], folder);
    t.is(code, 0, stderr);
    const runs = String(study.records.size);
    t.regex(
      stdout,
      new RegExp(`^rule .*runs\\ndrtp +4\\.00\\s% .*80\\snJ .*60\\snJ .* ${runs}\\n`),
    );
    t.regex(
      stdout,
      /drtp: within 1\spoint of float with precision\.weight=s6\.5 .*75\s% .*other seeds confirm it\.\n/,
    );
    const csv = await readFile(path.join(folder, 'out/search.csv'), 'utf8');
    t.regex(csv, /\r\ndrtp,4,4\.5,80,4\.5,60,[^,]*weight=s6\.5[^,]*,2,0\.5,true,true,\d+/);
    t.regex(await readFile(path.join(folder, 'out/study.html'), 'utf8'), /Cheapest formats within/);
    // The same search, as a mode of a sweep file.
    const mode = 'mode: search\nsearch: { runs: 40, confirm: 2 }\n';
    await writeFile(path.join(folder, 'mode.yaml'), `name: cheap\nbase: small.yaml\n${mode}`);
    const swept = ['sweep', 'mode.yaml', '--out', 'out', '--resume'];
    t.is((await spikeledger(swept, folder)).stdout, stdout);
    const dry = await spikeledger([...swept, '--dry-run'], folder);
    t.regex(dry.stdout, /^a search: at most 40 runs, 40 a rule for 1 rule;/);
    for (const [words, message] of [
      [['--lose-at-most', 'few'], /--lose-at-most few: write points of test error/],
      [['--runs', '5'], /search: 5 runs are too few; .* at least 9/],
    ] as const) {
      t.regex((await spikeledger([...call, ...words], folder)).stderr, message);
    }
  },
);

test.serial('a base is relative to the sweep file, or a whole path', async (t) => {
  const folder = await makeSweep();
  const elsewhere = await makeSweep(`name: far\nbase: ${path.join(folder, 'small.yaml')}\n`);
  const { code, stdout } = await spikeledger(['sweep', 'sweep.yaml', '--dry-run'], elsewhere);
  t.is(code, 0);
  t.regex(stdout, /^1 points?, 1 different/);
});

test.serial(
  'an experiment is one however its YAML is written, with its name in quotes too',
  async (t) => {
    const folder = await makeSweep();
    const experiment: unknown = parse(await readFile(path.join(folder, 'small.yaml'), 'utf8'));
    await writeFile(path.join(folder, 'flow.yaml'), JSON.stringify(experiment));
    const { code, stdout, stderr } = await spikeledger(
      ['sweep', 'flow.yaml', '--vary', 'training.epochs=1,2', '--dry-run'],
      folder,
    );
    t.is(code, 0, stderr);
    t.regex(stdout, /^2 points, 2 different/);
  },
);

const wrong: readonly (readonly [string, string, RegExp])[] = [
  [
    'an axis that names no key',
    'name: a\nbase: small.yaml\ngrid: { training.ruel: [drtp] }\n',
    /^sweep\.yaml:3:25: training\.ruel: unknown key; .*did you mean "rule"\?/,
  ],
  [
    'a grid of a search',
    'name: a\nbase: small.yaml\nmode: search\ngrid: { training.rule: [bp] }\n',
    /^sweep\.yaml:4:1: grid: says which points are run, and a search chooses its own/,
  ],
  [
    'limits of a search without its mode',
    'name: a\nbase: small.yaml\nsearch: { loseAtMost: 1 }\n',
    /^sweep\.yaml:3:1: search: .*belongs to mode: search/,
  ],
  [
    'an empty grid',
    'name: a\nbase: small.yaml\ngrid: {}\n',
    /^sweep\.yaml:3:1: grid: .* is empty; name a key/,
  ],
  [
    'an empty axis',
    'name: a\nbase: small.yaml\ngrid: { training.rule: [] }\n',
    /^sweep\.yaml:3:\d+: grid\.training\.rule: is empty; an axis needs a value/,
  ],
  [
    'a value that no point can have',
    'name: a\nbase: small.yaml\ngrid: { precision.weight: [s8.7, s99.1] }\n',
    /^sweep\.yaml:3:\d+: precision\.weight: "s99\.1" has 99 bits/,
  ],
  [
    'pairs of different lengths',
    'name: a\nbase: small.yaml\npairs: [{ training.rule: [drtp, bp], training.epochs: [1] }]\n',
    /^sweep\.yaml:3:\d+: pairs: .*training\.rule 2, training\.epochs 1/,
  ],
  [
    'more points than are run',
    `name: a\nbase: small.yaml\nseeds: 10000\ngrid: { training.epochs: [${Array.from({ length: 11 }, (_, index) => index + 1).join(', ')}] }\n`,
    /the sweep has 110000 points; at most 100000/,
  ],
  [
    'constraints that leave nothing',
    'name: a\nbase: small.yaml\ngrid: { training.rule: [drtp] }\nconstraints: [{ training.rule: drtp }]\n',
    /^sweep\.yaml:4:\d+: constraints: leave no point/,
  ],
  [
    'a base that is not there',
    'name: a\nbase: none.yaml\n',
    /none\.yaml: the experiment file cannot be read/,
  ],
  [
    'an unknown key of the sweep',
    'name: a\nbase: small.yaml\ngird: {}\n',
    /^sweep\.yaml:3:1: gird: unknown key/,
  ],
];

for (const [what, text, message] of wrong) {
  test.serial(`${what}: refused before anything is run`, async (t) => {
    const folder = await makeSweep(text);
    const { code, stderr } = await spikeledger(['sweep', 'sweep.yaml', '--out', 'out'], folder);
    t.is(code, 2, stderr);
    t.regex(stderr, message);
    t.false((await filesIn(folder)).includes('out'));
  });
}

test.serial(
  'a study is not replaced unless the user says so, and both remedies work',
  async (t) => {
    const folder = await makeSweep('name: one\nbase: small.yaml\n');
    const call = ['sweep', 'sweep.yaml', '--out', 'out', '--workers', '1'];
    t.is((await spikeledger(call, folder)).code, 0);
    const refused = await spikeledger(call, folder);
    t.is(refused.code, 2);
    t.regex(
      refused.stderr,
      /^out: holds a study; go on with it with --resume, replace it with --overwrite/,
    );
    t.is((await spikeledger([...call, '--resume'], folder)).code, 0);
    t.is((await spikeledger([...call, '--overwrite'], folder)).code, 0);
  },
);
