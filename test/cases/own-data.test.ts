import path from 'node:path';
import test from 'ava';
import { packageRoot } from '../../src/package-root.js';
import { renderHtml } from '../../src/report/run/page.js';
import { summaryFigures } from '../../src/report/run/summary.js';
import { InputError } from '../../src/units/input-error.js';
import { run, settingsIn, warningsOf } from './remedies.js';

/* Data that users of neighbouring tools came with: what is read, what is said, and that every remedy works. */

function caseFile(name: string): string {
  return path.join(packageRoot, 'test', 'cases', name);
}

test('bool features stand for 0 and 1: 5.00 % as with floats (bytes/bool.yaml)', async (t) => {
  const { accuracy, dataset, warnings } = await run(caseFile('bytes/bool.yaml'));
  t.is(accuracy.chip.testErrorPercent, 5);
  t.is(dataset.inputs?.scale, 1);
  t.deepEqual(warnings, []);
});

test('bytes to 16 are a warning before training, and its remedy gives 5.35 % (bytes/digits16.yaml)', async (t) => {
  const file = caseFile('bytes/digits16.yaml');
  const [warning = ''] = await warningsOf(file);
  t.regex(warning, /^Bytes are divided by 255, but the largest of the training data is 16:/);
  const [full = '', as = ''] = settingsIn(warning, /write (dataset\.scale): ([\d/]+)/g);
  t.deepEqual([full, as], ['dataset.scale=1/16', 'dataset.scale=1/255']);
  t.deepEqual(await warningsOf(file, [as]), []);
  const { accuracy, dataset, warnings } = await run(file, [full]);
  t.is(accuracy.chip.testErrorPercent?.toFixed(2), '5.35');
  t.is(dataset.inputs?.scale, 1 / 16);
  t.deepEqual(warnings, []);
});

test('int64 labels are simply read (labels-advice)', async (t) => {
  t.is((await run(caseFile('labels-advice/i64lab.yaml'))).accuracy.chip.testErrorPercent, 5);
  t.is((await run(caseFile('labels-advice/int64labels/e.yaml'))).dataset.classCount, 2);
});

test('one-hot labels are simply read; flattened ones are refused with the shape of the rows (labels-advice)', async (t) => {
  t.is((await run(caseFile('labels-advice/onehot/e.yaml'))).dataset.classCount, 2);
  await t.throwsAsync(run(caseFile('labels-advice/onehot-ravel.yaml')), {
    instanceOf: InputError,
    message: /300 samples, .* 600 labels; .* one-hot rows of 2 .*\.reshape\(-1, 2\)$/,
  });
});

test('absolute times start with the first event of each sample: under 1 ms, not 128 s (events-advice/abs-u4)', async (t) => {
  const { notes, schedule } = await run(caseFile('events-advice/abs-u4/e.yaml'));
  t.true(notes.some((note) => /samples begin at 128311882 to 128312003 µs/.test(note)));
  // 100 cycles per µs: the longest training sample is 960 µs.
  t.true((schedule?.serialLatencyCycles ?? Infinity) < 100_000);
});

test('int64 events are the same as uint32 ones (events-advice/int64)', async (t) => {
  const { notes, schedule } = await run(caseFile('events-advice/int64/e.yaml'));
  t.false(notes.some((note) => note.includes('count from elsewhere')));
  t.true((schedule?.serialLatencyCycles ?? Infinity) < 110_000);
});

test('98 to 2: the majority always said is a warning; balanced error, errors by class and confusion are in record, summary and page (degenerate/imbalance-98-2)', async (t) => {
  const result = await run(caseFile('degenerate/imbalance-98-2/e.yaml'));
  const { classes, warnings } = result;
  t.is(result.accuracy.chip.testErrorPercent, 2);
  t.deepEqual(classes?.confusion, [
    [98, 0],
    [2, 0],
  ]);
  t.is(classes?.balancedErrorPercent, 50);
  t.is(classes?.constantErrorPercent, 2);
  t.deepEqual(
    classes?.perClass.map(({ testErrorPercent }) => testErrorPercent),
    [0, 100],
  );
  t.true(
    warnings.some((warning) =>
      /^The chip says class 0 of every test sample: its error of 2\.00 % is no better than the majority \(2\.00 %\)/.test(
        warning,
      ),
    ),
  );
  const balanced = summaryFigures(result).find(({ label }) => label.startsWith('Balanced'));
  t.is(balanced?.value, '50.00\u00a0%');
  t.regex(renderHtml([result]), /<h2>Classes<\/h2>.*<b>50\.00/s);
});

test('two classes: layers that fit run, and the remedies of those that do not run (degenerate/binary)', async (t) => {
  for (const name of ['no-hidden', 'one-hidden', 'two-out']) {
    t.is((await run(caseFile(`degenerate/binary/${name}.yaml`))).classes?.confusion.length, 2);
  }
  for (const [name, remedies] of [
    ['one-out', ['network=FC_6_FC_2']],
    ['three-out', ['network=FC_6_FC_2', 'dataset.classCount=3']],
  ] as const) {
    const file = caseFile(`degenerate/binary/${name}.yaml`);
    const { message } = await t.throwsAsync(run(file), { instanceOf: InputError });
    t.deepEqual(
      settingsIn(message, /(?:write|or) (network|dataset\.classCount): (\w+)/g),
      remedies,
    );
    for (const remedy of remedies) t.truthy((await run(file, [remedy])).classes);
  }
  const few = await warningsOf(caseFile('degenerate/binary/three-out.yaml'), [
    'dataset.classCount=3',
  ]);
  t.regex(few.join(), /^Class 2 has no training sample: the chip cannot learn it;/);
});
