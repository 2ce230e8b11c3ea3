import test from 'ava';
import { prepareExperiment } from '../../src/experiment/file/prepare-experiment.js';
import { warningsBefore } from '../../src/experiment/run/warnings.js';
import { InputError } from '../../src/units/input-error.js';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeEstimate } from '../../src/experiment/estimate/make-estimate.js';
import { prepareText, smallText } from '../experiment/estimate/prepare-text.js';
import { makeFolder, runText } from '../experiment/small-run.js';

/* A rule that does what another does, and updates that are always lost: said, with a remedy that makes the warning go. Cases, kinds 4 and 7. */

const text = `name: silent
dataset: { name: digits, trainSamples: 120, testSamples: 60 }
network: FC_12_FC_10
training: { rule: drtp, epochs: 2, learningRate: 2^-4 }
hardware: edge-28nm
reference: { enabled: false }
`;

async function warningsOf(overrides: readonly string[]): Promise<readonly string[]> {
  const folder = await makeFolder();
  const file = path.join(folder, 'experiment.yaml');
  await writeFile(file, text);
  return warningsBefore(await prepareExperiment(file, overrides, folder));
}

test('a B that its format makes 0 everywhere: the rule is shallow to the bit, said, and more fraction bits help', async (t) => {
  // Values of B are below √(6/10) · 0.1 = 0.078, half a step of s3.1 is 0.25.
  const narrow = ['training.feedbackWidths=[0.1]', 'precision.feedback=s3.1'];
  const [warning = '', ...others] = await warningsOf(narrow);
  t.is(
    warning,
    'All of the feedback weights B of layer 1 are 0 in s3.1: no error comes through it, so what it would teach learns nothing, as with rule shallow; give precision.feedback more fraction bits.',
  );
  t.deepEqual(others, []);
  const asDrtp = await runText(text, narrow);
  const asShallow = await runText(text, ['training.rule=shallow']);
  t.deepEqual(asDrtp.accuracy.chip, asShallow.accuracy.chip);
  t.deepEqual(asDrtp.classes, asShallow.classes);
  t.deepEqual(await warningsOf([...narrow.slice(0, 1), 'precision.feedback=s8.10']), []);
});

test('a B many of whose values are 0: their share is said, of every rule that has a B (sibling)', async (t) => {
  for (const rule of ['dfa', 'sdfa', 'fa', 'defp']) {
    // Uniform up to √(6/fan): a step of 0.5 takes all below 0.25.
    const [warning = ''] = await warningsOf([`training.rule=${rule}`, 'precision.feedback=s3.1']);
    t.regex(warning, /^(\d\d\.\d % of|All of) the feedback weights B of layer \d are 0 in s3\.1: /);
  }
  t.deepEqual(await warningsOf(['training.rule=bp', 'precision.feedback=s3.1']), []);
});

