import test from 'ava';
import { z } from 'zod';
import { readExperiment } from '../../src/experiment/file/read-experiment.js';
import { InputError } from '../../src/units/input-error.js';
import { type Override, readStrictYaml } from '../../src/units/strict-yaml.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/* A value that may be one of several things is refused with what was meant, at its place, and nothing of the others. */

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'accepted';
}

const anyOf = z.strictObject({
  v: z.union([
    z.enum(['one', 'two']),
    z.array(z.int().min(1)),
    z.strictObject({ name: z.string(), size: z.int().optional() }),
    z.strictObject({ path: z.string(), format: z.enum(['a', 'b']), size: z.int().optional() }),
  ]),
});

const complaints: readonly (readonly [string, string])[] = [
  ['v: 3', 'f:1:4: v: 3 is not allowed; it must be one of one, two or a list or a map'],
  [
    'x: 3',
    'f:1:1: v: missing; one of one, two or a list or a map is required\nf:1:1: x: unknown key',
  ],
  ['v: twoo', 'f:1:4: v: "twoo" is not allowed; allowed: one, two; did you mean "two"?'],
  ['v: [1, 0]', 'f:1:8: v[1]: 0 is too small; it must be at least 1'],
  ['v: { path: p }', 'f:1:1: v.format: missing; allowed: a, b'],
  ['v: { path: p, format: c }', 'f:1:23: v.format: "c" is not allowed; allowed: a, b'],
  ['v: { name: 4 }', 'f:1:12: v.name: 4 is not allowed; it must be a text'],
  ['v: { format: a }', 'f:1:1: v.path: missing; a text is required'],
  [
    'v: { size: 4 }',
    'f:1:1: v: has none of the keys that say what it is; give name, or path and format',
  ],
];

test('the complaint is that of the alternative that was meant', (t) => {
  for (const [text, sentence] of complaints) {
    const message = refusal(() => readStrictYaml('f', text, anyOf));
    t.true(message.startsWith(sentence), message);
    t.false(message.includes('; or:'), message);
  }
});

test('what an override made is wrong at the override', (t) => {
  const override: Override = { path: ['v', 'colour'], value: 1, label: '--set v.colour=1' };
  const message = refusal(() =>
    readStrictYaml('f', 'v: one', z.strictObject({ v: z.enum(['one']) }), [override]),
  );
  t.is(message, '--set v.colour=1: v: a map is not allowed; allowed: one');
});

test('every choice of the experiment file is refused in one sentence that says what is possible', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'union-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const lines = (dataset: string, network: string): string => `name: a
dataset: ${dataset}
network: ${network}
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
`;
  const digits = '{ name: digits }';
  const list = '[{ type: fc, neurons: 10 }]';
  const cases: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    [
      '{ path: ./data }',
      'FC_10',
      [],
      /:2:1: dataset\.format: missing; allowed: idx, cifar, npy, aer$/,
    ],
    [
      '{ nmae: digits }',
      'FC_10',
      [],
      /:2:1: dataset\.name: missing; a text is required\n.*:2:12: dataset\.nmae: unknown key; .*did you mean "name"\?$/,
    ],
    [
      '{}',
      'FC_10',
      [],
      /:2:1: dataset: .*give name, or path and format, or inputShape, classCount and trainSamples$/,
    ],
    [
      '{ inputShape: 3, classCount: 2, trainSamples: 9 }',
      'FC_10',
      [],
      /:2:24: dataset\.inputShape: 3 is not allowed; it must be a list$/,
    ],
    [
      digits,
      'FC_10',
      ['network.length=-1'],
      /^--set network\.length=-1: network: a map is not allowed; it must be a text or a list$/,
    ],
    [
      digits,
      list,
      ['network.length=-1'],
      /^--set network\.length=-1: length is no place in a list of 1; write 0 to 1$/,
    ],
    [
      digits,
      list,
      ['network.4294967294=1'],
      /^--set .*: 4294967294 is no place in a list of 1; write 0 to 1$/,
    ],
    [digits, list, ['network.map=1'], /^--set .*: map is no place in a list of 1; write 0 to 1$/],
    [
      digits,
      list,
      ['network.0.type=pool'],
      /^--set .*: network\[0\]\.type: "pool" is not allowed; allowed: fc, conv$/,
    ],
    [
      digits,
      'FC_10',
      ['network=3'],
      /^--set network=3: network: 3 is not allowed; it must be a text or a list$/,
    ],
    [
      digits,
      'FC_10',
      ['precision.rounding.weight=up'],
      /^--set .*: precision\.rounding\.weight: "up" is not allowed; allowed: truncate, nearest, nearestEven, stochastic$/,
    ],
    [
      digits,
      'FC_10',
      ['precision.overflow=3'],
      /^--set .*: precision\.overflow: 3 is not allowed; it must be one of saturate, wrap or a map$/,
    ],
    [
      digits,
      'FC_10',
      ['training.learningRate=-1'],
      /^--set .*: training\.learningRate: -1 is too small; it must be above 0$/,
    ],
    [
      digits,
      'FC_10',
      ['training.learningRate=fast'],
      /^--set .*: training\.learningRate: "fast" is not a learning rate; write a number above 0, or a power of two such as 2\^-7$/,
    ],
    [
      digits,
      'FC_10',
      ['training.schedule.factor=2'],
      /^--set .*: training\.schedule\.name: missing; allowed: constant, step, /,
    ],
    [
      digits,
      'FC_10',
      ['input.coding=tfs'],
      /^--set .*: input\.coding: "tfs" is not allowed; allowed: graded, ttfs, recorded; did you mean "ttfs"\?$/,
    ],
    [
      digits,
      'FC_10',
      ['activity.layers=x'],
      /^--set .*: activity\.layers: "x" is not allowed; it must be a number or a list$/,
    ],
    [digits, 'FC_10', ['constructor.x=1'], /^--set .*: constructor: unknown key; allowed are /],
  ];
  for (const [dataset, network, sets, expected] of cases) {
    const file = path.join(folder, 'experiment.yaml');
    writeFileSync(file, lines(dataset, network));
    t.regex(
      refusal(() => readExperiment(file, sets)),
      expected,
    );
  }
});
