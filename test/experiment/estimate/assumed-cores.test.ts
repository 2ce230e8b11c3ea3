import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseCores } from '../../../src/experiment/estimate/assumed-cores.js';
import { estimateRules } from '../../../src/experiment/estimate/make-estimate.js';
import {
  type EstimateRequest,
  prepareEstimate,
} from '../../../src/experiment/estimate/prepare-estimate.js';
import { InputError } from '../../../src/units/input-error.js';
import { edit, makeFolder, shippedChipText } from '../../hardware/model-folder.js';

/* Cores that an estimate assumes, of chips with kinds of cores: --cores. */

/** SPOON's three kinds of cores, one of each, with the schedule that needs no measured run. */
const text = edit(shippedChipText('spoon-28nm'), 'schedule: fused', 'schedule: serial');

const experiment = `name: kinds
dataset: { inputShape: [1, 28, 28], classCount: 10, trainSamples: 60000 }
network:
  - { type: conv, channels: 10, kernel: 5 }
  - { type: fc, neurons: 128 }
  - { type: fc, neurons: 128 }
  - { type: fc, neurons: 10 }
activation: { hidden: tanh, output: sigmoid }
training: { rule: drtp, frozenLayers: [1], epochs: 1, learningRate: 2^-7, loss: bce, seed: 1 }
hardware: ./chip.yaml
activity: { input: 0.19, layers: [0.5, 0.9, 0.9], changedWords: 0.3 }
`;

/** An estimate of four layers, and its ledger, on a chip of this file. */
async function estimateOf(t: ExecutionContext, chip: string, request: EstimateRequest = {}) {
  const folder = makeFolder(t, { 'chip.yaml': chip });
  const file = path.join(folder, 'experiment.yaml');
  writeFileSync(file, experiment);
  const ledgers: unknown[] = [];
  const record = estimateRules(await prepareEstimate(file, request), (ledger) => {
    ledgers.push(ledger.rows);
  });
  return { record, ledgers };
}

async function refusal(t: ExecutionContext, run: () => Promise<unknown>): Promise<string> {
  const { message } = await t.throwsAsync(run, { instanceOf: InputError });
  return message;
}

test('an estimate of assumed cores of a kind is that of a file that has them: costs, area, other schedules and every row', async (t) => {
  const assumed = await estimateOf(t, text, { coreCount: { hidden: 2 } });
  const two = text.replace(/(- name: hidden.*\n\s+count:) 1/, '$1 2');
  t.not(two, text);
  const stated = await estimateOf(t, two);
  t.deepEqual(assumed.record.rules, stated.record.rules);
  t.deepEqual(assumed.record.area, stated.record.area);
  t.deepEqual(assumed.ledgers, stated.ledgers);
  t.like(assumed.record.hardware, {
    cores: 3,
    coresAssumed: 4,
    kindsAssumed: { conv: 1, hidden: 2, output: 1 },
  });
  t.true(assumed.record.notes.some((note) => note.includes('4 (conv=1,hidden=2,output=1)')));
  t.is(stated.record.hardware.kindsAssumed, undefined);
});

test('a network that does not fit says which --cores would do, and with these it is estimated', async (t) => {
  const message = await refusal(t, () => estimateOf(t, text));
  const [, option = ''] = /^--cores (\S+) estimates as if/m.exec(message) ?? [];
  t.is(option, 'conv=1,hidden=3,output=1');
  const { record } = await estimateOf(t, text, { coreCount: parseCores(option) });
  t.is(record.rules[0]?.problem, null);
});

test('cores that the chip has no kinds for are refused with what to write, which then works', async (t) => {
  const several = await refusal(t, () => estimateOf(t, text, { coreCount: 5 }));
  t.regex(several, /^--cores 5: .* several kinds .* such as --cores conv=1,hidden=1,output=1$/);
  const unknown = await refusal(t, () => estimateOf(t, text, { coreCount: { hiden: 2 } }));
  t.regex(unknown, /no kind of core "hiden"; it has conv, hidden, output.*"hidden"/);
  const many = { conv: 400_000, hidden: 400_000, output: 400_000 };
  const tooMany = await refusal(t, () => estimateOf(t, text, { coreCount: many }));
  t.regex(tooMany, /1200000 cores in all, a chip has at most 1000000/);
  const alike = await refusal(t, () =>
    estimateOf(t, shippedChipText('edge-28nm'), { coreCount: { hidden: 2 } }),
  );
  t.regex(alike, /cores of edge-28nm are all alike; write one number, such as --cores 4$/);
});

test('--cores takes a number, or one for each kind', (t) => {
  t.is(parseCores('12'), 12);
  t.deepEqual(parseCores('hidden=4, output=1'), { hidden: 4, output: 1 });
  for (const [wrong, message] of [
    ['two', /^--cores two: is not a number of cores; write a whole number from 1 to 1000000/],
    ['hidden=0', /^--cores hidden=0: "0" is not a number/],
    ['hidden=1=2', /^--cores hidden=1=2: "1=2" is not a number/],
    ['hidden=1,output', /^--cores hidden=1,output: "" is not a number/],
    ['hidden=1,hidden=2', /"hidden" stands twice; give each kind one count/],
  ] as const) {
    t.throws(() => parseCores(wrong), { instanceOf: InputError, message }, wrong);
  }
});
