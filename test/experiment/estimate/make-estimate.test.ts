import test from 'ava';
import fc from 'fast-check';
import { loadChip } from '../../../src/hardware/load-chip.js';
import type { RuleEstimate } from '../../../src/experiment/estimate/estimate-record.js';
import { estimateSchema } from '../../../src/experiment/estimate/estimate-record.js';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { placeRule } from '../../../src/experiment/estimate/place-rule.js';
import { parseRules } from '../../../src/experiment/estimate/prepare-estimate.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';
import { ruleNames } from '../../../src/network/rule-facts.js';
import { InputError } from '../../../src/units/input-error.js';
import { prepareText, smallText } from './prepare-text.js';
import { holds } from '../../support/holds.js';

/** edge-28nm with words of 16 bits, as in the worked example. */
function narrowChip() {
  const chip = loadChip('edge-28nm');
  const { memories } = chip.core;
  const synapses = { ...memories.synapses, wordBits: 16 };
  const feedback = { ...memories.feedback, wordBits: 16 };
  return { ...chip, core: { ...chip.core, memories: { ...memories, synapses, feedback } } };
}

function countOf(
  rows: readonly LedgerRow[],
  layer: number,
  phase: LedgerRow['phase'],
  action: LedgerRow['componentAction'],
): number {
  return rows
    .filter((row) => row.run === 'training' && row.layer === layer)
    .filter((row) => row.phase === phase && row.componentAction === action)
    .reduce((sum, { count }) => sum + count, 0);
}

test('3-2-2 with words of two weights has the counts worked by hand (docs/spec.md §4.3)', async (t) => {
  const prepared = { ...(await prepareText(smallText)), chip: narrowChip() };
  const rows = makeEstimate(prepared).ledgers[0]?.rows ?? [];
  const counts = [1, 2].map((layer) => [
    countOf(rows, layer, 'forward', 'synapses.read'),
    countOf(rows, layer, 'forward', 'datapath.multiplyAccumulate'),
    countOf(rows, layer, 'feedback', 'feedback.read'),
    countOf(rows, layer, 'update', 'synapses.read'),
    countOf(rows, layer, 'update', 'synapses.write'),
    countOf(rows, layer, 'update', 'random.draw'),
  ]);
  t.deepEqual(counts, [
    [3, 6, 1, 3, 3, 6],
    [2, 4, 0, 2, 2, 4],
  ]);
});

test('the network is placed without a weight, a bias, a value of B or an entry of a table', async (t) => {
  const prepared = await prepareText(smallText);
  for (const rule of ruleNames) {
    const { image } = placeRule(prepared, rule);
    for (const layer of image?.layers ?? []) {
      t.is(layer.weightsRaw.length + layer.biasesRaw.length, 0);
      t.is(layer.feedbackRaw, null);
      t.like(layer.activationUnit, { kind: 'table', entriesRaw: new Int32Array(0) });
    }
    t.is(image?.layers.length, 2);
  }
});

const mediumText = `name: medium
dataset: { inputShape: [1, 8, 8], classCount: 10, trainSamples: 100 }
network: CONV_4_3_1_1_FC_30_FC_10
activity: { input: 0.3, layers: 0.8 }
training: { rule: drtp, epochs: 2, learningRate: 2^-5, defp: { variant: fullVector } }
hardware: large-28nm
`;

test('the table of all rules says of each what an estimate of that rule alone says', async (t) => {
  const all = makeEstimate(await prepareText(mediumText, { rules: parseRules('all') })).record;
  t.deepEqual(
    all.rules.map(({ rule }) => rule),
    [...ruleNames],
  );
  for (const rule of ruleNames) {
    const prepared = await prepareText(mediumText, { overrides: [`training.rule=${rule}`] });
    const alone = makeEstimate(prepared).record;
    t.deepEqual(
      alone.rules,
      all.rules.filter((one) => one.rule === rule),
    );
  }
});