test('DEFP of one epoch is DRTP, but for measuring first: said', async (t) => {
  const once = ['training.rule=defp', 'training.epochs=1', 'precision.delayedError=s8.6'];
  const [warning = ''] = await warningsOf(once);
  t.regex(warning, /^Rule DEFP learns with the errors of a sample's last visit, .* that of DRTP; /);
  // 1 is held by s8.6: then both are the same to the bit.
  const asDefp = await runText(text, once);
  const asDrtp = await runText(text, ['training.epochs=1']);
  t.deepEqual(asDefp.accuracy.chip, asDrtp.accuracy.chip);
  t.deepEqual(asDefp.classes, asDrtp.classes);
  t.deepEqual(await warningsOf([...once, 'training.epochs=2']), []);
  const measured = [...once, 'training.defp.init=measure'];
  t.deepEqual(await warningsOf(measured), []);
  t.notDeepEqual((await runText(text, measured)).accuracy.chip, asDrtp.accuracy.chip);
});

test('without a hidden layer that learns every rule is shallow: said', async (t) => {
  const [none = ''] = await warningsOf(['network=FC_10']);
  t.regex(none, /^The network has no hidden layer: .* rule DRTP is rule shallow; /);
  const frozen = ['training.frozenLayers=[1]'];
  t.regex((await warningsOf(frozen))[0] ?? '', /^Every hidden layer is frozen: .* is rule shallow/);
  t.deepEqual(await warningsOf([...frozen, 'training.rule=shallow']), []);
  const asDrtp = await runText(text, frozen);
  const asShallow = await runText(text, ['training.rule=shallow']);
  t.deepEqual(asDrtp.accuracy.chip, asShallow.accuracy.chip);
});

test('updates that rounding always loses: said in place of "train longer", and both remedies make it go', async (t) => {
  const isLost = (warning: string) => warning.includes('left its weights as they were');
  const small = ['training.learningRate=2^-9'];
  const nearest = [...small, 'precision.rounding.weight=nearest'];
  const { warnings, fixedPoint } = await runText(text, nearest);
  const lost = warnings.filter(isLost);
  t.is(lost.length, 2);
  const layer1 = fixedPoint.find(({ layer, tensor }) => layer === 1 && tensor === 'weight');
  const share = (100 * (layer1?.deadUpdateFraction ?? 0)).toPrecision(3);
  t.true(lost[0]?.startsWith(`${share} % of the updates of layer 1 other than 0 left`));
  t.false(warnings.some((warning) => warning.includes('Train longer')));
  for (const remedy of ['precision.rounding.weight=stochastic', 'precision.weight=s16.15']) {
    const kept = await runText(text, [...nearest, remedy]);
    t.deepEqual(kept.warnings.filter(isLost), [], remedy);
  }
});

test('initial weights that their own format makes 0 are blamed on that format, and a finer one helps', async (t) => {
  const [warning = ''] = await warningsOf(['precision.initialWeights=s4.1']);
  t.regex(warning, / are 0 in s4\.1: .*; give precision\.initialWeights more fraction bits\.$/);
  t.deepEqual(await warningsOf(['precision.initialWeights=s8.7']), []);
  const [own = ''] = await warningsOf(['precision.weight=s4.1', 'precision.initialWeights=s8.7']);
  t.regex(own, / are 0 in s4\.1: .*; give precision\.weight more fraction bits\.$/);
});

test('an f with negative values in a format without a sign is refused at that format, and the remedy runs', async (t) => {
  for (const [tensor, f, format] of [
    ['activation', 'hidden=tanh', 'u8.8'],
    ['activation', 'hidden=none', 'u8.4'],
    ['output', 'output=none', 'u6.4'],
  ] as const) {
    const f2 = [`activation.${f}`, 'training.loss=mse'];
    const key = `precision.${tensor}`;
    const error = await t.throwsAsync(warningsOf([...f2, `${key}=${format}`]), {
      instanceOf: InputError,
    });
    t.regex(
      error.message,
      new RegExp(`^--set ${key}=${format}: ${key}: ${format} is unsigned, but `),
    );
    const remedy = /such as (?<format>s\d+\.\d+)$/.exec(error.message)?.groups?.['format'] ?? '';
    await t.notThrowsAsync(warningsOf([...f2, `${key}=${remedy}`]), error.message);
  }
});

test('an estimate says what run refuses, and with the remedy it says nothing of it', async (t) => {
  const isRefusal = (note: string) => note.startsWith('These are the costs of what was asked for');
  const small = smallText.replace('rule: drtp', 'rule: defp, defp: { variant: fullVector }');
  const [note = '', ...others] = makeEstimate(await prepareText(small)).record.notes.filter(
    isRefusal,
  );
  t.regex(
    note,
    /which run refuses: precision\.delayedError: u8\.8 is unsigned: .* such as s8\.7, or variant error\.$/,
  );
  t.deepEqual(others, []);
  for (const remedy of ['precision.delayedError=s8.7', 'training.defp.variant=error']) {
    const { notes } = makeEstimate(await prepareText(small, { overrides: [remedy] })).record;
    t.deepEqual(notes.filter(isRefusal), [], remedy);
  }
});

test('second moments that their format makes 0: adam divides by ε alone, said, and the format of the chip helps', async (t) => {
  const adam = ['hardware=large-28nm', 'training.optimizer=adam', 'training.learningRate=2^-9'];
  const narrow = await runText(text, [...adam, 'precision.secondMoment=u8.4']);
  const said = narrow.warnings.filter((warning) => warning.includes('second moment'));
  t.deepEqual(
    said.map((warning) => warning.replace(/^[\d.]+ %/, 'all')),
    [1, 2].map(
      (layer) =>
        `all of the weights of layer ${layer} that learned have a second moment of 0 in u8.4: squares of their gradients are smaller than its step, and ε alone divides what they change by; give precision.secondMoment more fraction bits.`,
    ),
  );
  t.notRegex(narrow.warnings.join(), /Train longer/);
  const wide = await runText(text, [...adam, 'precision.secondMoment=u31.28']);
  t.false(wide.warnings.some((warning) => warning.includes('second moment')));
  const errorOf = ({ accuracy }: typeof wide): number => accuracy.chip.testErrorPercent ?? 100;
  t.true(errorOf(wide) < errorOf(narrow));
});
