import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { packageRoot } from '../../src/package-root.js';
import { makeFolder, runText, runTextSides } from '../experiment/small-run.js';
import { both, features, labels, run, writeExperiment } from './remedies.js';

/* Figures of what has learned nothing: said at the top, with a remedy that makes the warning go. Cases, kinds 5, 7 and 9. */

const text = `name: idle
dataset: { name: digits, trainSamples: 120, testSamples: 60 }
network: FC_12_FC_10
training: { rule: drtp, epochs: 4, learningRate: 2^-4, updateSkip: { whenErrorBelow: 0.9 } }
hardware: edge-28nm
reference: { enabled: false }
`;
const learning = text.replace(', updateSkip: { whenErrorBelow: 0.9 }', '');
const longer = /Train longer/;

test('samples that are all left out: said, and a smaller limit makes the warning go', async (t) => {
  const { warnings, wear } = await runText(text, []);
  t.true(wear.every(({ meanWritesPerWord }) => meanWritesPerWord === 0));
  t.regex(warnings[0] ?? '', /^No training sample was learned from: .*whenErrorBelow \(0\.9\)/);
  t.regex(warnings[0] ?? '', /give a smaller one\.$/);
  // No better than the majority for that reason alone: other remedies would not help.
  t.true(warnings.some((warning) => warning.startsWith('The chip ')));
  t.false(warnings.some((warning) => longer.test(warning)));
  const smaller = await runText(text, ['training.updateSkip.whenErrorBelow=0.3']);
  t.deepEqual(smaller.warnings, []);
});

test('a float reference that is no better than the majority is no measure: said, and a smaller step makes the warning go', async (t) => {
  const alone = ['chip.enabled=false', 'reference.enabled=true', 'reference.backend=cpu'];
  // η of 1 on inputs of up to 16: every unit of the network goes to an end.
  const runAt = (rate: string) =>
    runTextSides(learning, [
      ...alone,
      'dataset.scale=1',
      `reference.training.learningRate=${rate}`,
    ]);
  const isOfReference = (warning: string) => warning.startsWith('The float reference, with');
  // 13 of the 60 test samples are of class 9, more than of any other.
  const majority = (100 * 47) / 60;
  const idle = await runAt('2^0');
  const error = idle.accuracy.reference?.testErrorPercent ?? NaN;
  t.true(error >= majority);
  const [said = ''] = idle.warnings.filter(isOfReference);
  t.true(said.includes(`error of ${error.toFixed(2)} %, is no better than always saying class 9`));
  t.regex(said, /reference\.training\.learningRate\.$/);
  const better = await runAt('2^-8');
  t.true((better.accuracy.reference?.testErrorPercent ?? NaN) < majority);
  t.deepEqual(better.warnings.filter(isOfReference), []);
});

test('samples of one class, and samples that are all the same, are not to be trained longer', async (t) => {
  const same = { ...features, values: features.values.map(() => 0.5) };
  for (const [x, y] of [
    [features, labels([1, 1, 1, 1, 1, 1])],
    [same, labels([0, 1, 0, 1, 0, 1])],
  ] as const) {
    const { warnings } = await run(await writeExperiment(both(x, y), 'npy', 'FC_4_FC_2'));
    t.true(warnings.length >= 2, warnings.join());
    t.false(warnings.some((warning) => longer.test(warning)));
  }
});

test('inputs that do not fit are not said to cost points of a reference that is left out', async (t) => {
  const { warnings } = await runText(learning, ['dataset.scale=1', 'training.epochs=1']);
  const alone = warnings.find((warning) => warning.startsWith('Inputs')) ?? '';
  t.regex(alone, /^Inputs do not fit .*\. The chip learns from what is left of them; write /);
});

test('leakage of the delayed-error memory is a row where it is on the chip, and said to be missing where it is not', async (t) => {
  const defp = ['training.rule=defp', 'training.epochs=1'];
  const { notes, ledger } = await runText(learning, defp);
  t.true(ledger.some(({ component, energyPj }) => component === 'leakage' && energyPj !== null));
  t.true(ledger.some(({ component, action }) => `${component}.${action}` === 'leakage.shared'));
  t.false(
    notes.some((note) => /leak(s|age)/i.test(note)),
    notes.join('\n'),
  );
  const chip = readFileSync(path.join(packageRoot, 'hardware-models/chips/edge-28nm.yaml'), 'utf8');
  const file = path.join(await makeFolder(), 'beside.yaml');
  await writeFile(file, chip.replace('placement: onChip', 'placement: offChip'));
  const beside = await runText(learning, [...defp, `hardware=${file}`]);
  t.true(
    beside.notes.includes(
      'The delayed-error memory is beside the chip: what it leaks is in no figure.',
    ),
  );
});
