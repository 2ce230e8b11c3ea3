import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { memoryOfRules } from '../../src/cli/write/memory-of-rules.js';
import { packageRoot } from '../../src/package-root.js';

test('docs/memory-of-rules.md is what its script writes', async (t) => {
  const file = path.join(packageRoot, 'docs/memory-of-rules.md');
  t.is(await readFile(file, 'utf8'), await memoryOfRules(), 'run npm run memory-of-rules');
});
