import test from 'ava';
import type {
  ActivationUnitImage,
  ChipImage,
  RuleSpec,
} from '../../../src/chip/image/chip-image.js';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import { closedFormCounts } from '../../../src/chip/counts/counts.js';
import { convolutionImage, printRows, twoSamples, withFrozen, withUnits } from './image.js';

const none = { kind: 'linear', function: 'none' } as const;
const relu = { kind: 'linear', function: 'relu' } as const;

const one: RunActivity = { ...twoSamples, sampleCount: 1 };

/** Rows that δz takes in a sample: h read, f′, products, the subtraction in the output layer; nothing is learned. */
function deltaRows(
  loss: ChipImage['loss'],
  hidden: ActivationUnitImage | null,
  output: ActivationUnitImage | null,
): readonly string[] {
  const image = withUnits(
    convolutionImage({ chip: { loss, rule: { kind: 'bp' } } }),
    hidden,
    output,
  );
  // The first layer learns, so bp passes through the frozen ones, where δz is all that is made.
  const rows = printRows(closedFormCounts(withFrozen(image, [2, 3, 4]), [one]));
  return rows.filter((row) => /^update [34] /.test(row));
}

test('relu compares where a table takes f′ and its product, none has neither (spec §2.12, §4.5)', (t) => {
  const read = ['update 3 9 neurons.read 16 3'];
  const output = [
    'update 4 10 neurons.read 16 1',
    'update 4 10 datapath.multiply 5 3',
    'update 4 10 datapath.multiply 9 3',
    'update 4 10 datapath.add 5 3',
    'update 4 10 datapath.add 9 3',
  ];
  t.deepEqual(deltaRows('mse', null, null), [
    ...read,
    'update 3 9 datapath.multiply 7 5',
    'update 3 9 datapath.multiply 9 5',
    'update 3 9 datapath.add 7 5',
    ...output,
  ]);
  t.deepEqual(deltaRows('mse', relu, null), [
    ...read,
    'update 3 9 datapath.compare 7 5',
    ...output,
  ]);
  t.deepEqual(deltaRows('mse', none, null), [...read, ...output]);
});

test('an mse output layer without f′ keeps its subtraction (spec §4.5)', (t) => {
  const output = (unit: ActivationUnitImage) =>
    deltaRows('mse', none, unit).filter((row) => row.includes('datapath'));
  t.deepEqual(output(none), ['update 4 10 datapath.add 9 3']);
  t.deepEqual(output(relu), ['update 4 10 datapath.add 9 3', 'update 4 10 datapath.compare 5 3']);
});

test('loss ce makes p, subtracts the target, and takes f′ as mse does (spec §2.13, §4.5)', (t) => {
  const output = (unit: ActivationUnitImage | null) =>
    deltaRows('ce', none, unit).filter((row) => row.startsWith('update 4'));
  const softmax = {
    before: ['update 4 10 neurons.read 16 1', 'update 4 10 activation.lookup 16 3'],
    after: ['update 4 10 datapath.reciprocal 32 1'],
  };
  t.deepEqual(output(none), [
    ...softmax.before,
    'update 4 10 datapath.multiply 32 3',
    'update 4 10 datapath.add 5 3', // max(y) − y
    'update 4 10 datapath.add 9 3', // p − t
    'update 4 10 datapath.add 32 2', // S
    'update 4 10 datapath.compare 5 2', // max(y)
    ...softmax.after,
  ]);
  t.deepEqual(output(null), [
    ...softmax.before,
    'update 4 10 datapath.multiply 5 3', // f′
    'update 4 10 datapath.multiply 9 3', // δh·f′
    'update 4 10 datapath.multiply 32 3',
    'update 4 10 datapath.add 5 6', // max(y) − y, f′
    'update 4 10 datapath.add 9 3',
    'update 4 10 datapath.add 32 2',
    'update 4 10 datapath.compare 5 2',
    ...softmax.after,
  ]);
});

/** Whether a sample makes p where the output layer is frozen; the hidden layers learn. */
function makesSoftmax(
  rule: RuleSpec,
  { unit = null, ...activity }: { unit?: ActivationUnitImage | null; isMeasuring?: boolean } = {},
): boolean {
  const image = withUnits(convolutionImage({ chip: { loss: 'ce', rule } }), null, unit);
  const rows = closedFormCounts(withFrozen(image, [4]), [{ ...one, ...activity }]);
  return rows.some(
    ({ componentAction, bits }) => componentAction === 'activation.lookup' && bits === 16,
  );
}

test('p is made where something needs it: δz, e of plain outputs, or the delayed error of loss (spec §4.5)', (t) => {
  const defp = { kind: 'defp', sampleCount: 9, wordBits: 24, delayedErrorsPerWord: 2 } as const;
  t.false(makesSoftmax({ kind: 'drtp' }));
  t.true(makesSoftmax({ kind: 'bp' }));
  for (const kind of ['dfa', 'sdfa'] as const) {
    t.false(makesSoftmax({ kind }));
    t.false(makesSoftmax({ kind }, { unit: relu }));
    t.true(makesSoftmax({ kind }, { unit: none }));
  }
  for (const isMeasuring of [false, true]) {
    t.true(makesSoftmax({ ...defp, variant: 'loss' }, { isMeasuring }));
    t.false(makesSoftmax({ ...defp, variant: 'error' }, { isMeasuring }));
    t.false(makesSoftmax({ ...defp, variant: 'fullVector' }, { isMeasuring }));
  }
});

test('inference makes no p: the first largest output is the prediction (spec §2.6, §4.5)', (t) => {
  const image = convolutionImage({ chip: { loss: 'ce' } });
  const rows = printRows(closedFormCounts(image, [{ ...one, run: 'inference', stepCount: 0 }]));
  t.false(rows.some((row) => row.startsWith('update')));
  t.deepEqual(
    rows.filter((row) => row.startsWith('readout')),
    [
      'readout 4 10 neurons.read 16 1',
      'readout 4 10 datapath.compare 5 2',
      'readout 4 10 io.eventOut 2 1',
    ],
  );
});
