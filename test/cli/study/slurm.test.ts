import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { started } from '../../cases/processes.js';
import { notChecked } from '../../support/not-checked.js';
import { type SlurmCluster, startCluster } from '../../support/slurm-cluster.js';
import { makeExperiment, spawned } from '../spikeledger.js';
import { recordsIn, tableIn } from './kept-study.js';

/* Studies, "Executors": a sweep on a cluster of Slurm, here of one node that the test starts and stops. */

let cluster: SlurmCluster | string = 'not started';

test.before(async () => {
  cluster = await startCluster();
  if (typeof cluster !== 'string') Object.assign(process.env, cluster.environment);
});

test.after.always(async () => {
  if (typeof cluster !== 'string') await cluster.stop();
});

/** The cluster; null, and the test is not checked, where Slurm cannot be had. */
function clusterFor(t: ExecutionContext): SlurmCluster | null {
  if (typeof cluster !== 'string') return cluster;
  notChecked(t, cluster);
  return null;
}

async function makeSweep(seeds: number): Promise<string> {
  const folder = await makeExperiment();
  const grid = '{ training.rule: [drtp, bp], precision.weight: [s4.3, s6.5, s8.7] }';
  const text = `name: widths\nbase: small.yaml\nseeds: ${seeds}\ngrid: ${grid}\n`;
  await writeFile(path.join(folder, 'sweep.yaml'), text);
  return folder;
}

/** Asks until there is an answer, a minute at most. */
async function soon<Answer>(ask: () => Promise<Answer | null>): Promise<Answer> {
  for (let asked = 0; asked < 1200; asked += 1) {
    const answer = await ask();
    if (answer !== null) return answer;
    await setTimeout(50);
  }
  throw new Error('not within a minute');
}

/** Number of the array of a study, once it has been submitted. */
function arrayOf(study: string): Promise<string> {
  return soon(async () => {
    const text = await readFile(path.join(study, 'slurm/array.json'), 'utf8').catch(() => '{}');
    const { array } = JSON.parse(text) as { readonly array?: string | null };
    return array ?? null;
  });
}

/** Process of a task of an array, once it runs. */
function processOf(array: string, index: number): Promise<number> {
  return soon(async () => {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const [command = '', variables = ''] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1')),
      ).catch(() => []);
      const isOfTask = [`SLURM_ARRAY_JOB_ID=${array}`, `SLURM_ARRAY_TASK_ID=${index}`].every(
        (variable) => variables.split('\0').includes(variable),
      );
      if (isOfTask && command.includes('slurm-task.js')) return Number(pid);
    }
    return null;
  });
}

const onSlurm = ['sweep', 'sweep.yaml', '--executor', 'slurm'];

test.serial(
  'a sweep of 24 points with two killed tasks has the records of one on this machine',
  async (t) => {
    const slurm = clusterFor(t);
    if (slurm === null) return;
    const folder = await makeSweep(4);
    const run = started([...onSlurm, '--points-per-task', '3', '--out', 'cluster'], folder);
    const array = await arrayOf(path.join(folder, 'cluster'));
    // One as a user or a preempting partition ends it, one as a system does that is out of memory.
    await processOf(array, 0);
    await slurm.call('scancel', `${array}_0`);
    process.kill(await processOf(array, 2), 'SIGKILL');
    const { code, stderr } = await run.ended;
    t.is(code, 0, stderr);
    t.regex(stderr, /^array \d+ of Slurm: 24 points in 8 tasks$/m);
    t.regex(
      stderr,
      /left [2-6] points without a record \(tasks: 1 (CANCELLED|FAILED), 1 (CANCELLED|FAILED)\); they are submitted again$/m,
    );
    const local = await spawned(['sweep', 'sweep.yaml', '--out', 'local'], folder);
    t.is(local.code, 0, local.stderr);
    const [there, here] = [path.join(folder, 'cluster'), path.join(folder, 'local')];
    const records = await recordsIn(there);
    t.is(records.length, 24);
    t.deepEqual(records, await recordsIn(here));
    t.deepEqual(await tableIn(there), await tableIn(here));
    t.deepEqual((await readdir(there)).sort(), (await readdir(here)).sort());
  },
);

test.serial(
  'an array goes on without the program that began it, keeps others from its points, and is said to be cancelled',
  async (t) => {
    const slurm = clusterFor(t);
    if (slurm === null) return;
    const folder = await makeSweep(1);
    const study = path.join(folder, 'out');
    const held = [...onSlurm, '--out', 'out', '--resume', '--sbatch=--hold'];
    const first = started(held, folder);
    const array = await arrayOf(study);
    first.child.kill('SIGINT');
    const interrupted = await first.ended;
    t.is(interrupted.code, 130, interrupted.stderr);
    t.regex(interrupted.stderr, new RegExp(`array ${array} goes on in Slurm: .* --resume`));
    const refused = await spawned(['sweep', 'sweep.yaml', '--out', 'out', '--resume'], folder);
    t.is(refused.code, 2, refused.stderr);
    t.regex(refused.stderr, new RegExp(`array ${array} of Slurm may be at points of this study`));
    const second = started(held, folder);
    let said = '';
    second.child.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
    });
    await soon(() => Promise.resolve(/wait: JobHeldUser/.test(said) ? true : null));
    await slurm.call('scancel', array);
    const cancelled = await second.ended;
    t.is(cancelled.code, 2, cancelled.stderr);
    t.regex(cancelled.stderr, new RegExp(`array ${array} of Slurm is still at this study`));
    t.regex(
      cancelled.stderr,
      new RegExp(
        `array ${array} of Slurm was cancelled, and the same command with --resume goes on`,
      ),
    );
    // The remedy of both messages.
    const last = await spawned(
      [...onSlurm, '--out', 'out', '--resume', '--points-per-task', '6'],
      folder,
    );
    t.is(last.code, 0, last.stderr);
    t.is((await recordsIn(study)).length, 6);
  },
);

test.serial(
  'what Slurm refuses is said with what to do, and leaves nothing in the way',
  async (t) => {
    if (clusterFor(t) === null) return;
    const folder = await makeSweep(1);
    const call = [...onSlurm, '--out', 'out', '--resume'];
    for (const [words, message] of [
      [
        ['--partition', 'none'],
        /invalid partition specified: none.*; give what this cluster asks for/,
      ],
      [['--memory', '999999G'], /Memory specification can not be satisfied.*--memory/],
    ] as const) {
      const { code, stderr } = await spawned([...call, ...words], folder);
      t.is(code, 2, stderr);
      t.regex(stderr, message);
      t.false((await readdir(path.join(folder, 'out'))).includes('slurm'));
    }
  },
);
