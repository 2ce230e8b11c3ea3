import test from 'ava';
import { renderHtml } from '../../src/report/run/page.js';
import {
  both,
  features,
  labels,
  run,
  settingsIn,
  warningsOf,
  writeExperiment,
} from './remedies.js';

/* Features of one's own that the chip's input format does not hold (cases, input-range): from −1.3 to 9, a third of them negative. */

const wide = {
  ...features,
  values: [-1.3, 9, 0.5, 4, -0.5, 2.5, -1, 7, 3, 1.5, -0.25, 8],
};

const isOfInputs = (warning: string) => warning.startsWith('Inputs do not fit');

test('inputs with signs that reach beyond their format: range, shares and a format that fits are said before training', async (t) => {
  const file = await writeExperiment(both(wide, labels([0, 1, 0, 1, 0, 1])), 'npy', 'FC_4_FC_2');
  const [warning = ''] = await warningsOf(file);
  // 7 of 12 values are above 1, four are negative: 11 do not fit u8.8.
  t.regex(
    warning,
    /range from -1\.3 to 9, and 91\.7 % of the values lie outside u8\.8, 33\.3 % because they are negative/,
  );
  const [remedy = ''] = settingsIn(warning, /(precision\.input): (s\d+\.-?\d+)/g);
  t.is(remedy, 'precision.input=s8.3');
  t.deepEqual(await warningsOf(file, [remedy]), []);
  const lost = await run(file);
  t.is(lost.dataset.inputs?.outside, 11);
  t.is(lost.dataset.inputs?.lostSigns, 4);
  t.is(lost.dataset.inputs?.fittingFormat, 's8.3');
  t.true(renderHtml([lost]).includes('Inputs do not fit'));
  const kept = await run(file, [remedy]);
  t.deepEqual(kept.warnings.filter(isOfInputs), []);
  t.is(kept.dataset.inputs?.outside, 0);
});

test('inputs brought to 0…1 by their range fit the format as it is (sibling)', async (t) => {
  const file = await writeExperiment(both(wide, labels([0, 1, 0, 1, 0, 1])), 'npy', 'FC_4_FC_2');
  const { dataset, warnings } = await run(file, ['dataset.normalise=range']);
  t.deepEqual(warnings.filter(isOfInputs), []);
  t.deepEqual([dataset.inputs?.outside, dataset.inputs?.lostSigns], [0, 0]);
});

test('inputs normalised by channel lose half of their signs in an unsigned format: said, and the remedy is tried (sibling)', async (t) => {
  const file = await writeExperiment(both(wide, labels([0, 1, 0, 1, 0, 1])), 'npy', 'FC_4_FC_2');
  const byChannel = ['dataset.normalise=channel'];
  const [warning = ''] = await warningsOf(file, byChannel);
  // Mean 32.45/12 = 2.7042, deviation √(230.7525/12 − 2.7042²) = 3.4521: 7 of 12 values are below the mean, and 7, 8, 9 end above 1.
  t.regex(
    warning,
    /range from -1\.16 to 1\.82, and 83\.3 % of the values lie outside u8\.8, 58\.3 % because they are negative/,
  );
  t.notRegex(warning, /dataset\.(scale|normalise)/);
  const [remedy = ''] = settingsIn(warning, /(precision\.input): (s\d+\.-?\d+)/g);
  t.is(remedy, 'precision.input=s8.6');
  t.deepEqual(await warningsOf(file, [...byChannel, remedy]), []);
  const kept = await run(file, [...byChannel, remedy]);
  const { inputs } = kept.dataset;
  t.deepEqual([inputs?.normalise, inputs?.lostSigns, inputs?.outside], ['channel', 0, 0]);
  const [channel] = inputs?.channels ?? [];
  t.is(channel?.mean.toFixed(4), '2.7042');
  t.is(channel?.deviation.toFixed(4), '3.4521');
  t.is(inputs?.channels?.length, 1);
  const page = renderHtml([kept]);
  t.true(page.includes('normalised by channel'));
  t.regex(page, /lost its mean and was divided by its deviation[^<]*: 2\.704 and 3\.452\. /);
});

test('test data that do not fit though the training data do: said, and the remedy holds both (sibling)', async (t) => {
  const narrow = { ...features, values: wide.values.map((value) => Math.abs(value) / 16) };
  const signed = { ...narrow, values: wide.values.map((value) => value / 16) };
  const parts = both(narrow, labels([0, 1, 0, 1, 0, 1]));
  const file = await writeExperiment({ ...parts, 'test-x': signed }, 'npy', 'FC_4_FC_2');
  const [warning = ''] = await warningsOf(file);
  t.regex(
    warning,
    /the test data range from -0\.081\d to 0\.563, and 33\.3 % of the values lie outside u8\.8, 33\.3 % because they are negative, unlike those of the training data/,
  );
  const [remedy = ''] = settingsIn(warning, /(precision\.input): (s\d+\.-?\d+)/g);
  t.is(remedy, 'precision.input=s8.7');
  t.deepEqual(await warningsOf(file, [remedy]), []);
});