test('an estimate keeps its schema, and the parts of each energy add up to it', async (t) => {
  const { record } = makeEstimate(await prepareText(mediumText, { rules: parseRules('all') }));
  t.deepEqual(estimateSchema.parse(JSON.parse(JSON.stringify(record))), record);
  for (const { perSample } of record.rules) {
    for (const run of ['inference', 'training'] as const) {
      const parts = perSample?.energyParts.filter((part) => part.run === run) ?? [];
      const sum = parts.reduce((total, { energyNj }) => total + (energyNj ?? 0), 0);
      const total = perSample?.[run].energyNj ?? NaN;
      t.true(Math.abs(sum - total) <= 1e-11 * total, `${sum} ${total}`);
    }
  }
});

test('pipelined, a sample has the leakage of its interval, and all else as serially', async (t) => {
  const { record, ledgers } = makeEstimate(await prepareText(mediumText));
  const cost = record.rules[0]?.perSample;
  const rows = ledgers[0]?.rows.filter(({ run }) => run === 'training') ?? [];
  // 2 epochs of 100 samples.
  const perSampleNj = (isLeakage: boolean): number =>
    rows
      .filter(({ phase }) => (phase === 'idle') === isLeakage)
      .reduce((sum, { energy }) => sum + (energy?.energyPj ?? 0), 0) /
    200 /
    1000;
  const { cycles = NaN, energyNj = NaN } = cost?.trainingInterval ?? {};
  const share = cycles / (cost?.training.latencyCycles ?? NaN);
  const expected = perSampleNj(false) + share * perSampleNj(true);
  t.true(share < 1 && perSampleNj(true) > 0);
  t.true(Math.abs(energyNj - expected) <= 1e-11 * expected);
});

function figuresOf({ perSample }: RuleEstimate): readonly number[] {
  const { training, inference, trainingInterval } = perSample ?? {};
  return [
    training?.energyNj,
    training?.energyHighNj,
    training?.latencyCycles,
    inference?.energyNj,
    inference?.latencyCycles,
    trainingInterval?.cycles,
  ].map((figure) => figure ?? NaN);
}

test('more activity never costs less, whichever the rule (law)', async (t) => {
  const fraction = fc.integer({ min: 0, max: 64 }).map((parts) => parts / 64);
  const prepared = await prepareText(mediumText, { rules: parseRules('all') });
  const estimateAt = (input: number, hidden: readonly [number, number]) => {
    const activity = { input, hidden, changedWords: null };
    return makeEstimate({ ...prepared, source: { kind: 'stated', activity } }).record.rules;
  };
  holds(
    t,
    fc.property(
      fc.tuple(fraction, fraction, fraction),
      fc.tuple(fraction, fraction, fraction),
      (one, other) => {
        const [a1, b1, c1] = one.map((part, index) => Math.min(part, other[index] ?? 0));
        const [a2, b2, c2] = one.map((part, index) => Math.max(part, other[index] ?? 0));
        const less = estimateAt(a1 ?? 0, [b1 ?? 0, c1 ?? 0]);
        const more = estimateAt(a2 ?? 0, [b2 ?? 0, c2 ?? 0]);
        return more.every((rule, index) => {
          const before = less[index];
          const figures = before === undefined ? [NaN] : figuresOf(before);
          return figuresOf(rule).every((figure, at) => figure >= (figures[at] ?? NaN));
        });
      },
    ),
    { seed: 5, numRuns: 25 },
  );
  t.pass();
});

