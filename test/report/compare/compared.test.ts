import test from 'ava';
import { type ComparedRecord, comparedOf } from '../../../src/report/compare/compared.js';
import { renderComparedCharts } from '../../../src/report/compare/compared-charts.js';
import { renderComparedCsv } from '../../../src/report/compare/compared-csv.js';
import { renderComparedHtml } from '../../../src/report/compare/compared-page.js';
import type { RunRecord } from '../../../src/experiment/record/run-record.js';
import { recordOf } from '../../experiment/study/made-records.js';
import { sampleResult } from '../samples/sample-result.js';

/** The sample with another seed, rule and test error, per cent. */
function runOf(seed: number, rule: string, errorPercent: number): ComparedRecord {
  const sample = sampleResult();
  const record: RunRecord = {
    ...sample,
    seed,
    experiment: {
      ...sample.experiment,
      training: { rule, epochs: 2, batch: 1, learningRate: '2^-6', loss: 'bce', seed },
    },
    accuracy: {
      ...sample.accuracy,
      chip: { ...sample.accuracy.chip, testErrorPercent: errorPercent },
    },
  };
  return { kind: 'run', source: `runs/${rule}-${String(seed)}`, record };
}

test('twelve results have twelve labels and a page below 400 kB: what differs first, seed and rule in it', (t) => {
  const records = [1, 2, 3, 4, 5, 6].flatMap((seed) => [
    runOf(seed, 'drtp', 8 + seed),
    runOf(seed, 'bp', 6 + seed),
  ]);
  const html = renderComparedHtml(records);
  t.true(html.length < 400_000, String(html.length));
  t.is(new Set(comparedOf(records).map(({ label }) => label)).size, 12);
  const text = html.replace(/<style>.*<\/style>/su, '').replaceAll(/<[^>]*>/g, ' ');
  t.regex(text, /What differs\s+training\.rule\s+training\.seed\s+result\s+A\s+drtp\s+1\s/);
  t.true(text.indexOf('What differs') < text.indexOf('Figures'));
  t.notRegex(html, /<script|https?:|NaN|undefined/);
  t.is(renderComparedHtml(records), html, 'the same bytes twice');
});

test('figures have their interval and their difference to the first line, in page and CSV', (t) => {
  // 27 and 33 of 297 samples wrong.
  const [left, right] = [(100 * 27) / 297, (100 * 33) / 297];
  const records = [runOf(1, 'drtp', left), runOf(1, 'bp', right)];
  const text = renderComparedHtml(records).replaceAll(/<[^>]*>/g, ' ');
  t.regex(text, /11\.11\s%/);
  // Newcombe's interval of 33/297 − 27/297 by hand: Wilson’s are 6.32 to 12.90 and 8.02 to 15.19.
  t.regex(text, /Δ 2\.02\spoints \(−2\.89 to 6\.95\spoints\)/);
  const [header = '', first = '', second = ''] = renderComparedCsv(comparedOf(records)).split(
    '\r\n',
  );
  const cellOf = (line: string, name: string) => line.split(',')[header.split(',').indexOf(name)];
  t.is(cellOf(first, 'training.rule'), 'drtp');
  t.is(cellOf(second, 'source'), 'runs/bp-1');
  t.is(Number(cellOf(second, 'chipTestErrorPercentDifferenceToFirst')), right - left);
  t.is(Number(cellOf(first, 'trainingNjDifferenceToFirst')), 0);
});

test('a study is a line for each point, its figures means over seeds; equal results are told apart by place', (t) => {
  const study: Extract<ComparedRecord, { kind: 'study' }> = {
    kind: 'study',
    source: 'reports/empty',
    name: 'widths',
    points: [
      { name: null, settings: { 'training.rule': 'drtp' }, seed: 1, hash: 'a', problem: null },
    ],
    records: new Map(),
    damagedLines: 2,
  };
  const entries = comparedOf([runOf(1, 'drtp', 9), runOf(1, 'drtp', 9), study]);
  t.deepEqual(
    entries.map(({ label }) => label),
    ['digits-drtp (1)', 'digits-drtp (2)', 'widths: rule drtp'],
  );
  t.is(entries[2]?.figures.chipError, null);
  const said = '<b>Warning:</b> reports/empty: of 1 points 1 not run';
  const damage = ' (2 lines of the store are no record, damaged or of another version)';
  t.true(renderComparedHtml([study]).includes(`${said}${damage}, and no figure has them;`));
  t.true(renderComparedHtml([{ ...study, damagedLines: 0 }]).includes(`${said}, and no figure`));
  const [point] = study.points;
  const broken = { ...study, points: point === undefined ? [] : [{ ...point, problem: 'no' }] };
  t.true(renderComparedHtml([broken]).includes('of 1 points 1 failed ('));
  t.notThrows(() => renderComparedHtml([study]));
});

test('what a result warns of stands beside its letter, before the figures', (t) => {
  const warned = runOf(2, 'bp', 8);
  if (warned.kind !== 'run') return t.fail();
  const record = { ...warned.record, warnings: ['Inputs do not fit their format.'] };
  const html = renderComparedHtml([runOf(1, 'drtp', 9), { ...warned, record }]);
  const said = html.indexOf('<b>B:</b> Inputs do not fit their format.');
  t.true(said > 0 && said < html.indexOf('points lost'));
});

test('errors over seeds end at 0 and 100 %, and energies have the band of the prices as those of a single run', (t) => {
  const points = [1, 2].map((seed) => ({
    ...{ name: null, settings: {}, seed, problem: null },
    hash: String(seed),
  }));
  const records = new Map([
    ['1', recordOf('1', [60], { trainingNj: 10 })],
    ['2', recordOf('2', [90], { trainingNj: 14 })],
  ]);
  const study = {
    kind: 'study',
    source: 's',
    name: 's',
    points,
    records,
    damagedLines: 0,
  } as const;
  // t of one degree of freedom is 12.7: 75 ± 191 %. Bands of the made records are from half to twice the energy.
  t.regex(renderComparedHtml([study]), /75\.00\s%.*0\.00 to 100\.00\s%/);
  const { trainingNj } = comparedOf([study])[0]?.figures ?? {};
  t.deepEqual(trainingNj, { value: 12, ends: { low: 6, high: 24 } });
});

test('a result of one epoch is a point among the curves', (t) => {
  const long = runOf(1, 'drtp', 9);
  const short = runOf(1, 'bp', 8);
  if (short.kind !== 'run') return t.fail();
  const first = { ...short, record: { ...short.record, epochs: short.record.epochs.slice(0, 1) } };
  const circlesOf = (records: readonly ComparedRecord[]) => {
    const html = renderComparedCharts(comparedOf(records)).text;
    const curves = html.slice(0, html.indexOf('Error and energy'));
    return curves.match(/A1 1 0 1 1 /g)?.length ?? 0;
  };
  t.is(circlesOf([long, short]), 0);
  t.is(circlesOf([long, first]), 1);
});
