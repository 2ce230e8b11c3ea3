import { z } from 'zod';
import { mostProblems } from './limits.js';
import { suggestion } from './nearest-name.js';
import { quoted } from './printable.js';

/** A value as the user wrote it, cut short: `"s8.77"`, `300`, `a map`. */
export function printInput(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object' && input !== null) return 'a map';
  return typeof input === 'string' ? quoted(JSON.stringify(input)) : quoted(String(input));
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  tuple: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

/** What a type of the schema is called in a sentence: `a list`. */
export function typeName(type: string): string {
  return typeNames[type] ?? type;
}

/** `a, b, c`. */
export function listed(values: readonly unknown[]): string {
  return values.map((value) => String(value)).join(', ');
}

/** Keys that the schema which refused an object knows. */
function allowedKeys(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) {
    return schema.keyType.options.map(String);
  }
  return [];
}

/** The kinds among which a map chooses by a key of its own; other unions are told apart by `unionProblem`. */
function describeUnion(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const { options, discriminator, input } = issue;
  if (!Array.isArray(options) || typeof discriminator !== 'string') return '';
  const written: unknown =
    typeof input === 'object' && input !== null ? Reflect.get(input, discriminator) : undefined;
  return choiceOf(written, options);
}

/** `"x" is not allowed; allowed: a, b; did you mean "a"?` */
function choiceOf(input: unknown, values: readonly unknown[]): string {
  const hint = typeof input === 'string' ? suggestion(input, values.map(String)) : '';
  const what = input === undefined ? 'missing' : `${printInput(input)} is not allowed`;
  return `${what}; allowed: ${listed(values)}${hint}`;
}

/**
 * The sentence for one problem that a schema found: what is wrong, what is allowed (an error map of zod).
 * For several unknown keys: one line for each of the first, in the order of `keys`.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  const { input } = issue;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = allowedKeys(issue.inst);
      return issue.keys
        .slice(0, mostProblems)
        .map((key) => `unknown key; allowed are ${listed(allowed)}${suggestion(key, allowed)}`)
        .join('\n');
    }
    case 'invalid_type': {
      const expected = typeName(issue.expected);
      return input === undefined
        ? `missing; ${expected} is required`
        : `${printInput(input)} is not allowed; it must be ${expected}`;
    }
    case 'invalid_value':
      return choiceOf(input, issue.values);
    case 'too_small': {
      const edge = issue.inclusive === false ? 'above' : 'at least';
      return `${printInput(input)} is too small; it must be ${edge} ${listed([issue.minimum])}${issue.origin === 'string' || issue.origin === 'array' ? ' long' : ''}`;
    }
    case 'too_big': {
      const edge = issue.inclusive === false ? 'below' : 'at most';
      return `${printInput(input)} is too large; it must be ${edge} ${listed([issue.maximum])}${issue.origin === 'string' || issue.origin === 'array' ? ' long' : ''}`;
    }
    case 'not_multiple_of':
      return `${printInput(input)} is not allowed; it must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `${printInput(input)} is not of the form ${issue.pattern ?? issue.format}`;
    case 'invalid_union':
      return describeUnion(issue);
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
      return `${printInput(input)} is not allowed here`;
  }
}
