import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { readStoredFile, unpack } from '../../src/datasets/stored-file.js';
import { InputError } from '../../src/units/input-error.js';

function makeFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'stored-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test('a packed file that unpacks to more than 64 MiB and 100 for each stored byte is refused (cases, hostile)', async (t) => {
  const folder = makeFolder(t);
  // 200 MiB of zeros are 200 KB packed: 1,000 for each stored byte.
  writeFileSync(path.join(folder, 'x.npy.gz'), gzipSync(Buffer.alloc(200 << 20)));
  const bomb = await readStoredFile(folder, 'x.npy', 'get it');
  await t.throwsAsync(unpack(bomb), {
    instanceOf: InputError,
    message: /x\.npy\.gz: unpacks to more than \d+ bytes, .*; unpack it and store it as it is/,
  });
  // As far as the limit, and by its remedy, it is read.
  writeFileSync(path.join(folder, 'y.npy.gz'), gzipSync(Buffer.alloc(60 << 20)));
  t.is((await unpack(await readStoredFile(folder, 'y.npy', 'get it'))).length, 60 << 20);
  writeFileSync(path.join(folder, 'x.npy'), Buffer.alloc(200 << 20));
  t.is((await unpack(await readStoredFile(folder, 'x.npy', 'get it'))).length, 200 << 20);
});

test('a pipe or a device in place of samples is refused at once (cases, hostile)', async (t) => {
  if (process.platform === 'win32') {
    t.pass('no pipes in folders here');
    return;
  }
  const folder = makeFolder(t);
  execFileSync('mkfifo', [path.join(folder, 'pipe.npy')]);
  symlinkSync('/dev/zero', path.join(folder, 'zero.npy'));
  for (const name of ['pipe.npy', 'zero.npy']) {
    await t.throwsAsync(readStoredFile(folder, name, 'get it'), {
      instanceOf: InputError,
      message: /\.npy: .*a regular file is needed/,
    });
  }
});
