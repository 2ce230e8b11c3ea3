import test from 'ava';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { parseRules } from '../../../src/experiment/estimate/prepare-estimate.js';
import { ruleBars } from '../../../src/report/estimate/estimate-chart.js';
import { renderEstimateCsv } from '../../../src/report/estimate/estimate-csv.js';
import { networkText } from '../../../src/report/estimate/estimate-facts.js';
import { estimateAnswer } from '../../../src/report/estimate/estimate-figures.js';
import { renderEstimateHtml } from '../../../src/report/estimate/estimate-page.js';
import { layerGroups } from '../../../src/report/estimate/estimate-tables.js';
import { prepareText } from '../../experiment/estimate/prepare-text.js';

const text = `name: deep
dataset: { inputShape: [1, 1, 8], classCount: 2, trainSamples: 10 }
network: [{ type: fc, neurons: 8, repeat: 3 }, { type: fc, neurons: 2 }]
activity: { input: 0.5, layers: 1 }
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
`;

async function makeAll() {
  return makeEstimate(await prepareText(text, { rules: parseRules('all') }));
}

test('the page is whole in itself and the same twice: no script, no address, every rule', async (t) => {
  const { record } = await makeAll();
  const page = renderEstimateHtml(record);
  t.is(page, renderEstimateHtml(record));
  t.notRegex(page, /<script|https?:|url\(|@import/);
  for (const label of ['BP', 'FA', 'DFA', 'sDFA', 'DRTP', 'DEFP (error)', 'shallow']) {
    t.true(page.includes(`<b>${label}</b>`), label);
  }
});

test('text of the experiment is shown as text', async (t) => {
  const { record } = await makeAll();
  const experiment = { ...record.experiment, name: '<img src=x>' };
  const page = renderEstimateHtml({ ...record, experiment });
  t.false(page.includes('<img'));
  t.true(page.includes('&lt;img src=x&gt;'));
});

test('bars are an inference and a training sample by each rule, their parts add up to them', async (t) => {
  const { record } = await makeAll();
  const bars = ruleBars(record);
  t.deepEqual(
    bars.map(({ label }) => label),
    ['inference', 'BP', 'FA', 'DFA', 'sDFA', 'DRTP', 'DEFP (error)', 'shallow'],
  );
  for (const { groupsNj, totalNj, lowNj, highNj } of bars) {
    const sum = groupsNj.reduce((total, part) => total + part, 0);
    t.true(Math.abs(sum - totalNj) <= 1e-11 * totalNj);
    t.true(lowNj <= totalNj && totalNj <= highNj);
  }
});

test('the ledger of all rules has every row of each, and their energies add up to the samples', async (t) => {
  const { record, ledgers } = await makeAll();
  const [header = '', ...lines] = renderEstimateCsv(ledgers).trimEnd().split('\r\n');
  t.is(
    header,
    'rule,run,phase,layer,core,component,action,bits,count,samples,energyPj,energyLowPj,energyHighPj,priceKind',
  );
  t.is(
    lines.length,
    ledgers.reduce((sum, { rows }) => sum + rows.length, 0),
  );
  const training = lines
    .map((line) => line.split(','))
    .filter(([rule, run]) => rule === 'bp' && run === 'training');
  const energyPj = training.reduce((sum, fields) => sum + Number(fields[10]), 0);
  const bp = record.rules.find(({ rule }) => rule === 'bp')?.perSample?.training.energyNj ?? NaN;
  t.true(Math.abs(energyPj / 10 / 1000 - bp) < 1e-9 * bp);
});

test('of a chip that does not learn the page has the inference: answer, bar, phases, memory', async (t) => {
  const frozen = text.replace('edge-28nm', 'truenorth-28nm');
  const { record, ledgers } = makeEstimate(await prepareText(frozen));
  t.regex(
    estimateAnswer(record),
    /^truenorth-28nm does not learn\. An inference takes [\d.]+\s[nµp]J \(.*incomplete\) and .*\scycles\); it can take a sample every /,
  );
  t.deepEqual(
    ruleBars(record).map(({ label }) => label),
    ['inference'],
  );
  const page = renderEstimateHtml(record);
  t.true(page.includes('Energy of an inference by phase'));
  t.true(page.includes('<b>Unpriced:</b>'));
  t.regex(renderEstimateCsv(ledgers), /^none,inference,forward,/m);
});

test('equal layers in a row are one line', async (t) => {
  const { record } = await makeAll();
  t.is(networkText(record), '8 – FC_8 ×3 – FC_2');
  t.deepEqual(
    layerGroups(record).map(({ first, last, events }) => [first, last, events]),
    [
      [1, 1, 4],
      [2, 3, 8],
      [4, 4, 8],
    ],
  );
});

test('the answer names the least and the most of all rows of the table, and the least where hidden layers learn', async (t) => {
  const { record } = await makeAll();
  const energyOf = (rule: (typeof record.rules)[number]): number =>
    rule.perSample?.training.energyNj ?? NaN;
  const byEnergy = [...record.rules].sort((left, right) => energyOf(left) - energyOf(right));
  t.is(byEnergy[0]?.rule, 'shallow');
  t.is(byEnergy.find(({ rule }) => rule !== 'shallow')?.rule, 'drtp');
  const answer = estimateAnswer(record);
  t.regex(
    answer,
    /^Learning from a sample takes least energy with shallow: [^;]+; where hidden layers learn too, with DRTP: [^;]+; most with /i,
  );
  t.regex(answer, / can take a sample every/);
  // Without shallow the least is the least of the table.
  const taught = { ...record, rules: record.rules.filter(({ rule }) => rule !== 'shallow') };
  t.regex(
    estimateAnswer(taught),
    /^Learning from a sample takes least energy with DRTP: [^;]+; most/,
  );
});

test('rules that cost the same are named together', async (t) => {
  const { record } = await makeAll();
  const rules = record.rules.filter(({ rule }) => rule === 'drtp');
  const twice = [...rules, ...rules.map((rule) => ({ ...rule, rule: 'bp' as const }))];
  t.regex(
    estimateAnswer({ ...record, rules: twice }),
    /^Learning from a sample takes least energy with DRTP and BP: [^;]+; most with DRTP and BP: .*, 1\S* times the least\.$/,
  );
});
