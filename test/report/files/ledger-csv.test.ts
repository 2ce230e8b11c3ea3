import test from 'ava';
import { renderLedgerCsv } from '../../../src/report/files/ledger-csv.js';
import { sampleResult } from '../samples/sample-result.js';

/** Reads CSV as RFC 4180 describes it. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

const header =
  'run,phase,layer,core,component,action,bits,count,samples,energyPj,energyLowPj,energyHighPj,priceKind';

test('the header is the keys of a ledger row (contract result.json)', (t) => {
  const csv = renderLedgerCsv(sampleResult());
  t.is(csv.slice(0, csv.indexOf('\r\n')), header);
  t.deepEqual(header.split(',').sort(), Object.keys(sampleResult().ledger[0] ?? {}).sort());
});

test('every row is read back exactly, null as an empty field, quotes, commas and line ends included', (t) => {
  const sample = sampleResult();
  const ledger = sample.ledger.map((row, index) =>
    index === 3 ? { ...row, action: 'a "b", c\r\nd' } : row,
  );
  const [, ...rows] = readCsv(renderLedgerCsv({ ...sample, ledger }));
  t.is(rows.length, ledger.length);
  const keys = header.split(',');
  for (const [index, row] of ledger.entries()) {
    const values = new Map<string, string | number | null>(Object.entries(row));
    for (const [column, key] of keys.entries()) {
      const text = rows[index]?.[column];
      const value = values.get(key);
      if (value === null || value === undefined) t.is(text, '');
      else if (typeof value === 'number') t.is(Number(text), value);
      else t.is(text, value);
    }
  }
});
