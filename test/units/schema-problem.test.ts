import test from 'ava';
import { z } from 'zod';
import { InputError } from '../../src/units/input-error.js';
import { readStrictYaml } from '../../src/units/strict-yaml.js';

/** The one line that is reported for `v:` followed by `text`, read as `schema`; the place is column 4 or as stated. */
function complaint(schema: z.ZodType, text: string): string {
  try {
    readStrictYaml('f', `v: ${text}\n`, z.strictObject({ v: schema }));
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('each way in which a value can be wrong has its sentence', (t) => {
  const cases: [z.ZodType, string, string][] = [
    [z.number(), '[1]', 'f:1:1: v: a list is not allowed; it must be a number'],
    [z.number(), '{ a: 1 }', 'f:1:1: v: a map is not allowed; it must be a number'],
    [z.boolean(), 'maybe', 'f:1:4: v: "maybe" is not allowed; it must be true or false'],
    [z.array(z.int()), '3', 'f:1:4: v: 3 is not allowed; it must be a list'],
    [z.number().gt(0), '0', 'f:1:4: v: 0 is too small; it must be above 0'],
    [z.number().lt(1), '1', 'f:1:4: v: 1 is too large; it must be below 1'],
    [z.string().min(3), 'ab', 'f:1:4: v: "ab" is too small; it must be at least 3 long'],
    [z.string().max(1), 'ab', 'f:1:4: v: "ab" is too large; it must be at most 1 long'],
    [z.array(z.int()).min(2), '[1]', 'f:1:1: v: a list is too small; it must be at least 2 long'],
    [z.int().multipleOf(8), '12', 'f:1:4: v: 12 is not allowed; it must be a multiple of 8'],
    [z.enum(['a', 'b']), '~', 'f:1:4: v: null is not allowed; allowed: a, b'],
    [z.email(), 'x', 'f:1:4: v: "x" is not of the form '],
    [z.never(), '1', 'f:1:4: v: 1 is not allowed; it must be never'],
    [z.record(z.string().max(1), z.int()), '{ ab: 1 }', 'f:1:6: v.ab: "ab" is not allowed here'],
    [
      z.string().max(3),
      'x'.repeat(80),
      `f:1:4: v: "${'x'.repeat(58)}… is too large; it must be at most 3 long`,
    ],
  ];
  for (const [schema, text, sentence] of cases) {
    const actual = complaint(schema, text);
    t.true(actual.startsWith(sentence), actual);
  }
});

test('a missing choice is refused with the choices', (t) => {
  const schema = z.strictObject({ rule: z.enum(['drtp', 'defp']) });
  t.throws(() => readStrictYaml('f', '{}', schema), {
    message: 'f:1:1: rule: missing; allowed: drtp, defp',
  });
});

test('an unknown key in a map under any key is refused, without a far-fetched suggestion', (t) => {
  const schema = z.record(z.string(), z.strictObject({ a: z.int() }));
  t.throws(() => readStrictYaml('f', 'x: { a: 1, b: 2 }', schema), {
    message: 'f:1:12: x.b: unknown key; allowed are a',
  });
});
