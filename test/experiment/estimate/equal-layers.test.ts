import path from 'node:path';
import test from 'ava';
import type {
  EstimateRecord,
  RuleEstimate,
} from '../../../src/experiment/estimate/estimate-record.js';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import {
  parseRules,
  prepareEstimate,
  type PreparedEstimate,
} from '../../../src/experiment/estimate/prepare-estimate.js';
import { describeNetwork } from '../../../src/experiment/file/describe-network.js';
import { packageRoot } from '../../../src/package-root.js';
import { equalRowCount } from '../../../src/ledger/ledger-row.js';
import { buildTopology, layerCount } from '../../../src/network/topology.js';
import { renderEstimateCsv } from '../../../src/report/estimate/estimate-csv.js';
import { prepareText } from './prepare-text.js';

/* Equal layers in a row are one layer times n: the same figures as where each is counted on its own. */

interface Setting {
  readonly network: string;
  readonly shape?: string;
  readonly classes?: number;
  readonly layers?: string;
  readonly training?: string;
  readonly more?: string;
  readonly hardware?: string;
}

function textOf(setting: Setting): string {
  const { network, shape = '[1, 1, 9]', classes = 3, layers = '0.75', training = '' } = setting;
  const { hardware = 'edge-28nm', more = '' } = setting;
  return `name: equal
dataset: { inputShape: ${shape}, classCount: ${classes}, trainSamples: 7 }
network: ${network}
activity: { input: 0.4, layers: ${layers} }
training: { rule: drtp, epochs: 2, learningRate: 2^-5${training} }
hardware: ${hardware}
${more}`;
}

async function prepare(setting: Setting): Promise<PreparedEstimate> {
  return prepareText(textOf(setting), { rules: parseRules('all'), coreCount: 4000 });
}

/** The same estimate with every layer of the network on its own. */
function written(prepared: PreparedEstimate): PreparedEstimate {
  const { network, activation, dataset } = prepared.read.value;
  if (!('inputShape' in dataset)) throw new Error('needs a stated shape');
  const { inputShape, classCount } = dataset;
  const topology = buildTopology(describeNetwork(network), inputShape, classCount, activation);
  return { ...prepared, topology };
}

/** Paths of the numbers of a value, with the numbers. */
function numbersIn(value: unknown, path = ''): readonly (readonly [string, number])[] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => numbersIn(one, `${path}.${key}`));
}

/** Figures of the rules; sums of doubles in another order differ by rounding, whole numbers do not. */
function differences(one: readonly RuleEstimate[], other: readonly RuleEstimate[]): string[] {
  const others = new Map(numbersIn(other));
  const figures = numbersIn(one);
  const wrong = figures.filter(([path, figure]) => {
    const expected = others.get(path) ?? NaN;
    return Number.isInteger(expected) && !/Nj|Percent/.test(path)
      ? figure !== expected
      : !(Math.abs(figure - expected) <= 1e-12 * Math.abs(expected));
  });
  const count = figures.length === others.size ? [] : [`${figures.length}, not ${others.size}`];
  return [...count, ...wrong.map(([path, figure]) => `${path}: ${figure}, ${others.get(path)}`)];
}

function textsOf({ rules, notes }: EstimateRecord) {
  return { notes, problems: rules.map(({ rule, problem }) => [rule, problem]) };
}

const settings: Readonly<Record<string, Setting>> = {
  'on one core each': {
    network: '[{ type: fc, neurons: 6, repeat: 9 }, { type: fc, neurons: 3 }]',
  },
  'two runs': {
    network:
      '[{ type: fc, neurons: 6, repeat: 7 }, { type: fc, neurons: 5, repeat: 5 }, { type: fc, neurons: 3 }]',
  },
  'equal to the output layer': { network: '[{ type: fc, neurons: 3, repeat: 8 }]' },
  'over several cores each': {
    network: '[{ type: fc, neurons: 1500, repeat: 6 }, { type: fc, neurons: 3 }]',
    shape: '[1, 1, 1500]',
    hardware: 'mesh-28nm',
  },
  'over several cores each of a bus': {
    network: '[{ type: fc, neurons: 1500, repeat: 6 }, { type: fc, neurons: 3 }]',
    shape: '[1, 1, 1500]',
  },
  'with frozen layers': {
    network: '[{ type: fc, neurons: 6, repeat: 12 }, { type: fc, neurons: 3 }]',
    training: ', frozenLayers: [1, 2, 3, 4, 5, 9]',
  },
  'all but the last frozen': {
    network: '[{ type: fc, neurons: 6, repeat: 6 }, { type: fc, neurons: 3 }]',
    training: ', frozenLayers: [1, 2, 3, 4, 5, 6]',
  },
  'with a list of activities': {
    network: '[{ type: fc, neurons: 6, repeat: 9 }, { type: fc, neurons: 3 }]',
    layers: '[0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]',
  },
  'one of them asked onto four cores': {
    network: '[{ type: fc, neurons: 6, repeat: 12 }, { type: fc, neurons: 3 }]',
    more: 'mapping: { layers: [{ layer: 6, neuronParts: 2, axonParts: 2 }] }\n',
  },
  'in batches, with an optimizer': {
    network: '[{ type: fc, neurons: 6, repeat: 9 }, { type: fc, neurons: 3 }]',
    training: ', batch: 3, optimizer: momentum',
    hardware: 'large-28nm',
  },
  'with dense events': {
    network: '[{ type: fc, neurons: 6, repeat: 9 }, { type: fc, neurons: 3 }]',
    more: 'events: { dense: true }\n',
  },
  convolutions: {
    network:
      '[{ type: conv, channels: 4, kernel: 2, padding: 1, repeat: 9 }, { type: fc, neurons: 3 }]',
    shape: '[4, 8, 8]',
    hardware: 'large-28nm',
  },
};