test('test data in another unit: said, and brought to the unit of the training data they fit (sibling)', async (t) => {
  const y = labels([0, 1, 0, 1, 0, 1]);
  const small = { ...features, values: features.values.map((value) => value / 1024) };
  const file = await writeExperiment({ ...both(features, y), 'test-x': small }, 'npy', 'FC_4_FC_2');
  const [warning = ''] = await warningsOf(file);
  t.regex(
    warning,
    /the test data range from 0 to 0\.000977, and 100 % of those other than 0 become 0 in u8\.8, unlike .*; bring the test data to the unit of the training data, which reach 1\.$/,
  );
  t.deepEqual(await warningsOf(await writeExperiment(both(features, y), 'npy', 'FC_4_FC_2')), []);
});

test('test samples that are all the same are said, and nobody is told to train longer (sibling)', async (t) => {
  const same = { ...features, values: features.values.map((_, index) => (index % 2) / 2) };
  const parts = { ...both(features, labels([0, 1, 0, 1, 0, 1])), 'test-x': same };
  const { warnings } = await run(await writeExperiment(parts, 'npy', 'FC_4_FC_2'));
  t.true(warnings.some((warning) => warning.startsWith('All test samples have the same inputs:')));
  t.false(warnings.some((warning) => warning.includes('Train longer')));
});

test('training samples that are all the same are said, since no training helps (sibling)', async (t) => {
  const same = { ...features, values: wide.values.map((_, index) => (index % 2) / 2) };
  const file = await writeExperiment(both(same, labels([0, 1, 0, 1, 0, 1])), 'npy', 'FC_4_FC_2');
  const said = await warningsOf(file);
  t.deepEqual(
    said.map((warning) => warning.split(':')[0]),
    ['All training samples have the same inputs'],
  );
});

test('inputs that end within a step or two of their format: said, and each remedy makes the warning go (sibling)', async (t) => {
  // Up to 0.004: 0.004 · 256 = 1.02 of the 256 steps of u8.8, so a value is 0 or one step.
  const tiny = { ...features, values: features.values.map((value) => value * 0.004) };
  const file = await writeExperiment(both(tiny, labels([0, 1, 0, 1, 0, 1])), 'npy', 'FC_4_FC_2');
  const [warning = '', ...others] = await warningsOf(file);
  t.regex(
    warning,
    /range from 0 to 0\.004, and they end at 1\.02 of the 256 steps of u8\.8\. .*; write precision\.input: u8\.15, or scale the values with dataset\.scale: 249, or dataset\.normalise: range\.$/,
  );
  t.deepEqual(others, []);
  const remedies = settingsIn(warning, /(precision\.input|dataset\.\w+): (u8\.15|249|range)/g);
  t.is(remedies.length, 3);
  for (const remedy of remedies) {
    const kept = await run(file, [remedy]);
    t.deepEqual(kept.warnings.filter(isOfInputs), [], remedy);
  }
  const said = (await run(file)).warnings;
  t.false(said.some((one) => one.includes('Train longer')));
});

test('whole steps are no loss, however few: bytes far below 255 and bits of 1/256 (sibling)', async (t) => {
  const y = labels([0, 1, 0, 1, 0, 1]);
  const steps = {
    ...features,
    values: features.values.map((value) => Math.round(8 * value) / 256),
  };
  t.deepEqual(await warningsOf(await writeExperiment(both(steps, y), 'npy', 'FC_4_FC_2')), []);
});

test('a format in which the sums of inputs would not fit the accumulators is no remedy: scaling is (sibling)', async (t) => {
  const large: typeof features = {
    ...features,
    type: '<u2',
    values: features.values.map((value) => Math.round(65535 * value)),
  };
  const file = await writeExperiment(both(large, labels([0, 1, 0, 1, 0, 1])), 'npy', 'FC_4_FC_2');
  const [warning = ''] = await warningsOf(file);
  // u8.-8 would hold them, but edge-28nm's accumulators, s32.15, end at 65,536, and the first sums do not.
  t.regex(
    warning,
    /; scale the values with dataset\.scale: 1\/65535, or dataset\.normalise: range\.$/,
  );
  for (const remedy of ['dataset.scale=1/65535', 'dataset.normalise=range']) {
    t.deepEqual((await run(file, [remedy])).warnings.filter(isOfInputs), [], remedy);
  }
});

test('finite values beyond float32 are to be divided, not left out (sibling)', async (t) => {
  const huge: typeof features = {
    ...features,
    type: '<f8',
    values: features.values.map((value) => 1e300 * value),
  };
  const y = labels([0, 1, 0, 1, 0, 1]);
  const file = await writeExperiment(both(huge, y), 'npy', 'FC_4_FC_2');
  const error = await t.throwsAsync(warningsOf(file));
  t.regex(
    error.message,
    /sample 0, value 1 is 5e\+299, beyond float32; .*; divide the values of both parts/,
  );
  // x / numpy.abs(train_x).max()
  const divided = { ...huge, values: huge.values.map((value) => value / 1e300) };
  t.deepEqual(await warningsOf(await writeExperiment(both(divided, y), 'npy', 'FC_4_FC_2')), []);
});
