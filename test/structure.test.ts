import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { packageRoot } from '../src/package-root.js';

/* The house: docs/architecture.md. Which room may import which is a rule of `npm run imports`. */

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ name }) => name);
}

function foldersBelow(folder: string): readonly string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...below.flatMap(({ name }) => foldersBelow(join(folder, name)))];
}

test('the chip opened shows its contract, where its engines meet, and six rooms', (t) => {
  t.deepEqual(readdirSync(join(packageRoot, 'src', 'chip')).sort(), [
    'checks',
    'counts',
    'engine.ts',
    'engines.ts',
    'fast',
    'image',
    'oracle',
    'timed',
  ]);
});

test('no folder has more than 20 sources of its own', (t) => {
  for (const room of ['src', 'firmware-sim', 'test', 'bench']) {
    for (const folder of foldersBelow(join(packageRoot, room))) {
      const count = sourcesOf(folder).length;
      t.true(count <= 20, `${folder} has ${count} files: give those that belong together a folder`);
    }
  }
});
