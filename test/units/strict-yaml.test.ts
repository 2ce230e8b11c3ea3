import test, { type ExecutionContext } from 'ava';
import { z } from 'zod';
import { InputError } from '../../src/units/input-error.js';
import { readStrictYaml } from '../../src/units/strict-yaml.js';

const schema = z.strictObject({
  name: z.string(),
  training: z.strictObject({
    rule: z.enum(['drtp', 'defp']),
    epochs: z.int().min(1).max(100),
    learningRate: z.string().regex(/^2\^-\d+$/),
    isDense: z.boolean().optional(),
  }),
  layers: z.array(z.strictObject({ size: z.int() })).optional(),
  prices: z
    .partialRecord(z.enum(['synapses.read', 'synapses.write']), z.number().positive())
    .optional(),
  memory: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('sram'), bits: z.int() }),
      z.strictObject({ kind: z.literal('registers') }),
    ])
    .optional(),
});

const good = `name: a
training:
  rule: drtp
  epochs: 5
  learningRate: 2^-7
`;

/** The lines of the error that reading `text` gives. */
function refusal(t: ExecutionContext, text: string): readonly string[] {
  const error = t.throws(() => readStrictYaml('e.yaml', text, schema), { instanceOf: InputError });
  return error.message.split('\n');
}

test('readStrictYaml returns the value of a correct file', (t) => {
  const { value } = readStrictYaml('e.yaml', good, schema);
  t.deepEqual(value, {
    name: 'a',
    training: { rule: 'drtp', epochs: 5, learningRate: '2^-7' },
  });
});

test('locate gives line and column of a scalar, and of the key of a map', (t) => {
  const { locate } = readStrictYaml('e.yaml', `${good}layers:\n  - size: 3\n`, schema);
  t.deepEqual(locate(['training', 'rule']), { line: 3, column: 9 });
  t.deepEqual(locate(['training']), { line: 2, column: 1 });
  t.deepEqual(locate(['layers', 0, 'size']), { line: 7, column: 11 });
});

test('locate gives the deepest part that exists for a path that is not in the file', (t) => {
  const { locate } = readStrictYaml('e.yaml', good, schema);
  t.deepEqual(locate(['training', 'seed', 'x']), { line: 2, column: 1 });
});

test('problem is an InputError at the place of the key path', (t) => {
  const error = readStrictYaml('e.yaml', good, schema).problem(['training', 'epochs'], 'too many');
  t.true(error instanceof InputError);
  t.is(error.message, 'e.yaml:4:11: training.epochs: too many');
});

test('an unknown key is refused at the key with the allowed keys and the nearest one', (t) => {
  t.deepEqual(refusal(t, good.replace('epochs: 5', 'epochs: 5\n  epoch: 6\n  zzzzzzzzz: 1')), [
    'e.yaml:5:3: training.epoch: unknown key; allowed are rule, epochs, learningRate, isDense; did you mean "epochs"?',
    'e.yaml:6:3: training.zzzzzzzzz: unknown key; allowed are rule, epochs, learningRate, isDense',
  ]);
});

test('an unknown key of a record is refused with the allowed keys', (t) => {
  t.deepEqual(refusal(t, `${good}prices:\n  synapse.read: 2\n`), [
    'e.yaml:7:3: prices.synapse.read: unknown key; allowed are synapses.read, synapses.write; did you mean "synapses.read"?',
  ]);
});

test('a duplicate key is refused at its second place', (t) => {
  t.deepEqual(refusal(t, `${good}name: b\n`), [
    'e.yaml:6:1: this key occurs twice in one map; keep one of the two',
  ]);
});

test('a missing key is refused at the map that lacks it', (t) => {
  t.deepEqual(refusal(t, good.replace('  epochs: 5\n', '')), [
    'e.yaml:2:1: training.epochs: missing; a number is required',
  ]);
});

test('a wrong type, a wrong choice and a number out of range are refused at the value', (t) => {
  t.deepEqual(refusal(t, good.replace('5', 'five')), [
    'e.yaml:4:11: training.epochs: "five" is not allowed; it must be a number',
  ]);
  t.deepEqual(refusal(t, good.replace('drtp', 'drpt')), [
    'e.yaml:3:9: training.rule: "drpt" is not allowed; allowed: drtp, defp; did you mean "drtp"?',
  ]);
  t.deepEqual(refusal(t, good.replace('5', '500')), [
    'e.yaml:4:11: training.epochs: 500 is too large; it must be at most 100',
  ]);
  t.deepEqual(refusal(t, good.replace('5', '0')), [
    'e.yaml:4:11: training.epochs: 0 is too small; it must be at least 1',
  ]);
});

test('a fraction where a whole number is required is refused as such', (t) => {
  t.deepEqual(refusal(t, good.replace('5', '5.5')), [
    'e.yaml:4:11: training.epochs: 5.5 is not allowed; it must be a whole number',
  ]);
});

test('a text of the wrong form is refused with the form', (t) => {
  t.deepEqual(refusal(t, good.replace('2^-7', '0.01x')), [
    'e.yaml:5:17: training.learningRate: "0.01x" is not of the form /^2\\^-\\d+$/',
  ]);
});

test('an unknown kind of a discriminated union is refused with the allowed kinds', (t) => {
  t.deepEqual(refusal(t, `${good}memory: { kind: dram }\n`), [
    'e.yaml:6:17: memory.kind: "dram" is not allowed; allowed: sram, registers; did you mean "sram"?',
  ]);
});

test('a place in a list is named by its index', (t) => {
  t.deepEqual(refusal(t, `${good}layers:\n  - size: 3\n  - size: x\n`), [
    'e.yaml:8:11: layers[1].size: "x" is not allowed; it must be a number',
  ]);
});

test('all problems of a file are reported together', (t) => {
  t.is(refusal(t, good.replace('5', 'x').replace('drtp', 'y')).length, 2);
});

test('aliases, tags, broken text, a second document and an empty file are refused with a place', (t) => {
  t.deepEqual(refusal(t, `name: &x a\ntraining: *x\n`), [
    'e.yaml:2:11: alias *x is not allowed here; write the value out',
  ]);
  t.regex(refusal(t, `name: !secret a\n`).join(), /^e\.yaml:1:7: not valid YAML: .*!secret/);
  t.regex(refusal(t, 'name: [1, 2').join(), /^e\.yaml:1:\d+: not valid YAML: /);
  t.regex(refusal(t, `${good}---\n${good}`).join(), /^e\.yaml:\d+:\d+: a second document/);
  t.deepEqual(refusal(t, ''), ['e.yaml:1:1: file: null is not allowed; it must be a map']);
});
