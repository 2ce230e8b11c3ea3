import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { StagedFiles } from '../../../src/experiment/output/staged-files.js';
import { InputError } from '../../../src/units/input-error.js';

/** A folder with an older result of two files. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  await writeFile(path.join(folder, 'ledger.csv'), 'old');
  await writeFile(path.join(folder, 'result.json'), 'old');
  return folder;
}

test('files change together, the record last, and what belongs to the older one goes', async (t) => {
  const folder = await makeFolder();
  await writeFile(path.join(folder, 'schedule.trace.json'), 'old');
  const files = new StagedFiles(folder);
  await files.add('ledger.csv', 'new');
  await files.add('result.json', 'new');
  await files.add('layer1/weights.hex', 'new');
  files.remove('schedule.trace.json');
  t.is(await readFile(path.join(folder, 'ledger.csv'), 'utf8'), 'old');
  t.is(await readFile(path.join(folder, 'result.json'), 'utf8'), 'old');
  await files.commit('result.json');
  t.deepEqual(await readdir(folder), ['layer1', 'ledger.csv', 'result.json']);
  for (const name of ['ledger.csv', 'result.json', 'layer1/weights.hex']) {
    t.is(await readFile(path.join(folder, name), 'utf8'), 'new');
  }
});

test('where one of the files cannot be written the older result stays whole and nothing is left behind', async (t) => {
  const folder = await makeFolder();
  await mkdir(path.join(folder, 'file'));
  await writeFile(path.join(folder, 'file', 'in-the-way'), '');
  const files = new StagedFiles(folder);
  await files.add('ledger.csv', 'new');
  await files.add('layer1/weights.hex', 'new');
  await t.throwsAsync(files.add('file/in-the-way/result.json', 'new'), {
    instanceOf: InputError,
    message: /in-the-way.result\.json: cannot be written \(.*\); nothing was changed: .*--out/,
  });
  t.deepEqual(await readdir(folder), ['file', 'ledger.csv', 'result.json']);
  t.is(await readFile(path.join(folder, 'ledger.csv'), 'utf8'), 'old');
});

test('where a name cannot be given there is no record beside files of another', async (t) => {
  const folder = await makeFolder();
  await mkdir(path.join(folder, 'report.html', 'full'), { recursive: true });
  const files = new StagedFiles(folder);
  await files.add('ledger.csv', 'new');
  await files.add('report.html', 'new');
  await files.add('result.json', 'new');
  await t.throwsAsync(files.commit('result.json'), { instanceOf: InputError });
  t.deepEqual(await readdir(folder), ['ledger.csv', 'report.html']);
});
