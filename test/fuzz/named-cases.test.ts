import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { chipCheckpoint } from '../../src/experiment/run/training-state.js';
import { checkModel } from '../../src/hardware/check-models.js';
import { compareSramWitnesses } from '../../src/hardware/sram/sram-witnesses.js';
import { packageRoot } from '../../src/package-root.js';
import { sramWitnessSection } from '../../src/report/validation/sram-witness-section.js';
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

test('a published macro beyond all ratios, or none with an energy, is told without one', (t) => {
  const [first] = compareSramWitnesses().filter(({ figure }) => figure === 'area');
  t.truthy(first);
  if (first === undefined) return;
  const section = sramWitnessSection([
    { ...first, published: 1e308, model: { value: 0.04, low: 0.02, high: 0.08 } },
    { ...first, published: 3, model: { value: 2, low: 1, high: 4 } },
    { ...first, published: 3, model: { value: 0, low: 0, high: 0 } },
  ]);
  t.deepEqual(
    section.filter((line) => /Infinity|NaN/.test(line)),
    [],
  );
  const ratios = section
    .filter((line) => /\| area +\|/.test(line))
    .map((line) => line.split('|')[7]?.trim());
  t.deepEqual(ratios, ['–', '1.50', '–']);
  t.true(section.includes('- Energies: 0 of 0 inside the band.'));
  t.true(section.includes('- Areas: 1 of 1 inside the band; published over modelled 1.5 to 1.5.'));
});
