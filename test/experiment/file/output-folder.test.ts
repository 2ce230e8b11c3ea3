import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { openOutputFolder, writeWhole } from '../../../src/experiment/file/output-folder.js';
import { InputError } from '../../../src/units/input-error.js';

function makeTemporary(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'spikeledger-'));
}

test('the output folder is made with those above it, twice without harm, and left empty', async (t) => {
  const folder = path.join(await makeTemporary(), 'a', 'b', 'c');
  await openOutputFolder(folder);
  await openOutputFolder(folder);
  t.deepEqual(await readdir(folder), []);
});

test('many programs that make the same folders at the same time all get them', async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const folder = path.join(await makeTemporary(), 'a', 'b', 'c');
    await t.notThrowsAsync(Promise.all(Array.from({ length: 8 }, () => openOutputFolder(folder))));
    t.deepEqual(await readdir(folder), []);
  }
});

test('a folder that cannot be made is refused with the way out, below a file and on a file system that refuses', async (t) => {
  const file = path.join(await makeTemporary(), 'file');
  await writeFile(file, '');
  const impossible = [file, path.join(file, 'below')];
  // Linux only: /proc takes no folders, and says so in a way on which Node's recursive mkdir never returns.
  if (process.platform === 'linux') impossible.push('/proc/spikeledger/out');
  for (const folder of impossible) {
    await t.throwsAsync(openOutputFolder(folder), {
      instanceOf: InputError,
      message: /the output folder cannot be written .*--out/,
    });
  }
});

test('a file is written whole or not at all', async (t) => {
  const folder = await makeTemporary();
  await writeWhole(path.join(folder, 'one.json'), '{}');
  t.is(await readFile(path.join(folder, 'one.json'), 'utf8'), '{}');
  await t.throwsAsync(writeWhole(path.join(folder, 'none', 'two.json'), '{}'));
  t.deepEqual(await readdir(folder), ['one.json']);
});
