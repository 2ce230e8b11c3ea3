import test from 'ava';
import { type ResultRecord, resultSchema } from '../../../src/experiment/record/result-record.js';
import { renderHtml } from '../../../src/report/run/page.js';
import { samplePower } from '../samples/sample-energy.js';
import { sampleResult, sampleWithoutReference } from '../samples/sample-result.js';

const voidElements = ['br', 'hr', 'img', 'input', 'link', 'meta'];

/** Tags that are open where another one closes; none in well-formed HTML. */
function findMisnesting(html: string): readonly string[] {
  const open: string[] = [];
  const faults: string[] = [];
  for (const [, slash, name = '', selfClosing] of html
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^<>]*?(\/?)>/gi)) {
    if (voidElements.includes(name) || selfClosing === '/') continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) faults.push(name);
  }
  return [...faults, ...open];
}

function unpricedResult(): ResultRecord {
  const sample = sampleResult();
  const nothing = {
    energyNj: 0,
    energyLowNj: 0,
    energyHighNj: 0,
    energyIndependentLowNj: 0,
    energyIndependentHighNj: 0,
    complete: false,
  };
  const inference = { ...sample.perSample.inference, ...nothing };
  const training = { ...sample.perSample.training, ...nothing };
  return {
    ...sample,
    ledger: sample.ledger.map((row) => ({
      ...row,
      energyPj: null,
      energyLowPj: null,
      energyHighPj: null,
      priceKind: 'unknown',
    })),
    perSample: {
      inference,
      training,
      learningOverheadPercent: {
        energy: null,
        energyLow: null,
        energyHigh: null,
        latency: null,
        memory: null,
        area: null,
      },
    },
    sensitivity: { inference: [], training: [] },
    power: samplePower(inference, training),
    unpriced: [...new Set(sample.ledger.map((row) => `${row.component}.${row.action}`))],
  };
}

/** An estimate: costs without any training. */
function estimatedResult(): ResultRecord {
  const nothing = { testErrorPercent: null, trainErrorPercent: null };
  return {
    ...sampleWithoutReference(),
    accuracy: {
      ...{ chip: nothing, reference: null, lossPoints: null },
      ...{ intervals: null, best: null, encoded: null },
    },
    epochs: [],
    fixedPoint: [],
    wear: [],
    enginePaths: [],
    notes: [],
    timing: { wallSeconds: 0.2, samplesPerSecond: null, epochs: [] },
  };
}

const variants: readonly (readonly [string, () => ResultRecord])[] = [
  ['a full run', sampleResult],
  ['a run without reference', sampleWithoutReference],
  ['a run without any price', unpricedResult],
  ['an estimate without training', estimatedResult],
];

