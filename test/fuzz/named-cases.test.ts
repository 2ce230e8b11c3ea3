import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { chipCheckpoint } from '../../src/experiment/run/training-state.js';
import { checkModel } from '../../src/hardware/check-models.js';
import { packageRoot } from '../../src/package-root.js';
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

test('a clock at which the technology has no price is a mistake of the chip file, at the clock', async (t) => {
  const file = path.join(await makeFolder(), 'chip.yaml');
  for (const chip of ['edge-28nm', 'loihi-14nm']) {
    const shipped = path.join(packageRoot, 'hardware-models', 'chips', `${chip}.yaml`);
    const text = (await readFile(shipped, 'utf8')).replace(/^clock: .*$/m, 'clock: 1e-300 MHz');
    await writeFile(file, text);
    const line = text.split('\n').findIndex((one) => one.startsWith('clock:')) + 1;
    const problem = checkModel(file)
      .flatMap((check) => check.problem ?? [])
      .join('\n');
    t.true(problem.startsWith(`${file}:${line}:8: clock: at `), problem);
    t.regex(problem, /there is no such price \(.*leakage\.cycle\.energy: .*; at 100 MHz there is$/);
  }
});
