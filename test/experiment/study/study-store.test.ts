import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { pointLine, type PointRecord } from '../../../src/experiment/study/point-record.js';
import { StudyStore } from '../../../src/experiment/study/study-store.js';
import { makeFolder } from '../../cli/spikeledger.js';
import { recordOf } from './made-records.js';

/* Studies, "Store". */

async function onlyFile(folder: string): Promise<string> {
  const [name = ''] = await readdir(path.join(folder, 'points'));
  return path.join(folder, 'points', name);
}

function failed(hash: string): PointRecord {
  return { ...pointLine, hash, status: 'failed', reason: 'no room' };
}

test('what one process adds another reads, also what was added since', async (t) => {
  const folder = await makeFolder();
  const [writing, reading] = [new StudyStore(folder), new StudyStore(folder)];
  const writer = writing.writer();
  await writer.add(recordOf('a', [5]));
  t.deepEqual([...(await reading.records()).keys()], ['a']);
  await writer.add(recordOf('b', [6]));
  await writing.writer().add(recordOf('c', [7]));
  t.deepEqual([...(await reading.records()).keys()].sort(), ['a', 'b', 'c']);
});

test('a line that was cut off at any byte counts as not written, and is read when it is whole', async (t) => {
  const whole = await makeFolder();
  await new StudyStore(whole).writer().add(recordOf('a', [5]));
  const line = await readFile(await onlyFile(whole));
  for (const length of [0, 1, 17, Math.floor(line.length / 2), line.length - 1]) {
    const folder = await makeFolder();
    const store = new StudyStore(folder);
    await store.writer().add(recordOf('first', [1]));
    const file = await onlyFile(folder);
    await appendFile(file, line.subarray(0, length));
    t.deepEqual([...(await store.records()).keys()], ['first']);
    await appendFile(file, line.subarray(length));
    t.deepEqual([...(await store.records()).keys()], ['first', 'a']);
  }
});

test('a point that failed and was done later is done, whichever file is read first', async (t) => {
  for (const order of [
    [failed('a'), recordOf('a', [5])],
    [recordOf('a', [5]), failed('a')],
  ]) {
    const store = new StudyStore(await makeFolder());
    for (const record of order) await store.writer().add(record);
    t.is((await store.records()).get('a')?.status, 'done');
  }
});

test('a store of another version is refused with what to do, and so is what is none', async (t) => {
  const folder = await makeFolder();
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'study.json');
  await writeFile(file, JSON.stringify({ schema: 'spikeledger.study/9' }));
  t.throws(() => new StudyStore(folder).readPlan(), {
    message: /study\.json: a study of another version \(spikeledger\.study\/9, here .*--out$/,
  });
  await writeFile(file, '{');
  t.throws(() => new StudyStore(folder).readPlan(), {
    message: /is not a whole JSON file .*--out$/,
  });
  await writeFile(file, '{}');
  t.throws(() => new StudyStore(folder).readPlan(), { message: /is no study .*--out$/ });
});

test('a whole line that is no record is counted, and the others are read', async (t) => {
  const folder = await makeFolder();
  const store = new StudyStore(folder);
  await store.writer().add(recordOf('a', [5]));
  await appendFile(await onlyFile(folder), '{"schema":"spikeledger.point/1","hash":"b"}\n');
  await store.writer().add(recordOf('c', [7]));
  t.deepEqual([...(await store.records()).keys()].sort(), ['a', 'c']);
  t.is(store.damagedLines, 1);
});

test('a pipe where a file of the store is expected is refused or not looked at (cases, hostile)', async (t) => {
  const folder = await makeFolder();
  const store = new StudyStore(folder);
  await store.writer().add(recordOf('a', [5]));
  spawnSync('mkfifo', [path.join(folder, 'points/b.jsonl'), path.join(folder, 'study.json')]);
  t.deepEqual([...(await store.records()).keys()], ['a']);
  t.throws(() => store.readPlan(), { message: /study\.json: .*it is a pipe.*--out$/ });
});
