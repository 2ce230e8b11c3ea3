import test from 'ava';
import { renderLockstepTable } from '../../../../src/report/run/sections/lockstep-table.js';
import { sampleResult } from '../../samples/sample-result.js';

const deviation = {
  layer: 1,
  tensor: 'activation',
  rmsErrorVsReference: 0.01,
  relativeRmsError: 0.02,
  signDisagreementPercent: 0,
  largestReference: 1,
  outsidePercent: 0,
};

/** Cells of a page's table, row by row. */
function cellsOf(html: string): readonly (readonly string[])[] {
  return [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) =>
      cell
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  );
}

/** The sample record with as many epochs of these shares, and one after the first samples. */
function shown(early: number | null, shares: readonly (number | null)[]): string {
  const result = sampleResult();
  const [epoch] = result.epochs;
  if (epoch === undefined) throw new Error('the sample record has epochs');
  const at = (relativeRmsError: number | null) => [{ ...deviation, relativeRmsError }];
  return renderLockstepTable({
    ...result,
    earlyLockstep: early === null ? null : at(early),
    epochs: shares.map((share, index) => ({ ...epoch, epoch: index + 1, lockstep: at(share) })),
  }).text;
}

test('the distance from float arithmetic has a column for the first samples and one for each epoch', (t) => {
  const [, row] = cellsOf(shown(0.25, [0.02, null]));
  t.deepEqual(row, ['1', 'activation', '25.00 %', '2.00 %', '–']);
  const [, alone] = cellsOf(shown(null, [0.5]));
  t.deepEqual(alone, ['1', 'activation', '50.00 %']);
});

test('of many epochs seven moments are shown, the first and the last among them', (t) => {
  const shares = Array.from({ length: 20 }, (_, index) => (index + 1) / 100);
  const [, row = []] = cellsOf(shown(0.5, shares));
  t.is(row.length, 2 + 7);
  t.deepEqual([row[2], row.at(-1)], ['50.00 %', '20.00 %']);
});

test('a record without comparison has no such table', (t) => {
  t.is(renderLockstepTable(sampleResult()).text, '');
});