for (const [name, make] of variants) {
  test(`the page of ${name} is well nested and shows no figure that is none`, (t) => {
    t.notThrows(() => resultSchema.parse(make()));
    const html = renderHtml([make()]);
    t.deepEqual(findMisnesting(html), []);
    t.notRegex(html, /\bNaN\b|undefined|Infinity|\[object|>null</);
  });
}

test('the page loads nothing: no script, no address, no import, no picture', (t) => {
  const html = renderHtml([sampleResult(), sampleWithoutReference()]);
  t.notRegex(html, /https?:|<script|<link|<img|<iframe|@import|url\((?!#)|\bsrc=|@font-face/i);
});

test('a page drawn twice in one process has the same bytes', (t) => {
  const results = [sampleResult(), sampleWithoutReference()];
  t.is(renderHtml(results), renderHtml(results));
});

test('ids are unique in a page of several results', (t) => {
  const html = renderHtml([sampleResult(), sampleResult()]);
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  t.true(ids.length > 1);
  t.is(new Set(ids).size, ids.length);
});

test('strings of the record reach the page escaped, wherever they stand', (t) => {
  const evil = '<script>alert(1)</script>';
  const sample = sampleResult();
  const html = renderHtml([
    {
      ...sample,
      tool: { version: evil, commit: evil },
      experiment: { name: evil, training: { rule: evil }, other: evil },
      hardware: { ...sample.hardware, name: evil },
      dataset: { ...sample.dataset, name: evil, files: [{ name: evil, sha256: '00'.repeat(32) }] },
      accuracy: {
        ...sample.accuracy,
        reference: {
          divergedInEpoch: null,
          testErrorPercent: 1,
          trainErrorPercent: 1,
          backend: evil,
        },
      },
      ledger: sample.ledger.map((row) => ({ ...row, action: evil })),
      memory: sample.memory.map((memory) => ({ ...memory, component: evil })),
      fixedPoint: sample.fixedPoint.map((row) => ({ ...row, tensor: evil })),
      unpriced: [evil],
      notes: [evil],
    },
  ]);
  t.false(html.toLowerCase().includes('<script'));
  t.true(html.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  t.deepEqual(findMisnesting(html), []);
});

test('an action without price is printed as unpriced, its totals as incomplete, complete ones without the word', (t) => {
  const html = renderHtml([sampleResult()]);
  const row =
    /<tr><td class="t">update<\/td><td class="t"><code>random\.draw<\/code>.*?<\/tr>/.exec(html);
  const [price, , , , , trainingCount, trainingEnergy] = [
    ...(row?.[0] ?? '').matchAll(/<td[^>]*>(.*?)<\/td>/g),
  ]
    .slice(4)
    .map(([, cell = '']) => cell.replace(/<[^>]*>/g, ''));
  // Prints what the ledger holds: 97,260 events × 100 neurons / 3,000 samples.
  t.deepEqual([price, trainingCount, trainingEnergy], ['unpriced', '3,242', 'unpriced']);
  const total =
    /<tr class="total"><th scope="row" colspan="7">Sample, all layers<\/th>.*?<\/tr>/.exec(html);
  const cells = (total?.[0] ?? '').split('</td>');
  t.false((cells[1] ?? 'incomplete').includes('incomplete'));
  t.true((cells[3] ?? '').includes('incomplete'));
});

test('a run without any price has unpriced as its large figure, not 0', (t) => {
  const html = renderHtml([unpricedResult()]);
  t.is(html.split('<p class="value"><span class="words">unpriced</span></p>').length - 1, 3); // inference, training, overhead
  t.false(html.replaceAll('\u00a0', ' ').includes('0 pJ'));
});

test('a row of the ledger can be recomputed from what the page prints', (t) => {
  const html = renderHtml([sampleResult()]).replaceAll('\u00a0', ' ');
  // 97,260 events × 25 words = 2,431,500 writes; 810.5 × 3.1 pJ = 2,512.55 pJ.
  t.true(html.includes('2,431,500 in 3,000 samples: 810.50 a sample × 3.1 pJ = 2,513 pJ'));
});

test('every column head of every table carries a one-sentence explanation', (t) => {
  const html = renderHtml([sampleResult()]);
  const heads = [...html.matchAll(/<th scope="col"[^>]*>/g)].map(([head]) => head);
  t.true(heads.length > 30);
  t.deepEqual(
    heads.filter((head) => !/title="[^"]{15,}\."/.test(head)),
    [],
  );
});

test('the first lines of the page answer what learning costs', (t) => {
  const html = renderHtml([sampleResult()]).replaceAll('\u00a0', ' ');
  // Only learning needs feedback and event buffers (bits of sample-result.ts, added by hand).
  const learningBits = 10 * 25 * 32 + 64 * 16 + 100 * 16;
  const otherBits = (64 * 25 + 25 + 50 + 100 * 3 + 3 + 5) * 32;
  const percent = ((100 * learningBits) / otherBits).toFixed(1);
  t.true(html.includes(`A chip that learns needs ${percent} % more memory.`));
  t.regex(
    html,
    /Its test error ends 1\.34 points above the float reference \(4 of 297 samples: within the interval, −[\d.]+ to [\d.]+ points, as if both erred independently\)\./,
  );
});

test('several results stand side by side first, told apart by place where their names are equal', (t) => {
  const html = renderHtml([sampleResult(), sampleWithoutReference()]);
  t.true(html.indexOf('2 results side by side') < html.indexOf('<article id="r1">'));
  t.true(html.includes('<a href="#r2">digits-drtp (2)</a>'));
  t.false(renderHtml([sampleResult()]).includes('side by side'));
});

test('no result at all is refused in a sentence', (t) => {
  t.throws(() => renderHtml([]), {
    instanceOf: RangeError,
    message: 'report: there is no result to show; give at least one result.json',
  });
});
