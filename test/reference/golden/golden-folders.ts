import { readdirSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../src/package-root.js';

/** Where the cases are. */
export const goldenFolder = path.join(packageRoot, 'test', 'golden');

const cases = readdirSync(goldenFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'generate')
  .map(({ name }) => name);

/** Runs of our own witness in PyTorch, `test/golden/generate`. */
export const witnessCases = cases.filter((name) => name.startsWith('witness-'));

/** Runs of the published code. */
export const publishedCases = cases.filter((name) => !witnessCases.includes(name));