for (const [name, setting] of Object.entries(settings)) {
  test(`equal layers ${name} cost what they cost one by one, by every rule`, async (t) => {
    const prepared = await prepare(setting);
    const one = makeEstimate(prepared);
    const each = makeEstimate(written(prepared));
    t.deepEqual(differences(one.record.rules, each.record.rules), []);
    t.deepEqual(textsOf(one.record), textsOf(each.record));
    t.true(one.record.rules.some(({ perSample }) => perSample !== null));
    t.is(layerCount(prepared.topology), each.record.network.layers.length);
    // Every row of the long ledger is in one of the short one.
    for (const [index, { rows }] of one.ledgers.entries()) {
      const count = rows.reduce((sum, row) => sum + equalRowCount(row), 0);
      t.is(count, each.ledgers[index]?.rows.length ?? NaN);
    }
  });
}

test('a network says the same whether its equal layers are repeated or written out', async (t) => {
  for (const repeat of [1, 2, 3, 4, 5, 17]) {
    const layer = '{ type: fc, neurons: 6 }';
    const long = `[${new Array<string>(repeat).fill(layer).join(', ')}, { type: fc, neurons: 3 }]`;
    const short = `[{ type: fc, neurons: 6, repeat: ${repeat} }, { type: fc, neurons: 3 }]`;
    const one = makeEstimate(await prepare({ network: short }));
    const other = makeEstimate(await prepare({ network: long }));
    const figuresOf = ({ record }: typeof one) => ({ ...record, experiment: {}, estimateHash: '' });
    t.deepEqual(figuresOf(one), figuresOf(other));
    t.deepEqual(one.ledgers, other.ledgers);
  }
});

test('the ledger of equal layers has ranges of layers and cores, and the counts of them all', async (t) => {
  const network = '[{ type: fc, neurons: 6, repeat: 9 }, { type: fc, neurons: 3 }]';
  const prepared = await prepare({ network });
  const { ledgers } = makeEstimate({ ...prepared, rules: ['drtp'] });
  const lines = renderEstimateCsv(ledgers).split('\r\n');
  // Layers 3 to 7 on cores 2 to 6: 6 biases of 16 bits in one word, for each of 7 · 2 samples, each of 5 layers.
  t.true(
    lines.some((line) => line.startsWith(`drtp,training,forward,3-7,2-6,bias,read,128,${14 * 5},`)),
  );
});

test('a layer that does not fit is named by its place in the whole network', async (t) => {
  const network =
    '[{ type: fc, neurons: 6, repeat: 900 }, { type: fc, neurons: 40, repeat: 500 }, { type: fc, neurons: 3 }]';
  const text = textOf({ network });
  const prepared = await prepareText(text, { rules: ['drtp'], coreCount: 5000 });
  const { chip } = prepared;
  const memories = { ...chip.core.memories };
  memories.bias = { ...memories.bias, bankCount: 0 };
  const without = { ...prepared, chip: { ...chip, core: { ...chip.core, memories } } };
  const { message } = t.throws(() => makeEstimate(without));
  t.regex(message, /^\S+:3:1: network: layer 1 needs 128 bits of bias memory/);
  t.regex(message, /\neach of layers 3 to 898 needs 128 bits of bias memory/);
});

test('a layer that cannot have a schedule is named likewise', async (t) => {
  // Layer 1, layers 2 to 20, layer 21 of 3000 neurons, and layer 22 with 3000 axons, which no core has.
  const network =
    '[{ type: fc, neurons: 6, repeat: 20 }, { type: fc, neurons: 3000 }, { type: fc, neurons: 3 }]';
  const [rule] = makeEstimate(
    await prepareText(textOf({ network }), { rules: ['drtp'], coreCount: 4000 }),
  ).record.rules;
  const reasons = rule?.updateSchedules.flatMap(({ problem }) => problem ?? []) ?? [];
  t.true(
    reasons.some((reason) => reason.startsWith('layer 22 has its axons on')),
    reasons.join('\n'),
  );
  t.false(reasons.some((reason) => /layer [2-9] /.test(reason)));
});

test('time and memory of an estimate do not grow with repeat, nor with cores that are idle (cases, hostile)', async (t) => {
  const sizes: number[] = [];
  for (const [repeat, coreCount] of [
    [10, 11],
    [65_536, 65_537],
    [65_536, 1_000_000],
  ]) {
    const file = path.join(packageRoot, 'test/cases/hostile/estimate-65536-layers.yaml');
    const begin = process.cpuUsage();
    const prepared = await prepareEstimate(file, {
      overrides: [`network.0.repeat=${repeat}`],
      coreCount: coreCount ?? NaN,
      rules: 'all',
    });
    const { record, ledgers } = makeEstimate(prepared);
    const { user, system } = process.cpuUsage(begin);
    t.true(user + system < 4e6, `${user + system} µs`);
    t.is(record.network.layers.at(-1)?.layer, Number(repeat) + 1);
    const rows = ledgers.reduce((sum, ledger) => sum + ledger.rows.length, 0);
    sizes.push(rows, record.network.layers.length, record.area.components.length);
  }
  const [rows, layers, components] = sizes;
  t.deepEqual(sizes, [
    rows,
    layers,
    components,
    rows,
    layers,
    components,
    rows,
    layers,
    components,
  ]);
});

test('on a mesh, where every layer has its own distances, more layers than the limit are refused', async (t) => {
  const network = '[{ type: fc, neurons: 6, repeat: 65536 }, { type: fc, neurons: 3 }]';
  await t.throwsAsync(prepareText(textOf({ network, hardware: 'mesh-28nm' })), {
    message: /:3:\d+: network: 65537 layers; at most 4096 are read each on its own/,
  });
});
