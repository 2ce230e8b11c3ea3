import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import {
  FolderInUse,
  freeOfArray,
  lockFolder,
  lockName,
  silenceMs,
} from '../../../src/experiment/output/folder-lock.js';
import { InputError } from '../../../src/units/input-error.js';

function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'spikeledger-'));
}

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

function holder(pid: number, more: object = {}): string {
  return JSON.stringify({ host: hostname(), pid, startTick: null, ...more });
}

test('a folder is locked until it is released, and the second process is told who writes there', async (t) => {
  const folder = await makeFolder();
  const release = await lockFolder(folder);
  const message = new RegExp(`process ${process.pid} on .* is writing into this folder; .*--out`);
  await t.throwsAsync(lockFolder(folder), { instanceOf: InputError, message });
  await release();
  t.deepEqual(await readdir(folder), []);
  await (
    await lockFolder(folder)
  )();
});

test('a dead process holds no lock, nor one whose number belongs to a later process by now', async (t) => {
  const folder = await makeFolder();
  const stale = [holder(await deadProcess()), '', '{"pid":'];
  // Elsewhere than on Linux nothing tells when a process began.
  if (process.platform === 'linux') stale.push(holder(process.pid, { startTick: '1' }));
  for (const text of stale) {
    await writeFile(path.join(folder, lockName), text);
    const release = await lockFolder(folder);
    await t.throwsAsync(lockFolder(folder), { instanceOf: InputError });
    await release();
    t.deepEqual(await readdir(folder), []);
  }
});

test('a process of another machine holds its lock while it touches it; one that is silent for minutes is taken for dead', async (t) => {
  const folder = await makeFolder();
  const file = path.join(folder, lockName);
  await writeFile(file, holder(1, { host: `not-${hostname()}` }));
  await t.throwsAsync(lockFolder(folder), {
    message: /if that process has ended, remove .*\.lock, or wait until its lock is 5 minutes old/,
  });
  const aged = async (ageMs: number) => {
    const then = new Date(Date.now() - ageMs);
    await utimes(file, then, then);
  };
  await aged(silenceMs - 10_000);
  await t.throwsAsync(lockFolder(folder), { instanceOf: FolderInUse });
  await aged(silenceMs + 1000);
  const release = await lockFolder(folder);
  await t.throwsAsync(lockFolder(folder), { instanceOf: FolderInUse });
  await release();
});

test('who releases a folder that another has taken since leaves it alone', async (t) => {
  const folder = await makeFolder();
  const release = await lockFolder(folder);
  const other = holder(1, { host: `not-${hostname()}` });
  await writeFile(path.join(folder, lockName), other);
  await release();
  t.is(await readFile(path.join(folder, lockName), 'utf8'), other);
});

test('a folder is freed of a task of a Slurm array that has ended, and of nobody else', async (t) => {
  const folder = await makeFolder();
  const file = path.join(folder, lockName);
  for (const slurmTask of [null, '12_3', '123_4']) {
    await writeFile(file, holder(1, { host: `not-${hostname()}`, slurmTask }));
    await freeOfArray(folder, '12');
    t.is((await readdir(folder)).length, slurmTask === '12_3' ? 0 : 1, String(slurmTask));
  }
  await freeOfArray(await makeFolder(), '12');
});

test('of many that want a dead process’s folder at once one gets it', async (t) => {
  const folder = await makeFolder();
  await writeFile(path.join(folder, lockName), holder(await deadProcess()));
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
  t.is(tries.filter(({ status }) => status === 'fulfilled').length, 1);
});
