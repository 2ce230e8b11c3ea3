import { componentActions, ledgerActions } from '../../src/ledger/components.js';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { modelSchemas } from '../../src/hardware/model-schemas.js';
import { packageRoot } from '../../src/package-root.js';

const glossary = readFileSync(path.join(packageRoot, 'hardware-models/README.md'), 'utf8');

/** Every name of a property anywhere in a JSON Schema. */
function propertyNames(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => [
    ...(key === 'properties' && typeof value === 'object' && value !== null
      ? Object.keys(value)
      : []),
    ...propertyNames(value),
  ]);
}

test('the glossary explains every key of both kinds of files', (t) => {
  const keys = [...modelSchemas().values()].flatMap((text) => propertyNames(JSON.parse(text)));
  t.true(keys.length > 50);
  t.deepEqual(
    [...new Set(keys)].filter((key) => !glossary.includes(`\`${key}\``)),
    [],
  );
});

test('the glossary explains every action of the ledger', (t) => {
  t.deepEqual(
    componentActions.filter((componentAction) => !glossary.includes(`\`${componentAction}\``)),
    [],
  );
});

test('the glossary says of every action what the table of components says', (t) => {
  const rows = glossary.matchAll(/^\| (`\w+\.\w+`(?:, `\w+\.\w+`)*) +\|[^|]*\| (.*?) +\|$/gm);
  const said = new Map(
    [...rows].flatMap(([, names = '', sentence = '']) =>
      names.split(', ').map((name): [string, string] => [name.replaceAll('`', ''), sentence]),
    ),
  );
  t.deepEqual(
    new Map(
      ledgerActions.map(({ componentAction, glossary: sentence }) => [componentAction, sentence]),
    ),
    said,
  );
});
