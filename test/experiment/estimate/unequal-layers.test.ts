import test from 'ava';
import { estimateRules, type RuleLedger } from '../../../src/experiment/estimate/make-estimate.js';
import { parseRules } from '../../../src/experiment/estimate/prepare-estimate.js';
import { prepareText } from './prepare-text.js';

/* Layers that all differ are counted one by one: work and memory grow with their number, not with its square. */

/** Text of an experiment with `count` layers, each of another width. */
function textOf(count: number): string {
  const hidden = Array.from(
    { length: count - 1 },
    (_, index) => `{ type: fc, neurons: ${index + 2} }`,
  );
  return `name: unequal
dataset: { inputShape: [1, 1, 9], classCount: 3, trainSamples: 7 }
network: [${[...hidden, '{ type: fc, neurons: 3 }'].join(', ')}]
activity: { input: 0.4, layers: 0.75 }
training: { rule: drtp, epochs: 2, learningRate: 2^-5 }
hardware: edge-28nm
`;
}

/** Processor time of the estimate of this number of layers by one rule, µs, and its rows. */
async function work(count: number): Promise<{ readonly timeUs: number; readonly rows: number }> {
  const prepared = await prepareText(textOf(count), { rules: ['drtp'], coreCount: 1000 });
  let rows = 0;
  const begin = process.cpuUsage();
  estimateRules(prepared, (ledger) => {
    rows += ledger.rows.length;
  });
  const { user, system } = process.cpuUsage(begin);
  return { timeUs: user + system, rows };
}

test('the estimate of layers that all differ grows with their number, not with its square', async (t) => {
  await work(250);
  const [few, many] = [await work(250), await work(1000)];
  t.true(many.rows < 4.2 * few.rows, `${many.rows} rows of 1000 layers, ${few.rows} of 250`);
  // Four times the layers: four times the work, and sixteen times if it were quadratic.
  const growth = many.timeUs / few.timeUs;
  t.true(growth < 10, `${growth} times the time for 4 times the layers`);
});

test('each ledger is given away when it is made, before the next rule is placed', async (t) => {
  const prepared = await prepareText(textOf(5), { rules: parseRules('all'), coreCount: 5 });
  const taken: RuleLedger['rule'][] = [];
  const { rules } = estimateRules(prepared, ({ rule, rows }) => {
    taken.push(rule);
    t.true(rows.length > 0);
  });
  const learned = rules.filter(({ perSample }) => perSample !== null);
  t.deepEqual(
    taken,
    learned.map(({ rule }) => rule),
  );
});
