import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { componentNames } from '../../src/ledger/components.js';
import { ruleNames } from '../../src/network/rule-facts.js';
import { packageRoot } from '../../src/package-root.js';

/* What is true of a rule, and of a component, stands in one table each: a list of their names elsewhere is a second one. */

/** The two tables. */
const tables = ['src/network/rule-facts.ts', 'src/ledger/components.ts'];

/** A list of this many names of one table, or more, is another table. */
const listLength = 3;

const named: readonly (readonly [what: string, names: ReadonlySet<string>])[] = [
  ['rules', new Set<string>(ruleNames)],
  ['components', new Set<string>(componentNames)],
];

function textsOf(node: ts.Node): readonly string[] {
  if (ts.isArrayLiteralExpression(node)) {
    return node.elements.filter((element) => ts.isStringLiteral(element)).map(({ text }) => text);
  }
  if (ts.isUnionTypeNode(node)) {
    return node.types.flatMap((type) =>
      ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [],
    );
  }
  return [];
}

/** A test whether a text begins with, or holds, the name of a component: an action has a component, ask for that. */
function prefixOf(node: ts.Node): string | null {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const [argument] = node.arguments;
  const isPrefixTest = /^(startsWith|endsWith|includes|split)$/.test(node.expression.name.text);
  return isPrefixTest && argument !== undefined && ts.isStringLiteral(argument)
    ? argument.text
    : null;
}

/** What a file says again: sentences with their line. */
function secondTables(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const place = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    const texts = textsOf(node);
    for (const [what, names] of named) {
      // A list that holds other names, too, is of something else: tensors share some with components.
      if (texts.length >= listLength && texts.every((name) => names.has(name))) {
        found.push(`${place}: a list of ${what}: ${texts.join(', ')}`);
      }
      const prefix = prefixOf(node)?.replace(/\.$/, '');
      if (prefix !== undefined && names.has(prefix)) {
        found.push(`${place}: tests a text for "${prefix}", one of the ${what}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

test('no file but the two tables lists rules or components, or tests for their names by prefix', (t) => {
  const files = ['src', 'firmware-sim'].flatMap(sourceFiles);
  t.true(files.length > 300);
  const found = files
    .filter((file) => !tables.includes(file))
    .flatMap((file) => secondTables(file, readFileSync(path.join(packageRoot, file), 'utf8')));
  t.deepEqual(found, []);
});

test('a list of three rules, a union of components and a prefix test are found', (t) => {
  t.is(secondTables('a.ts', `const a = ['bp', 'fa', 'drtp'];`).length, 1);
  t.is(secondTables('a.ts', `type A = 'synapses' | 'neurons' | 'bias';`).length, 1);
  t.is(secondTables('a.ts', `const b = action.startsWith('synapses.');`).length, 1);
  t.deepEqual(secondTables('a.ts', `const a = ['bp', 'fa'];`), []);
});
