import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { chipCheckpoint } from '../../src/experiment/run/training-state.js';
import { makeFolder } from '../experiment/small-run.js';

/* What the fuzzer found, each as a case of its own. */

test('a checkpoint whose digest is right and whose header is no JSON is of another version', async (t) => {
  const folder = path.join(await makeFolder(), 'out');
  await mkdir(folder);
  const headers = ['{"schema":"spikeledger.', '', 'null', '{"schema":"\u0000"}', '{}{}'];
  for (const header of headers) {
    const content = Buffer.from(`${header}\nstate`);
    const digest = createHash('sha256').update(content).digest('hex');
    await writeFile(path.join(folder, 'checkpoint.bin'), `${digest}\n${content.toString()}`);
    t.deepEqual(await chipCheckpoint(folder, 'hash').read(), {
      kind: 'unusable',
      reason: 'is of another version of the program',
    });
  }
});
