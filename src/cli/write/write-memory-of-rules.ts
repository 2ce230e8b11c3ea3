/* `npm run memory-of-rules`: writes docs/memory-of-rules.md, Table 5.4 of the thesis for a chip. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../package-root.js';
import { memoryOfRules } from './memory-of-rules.js';

const file = 'docs/memory-of-rules.md';
await writeFile(path.join(packageRoot, file), await memoryOfRules());
process.stdout.write(`${file}\n`);
