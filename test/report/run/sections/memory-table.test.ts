import test from 'ava';
import type { ResultRecord } from '../../../../src/experiment/record/result-record.js';
import { coresOf, printCores } from '../../../../src/report/kit/core-list.js';
import { renderMemoryTable } from '../../../../src/report/run/sections/memory-table.js';
import { sampleResult } from '../../samples/sample-result.js';

type Memory = ResultRecord['memory'][number];

function memory(core: number | null, component: string, usedBits: number): Memory {
  const trainingOnly = component === 'eventBuffer';
  return { core, component, capacityBits: 1000, usedBits, wordBits: 8, trainingOnly };
}

/** The texts of the cells, row by row; the head left out. */
function rowsOf(memories: readonly Memory[]): readonly (readonly string[])[] {
  const html = renderMemoryTable(sampleResult({ memory: [...memories] })).text;
  const body = html.slice(html.indexOf('<tbody>'), html.indexOf('</tbody>'));
  return body
    .split('<tr')
    .slice(1)
    .map((row) =>
      [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell = '']) =>
        cell.replace(/<[^>]*>/g, '').replaceAll('\u00a0', ' '),
      ),
    );
}

test('cores filled alike are one entry with their numbers, and the sums are those of all cores', (t) => {
  // Homes 0 and 3 hold more than the other axon parts 1, 2, 4, 5.
  const memories = [0, 1, 2, 3, 4, 5].flatMap((core) => [
    memory(core, 'synapses', 400),
    memory(core, 'bias', core % 3 === 0 ? 100 : 0),
    memory(core, 'eventBuffer', 50),
  ]);
  const rows = rowsOf([...memories, memory(null, 'delayedError', 80)]);
  t.deepEqual(
    rows.map((cells) => cells.slice(0, 4)),
    [
      ['0, 3', 'synapses', '8', '400'],
      ['0, 3', 'bias', '8', '100'],
      ['0, 3', 'eventBuffer', '8', '50'],
      ['1–2, 4–5', 'synapses', '8', '400'],
      ['1–2, 4–5', 'bias', '8', '0'],
      ['1–2, 4–5', 'eventBuffer', '8', '50'],
      ['all', 'delayedError', '8', '80'],
      // 6 × 50 of 6 × 1000; 6 × 450 + 2 × 100 + 80 of 19 × 1000.
      ['Of it for learning only', '300', '6,000', '5.0 %'],
      ['All', '2,980', '19,000', '15.7 %'],
    ],
  );
});

test('cores that differ in anything are apart', (t) => {
  const rows = rowsOf([memory(0, 'synapses', 400), memory(1, 'synapses', 401)]);
  t.deepEqual(
    rows.slice(0, 2).map(([core, , , used]) => [core, used]),
    [
      ['0', '400'],
      ['1', '401'],
    ],
  );
});

test('core numbers are printed as runs, of very many runs the first and the last', (t) => {
  t.is(printCores([4]), '4');
  t.is(printCores([0, 1, 2, 5, 7, 8]), '0–2, 5, 7–8');
  t.is(printCores([0, 2, 4, 6, 8, 10]), '0, 2, 4, 6, 8, 10');
  t.is(printCores([0, 2, 4, 6, 8, 10, 12]), '0, 2, 4, 6, 8, …, 12');
});

test('the cores of a layer are as many as its grid has, from the first on', (t) => {
  const [layer] = sampleResult().activity;
  t.deepEqual(layer && coresOf({ ...layer, core: 3, neuronParts: 2, axonParts: 2 }), [3, 4, 5, 6]);
  t.deepEqual(layer && coresOf(layer), [0]);
});