test('a thousand equal layers of a thousand neurons are as few as four to the estimate, on a thousand cores', async (t) => {
  const text = smallText
    .replace('inputShape: [1, 1, 3]', 'inputShape: [1, 1, 1000]')
    .replace('FC_2_FC_2', '[{ type: fc, neurons: 1000, repeat: 999 }, { type: fc, neurons: 2 }]')
    .replace('layers: [1]', 'layers: 0.95');
  const prepared = await prepareText(text, { coreCount: 1000 });
  const { record, ledgers } = makeEstimate(prepared);
  t.is(
    record.network.layers.reduce((sum, { repeat = 1 }) => sum + repeat, 0),
    1000,
  );
  // 999 layers of 1000 × 1000 weights at 63 words of 16 a row, the last of 1000 × 2 at a word a row; 128-bit words.
  const synapseBits = (998 * 63_000 + 1000 * 63 + 1000) * 128;
  const biasBits = (999 * 125 + 1) * 128;
  t.is(record.rules[0]?.memory.chip?.weightsBits, synapseBits + biasBits);
  const rows = ledgers[0]?.rows ?? [];
  // Layers 3 to 997, on a core each.
  const equal = rows.filter(({ layer }) => layer === 3);
  t.true(equal.every(({ equals }) => equals?.count === 995 && equals.coreStep === 1));
  t.is(countOf(rows, 3, 'forward', 'synapses.read'), 950 * 63);
});

test('a network of more layers than cores is refused with the option that assumes them', async (t) => {
  const text = smallText
    .replace('FC_2_FC_2', '[{ type: fc, neurons: 2, repeat: 6 }]')
    .replace('layers: [1]', 'layers: 1');
  const prepared = await prepareText(text);
  t.throws(() => makeEstimate(prepared), {
    instanceOf: InputError,
    message: /needs 6 cores, edge-28nm has 4[^]*--cores 6 estimates as if edge-28nm had 6 cores/,
  });
  const { record } = makeEstimate(await prepareText(text, { coreCount: 6 }));
  t.like(record.hardware, { cores: 4, coresAssumed: 6 });
});

test('the area is that of the chip with as many cores as are assumed, one entry per component', async (t) => {
  const own = makeEstimate(await prepareText(smallText)).record.area;
  const more = makeEstimate(await prepareText(smallText, { coreCount: 1000 })).record.area;
  const { areas } = loadChip('edge-28nm');
  const names = [...areas.core, ...areas.shared].map(({ component }) => component);
  t.deepEqual(
    more.components.map(({ component }) => component),
    names,
  );
  const sum = (list: typeof areas.core): number =>
    list.reduce((total, { areaMm2 }) => total + (areaMm2 ?? NaN), 0);
  for (const [area, cores] of [[own, 4] as const, [more, 1000] as const]) {
    const expected = cores * sum(areas.core) + sum(areas.shared);
    t.true(Math.abs((area.totalMm2 ?? NaN) / expected - 1) < 1e-9);
    t.true(area.components.every((one) => one.cores === null || one.cores === cores));
  }
  // The delayed errors are shared: the more cores, the smaller their part.
  t.true((more.learningOverheadPercent ?? NaN) < (own.learningOverheadPercent ?? NaN));
});

test('a chip without a learning engine infers at the cost it has with one, and learns by no rule', async (t) => {
  const prepared = await prepareText(smallText, { rules: ['drtp', 'fa'] });
  const { chip } = prepared;
  const laneCounts = { ...chip.core.laneCounts, learning: 0 };
  const core = { ...chip.core, laneCounts, writeGating: 'word' as const };
  const learning = makeEstimate({ ...prepared, rules: ['shallow'] });
  const without = makeEstimate({ ...prepared, chip: { ...chip, core } });
  const { rules, inferenceOnly } = without.record;
  t.is(learning.record.inferenceOnly, null);
  const cost = learning.record.rules[0]?.perSample;
  t.deepEqual(inferenceOnly?.perSample.inference, cost?.inference);
  t.deepEqual(inferenceOnly?.perSample.inferenceInterval, cost?.inferenceInterval);
  t.deepEqual(
    rules.map(({ rule, problem, perSample }) => [rule, problem, perSample]),
    ['drtp', 'fa'].map((rule) => [
      rule,
      'edge-28nm does not learn, it has no learning engine',
      null,
    ]),
  );
  const { shape } = estimateSchema;
  t.true(shape.inferenceOnly.safeParse(inferenceOnly).success);
  t.deepEqual(
    without.ledgers.map(({ rule, rows }) => [rule, new Set(rows.map(({ run }) => run))]),
    [['none', new Set(['inference'])]],
  );
});

