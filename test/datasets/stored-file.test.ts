import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import test from 'ava';

import {
  findEntry,
  listFolder,
  readStoredFile,
  sha256,
  unpack,
} from '../../src/datasets/stored-file.js';
import { InputError } from '../../src/units/input-error.js';
import { temporaryFolder, writeFiles } from './file-writers.js';

const text = new TextEncoder().encode('abc');
/** FIPS 180-4, example of SHA-256 for "abc". */
const textSha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('sha256 is that of FIPS 180-4', (t) => {
  t.is(sha256(text), textSha256);
});

test('a plain file comes before its packed copy, and a packed one is found by the plain name', (t) => {
  t.is(findEntry(['a.gz', 'a'], 'a'), 'a');
  t.is(findEntry(['a.gz'], 'a'), 'a.gz');
  t.is(findEntry(['b', 'a.gz.tmp'], 'a'), null);
});

test('content decides what is packed, not the name', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    plain: text,
    'packed.gz': gzipSync(text),
    'unpacked.gz': text,
    named: gzipSync(text),
  });
  for (const name of ['plain', 'packed', 'unpacked', 'named']) {
    t.deepEqual(await unpack(await readStoredFile(folder, name, 'remedy')), text, name);
  }
  const packed = await readStoredFile(folder, 'packed', 'remedy');
  t.is(packed.fileName, 'packed.gz');
  t.is(packed.sha256, sha256(gzipSync(text)));
  t.is((await readStoredFile(folder, 'plain', 'remedy')).sha256, textSha256);
});

test('a missing file is named with both names it may have, and what to do', async (t) => {
  const folder = await temporaryFolder(t);
  for (const place of [folder, join(folder, 'absent')]) {
    await t.throwsAsync(readStoredFile(place, 'x-labels', 'put it there'), {
      instanceOf: InputError,
      message: `${join(place, 'x-labels')}: there is no such file, nor x-labels.gz; put it there`,
    });
  }
});

test('a folder in the place of a file is refused', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'x.gz'));
  await t.throwsAsync(readStoredFile(folder, 'x', 'remedy'), {
    instanceOf: InputError,
    message: `${join(folder, 'x.gz')}: it is a folder, and a regular file is needed`,
  });
});

test('a file that cannot be opened is refused with the code of the system', async (t) => {
  const folder = await temporaryFolder(t);
  await symlink('x', join(folder, 'x'));
  await t.throwsAsync(readStoredFile(folder, 'x', 'remedy'), {
    instanceOf: InputError,
    message: `${join(folder, 'x')}: cannot be read (ELOOP); it must be a readable file`,
  });
});

test('a file in the place of a folder is refused', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, { mnist: text });
  await t.throwsAsync(listFolder(join(folder, 'mnist')), {
    instanceOf: InputError,
    message: `${join(folder, 'mnist')}: cannot be listed (ENOTDIR); it must be a readable folder`,
  });
});

test('gzip data cut off anywhere, or with a byte changed, is refused', async (t) => {
  const packed = gzipSync(Uint8Array.from({ length: 500 }, (_, index) => (index * index) & 255));
  const damaged = Uint8Array.from(packed);
  damaged[40] = (damaged[40] ?? 0) ^ 1;
  const broken = [3, 10, 11, packed.length - 9, packed.length - 1].map((length) =>
    packed.subarray(0, length),
  );
  for (const bytes of [...broken, damaged]) {
    const file = { path: 'a.gz', fileName: 'a.gz', bytes, sha256: sha256(bytes) };
    await t.throwsAsync(unpack(file), {
      instanceOf: InputError,
      message: new RegExp(
        `^a\\.gz: the gzip data is cut off or damaged \\(Z_\\w+ after ${bytes.length} stored bytes\\)`,
      ),
    });
  }
});