test('tinyODIN reads 2 words of 8 weights for each of 128 events of 256, and holds weights, biases and neurons only', async (t) => {
  const text = smallText
    .replace('inputShape: [1, 1, 3], classCount: 2', 'inputShape: [1, 16, 16], classCount: 10')
    .replace('FC_2_FC_2', 'FC_10')
    .replace('input: 1, layers: [1]', 'input: 0.5')
    .replace('edge-28nm', 'tinyodin-28nm');
  const { record, ledgers } = makeEstimate(await prepareText(text));
  const reads = ledgers[0]?.rows.find(({ componentAction }) => componentAction === 'synapses.read');
  t.is(reads?.count, 128 * 2);
  const { weightsBits = 0, outputsBits = 0, totalBits = 0 } = record.inferenceOnly?.memory ?? {};
  // 256 rows of 2 words of 32 bits, and biases in a memory of their own (hardware-models/chips/tinyodin-28nm.yaml).
  t.true(weightsBits > 256 * 2 * 32);
  t.is(weightsBits + outputsBits, totalBits);
  const large = await prepareText(
    text.replace('FC_10', 'FC_300_FC_10').replace('0.5', '0.5, layers: 1'),
  );
  t.throws(() => makeEstimate(large), {
    instanceOf: InputError,
    message: /tinyodin-28nm has 1, [^]*--cores (\d+) estimates as if tinyodin-28nm had \1 cores/,
  });
});

test('a rule that does not fit says what is short and how much it needs, beside those that fit', async (t) => {
  const text = smallText
    .replace('inputShape: [1, 1, 3]', 'inputShape: [1, 1, 1000]')
    .replace('FC_2_FC_2', 'FC_1000_FC_1000_FC_2')
    .replace('layers: [1]', 'layers: 1');
  const prepared = await prepareText(text, { rules: parseRules('fa,drtp') });
  const [fa, drtp] = makeEstimate(prepared).record.rules;
  t.regex(fa?.problem ?? '', /needs 65 cores, edge-28nm has 4[^]*layer 1 takes 63/);
  t.is(fa?.perSample, null);
  // B_1 has the shape of W_2: 1000 rows of 63 words; B_2 that of W_3: 1000 rows of 1 word; 128-bit words.
  t.is(fa?.memory.chip?.feedbackBits, (1000 * 63 + 1000) * 128);
  t.is(drtp?.problem, null);
  const alone = await prepareText(text, { rules: ['fa'] });
  t.throws(() => makeEstimate(alone), { instanceOf: InputError, message: /needs 65 cores/ });
});

test('counts beyond 2^53 are refused with the keys to change', async (t) => {
  const text = smallText
    .replace('trainSamples: 1', 'trainSamples: 1000000000')
    .replace('FC_2_FC_2', 'FC_1000_FC_2')
    .replace('inputShape: [1, 1, 3]', 'inputShape: [1, 1, 1000]')
    .replace('epochs: 1', 'epochs: 10000');
  const prepared = await prepareText(text);
  t.throws(() => makeEstimate(prepared), {
    instanceOf: InputError,
    message: /experiment\.yaml:5:.*training\.epochs: .*estimate fewer epochs or training samples/,
  });
});

test('a chip of schedule fused is estimated only where it is known how many events neighbouring samples share (spec §5.1)', async (t) => {
  const text = smallText.replace('hardware: edge-28nm', 'hardware: edge-28nm-fused');
  t.not(text, smallText);
  const prepared = await prepareText(text, { rules: ['drtp'] });
  t.throws(() => makeEstimate(prepared), {
    message: /hardware: edge-28nm-fused learns by schedule fused.*give a result .*--result/,
  });
});
