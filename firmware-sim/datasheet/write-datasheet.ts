/* `npm run datasheet`: writes the generated blocks of firmware-sim/README.md again. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { readShippedSource } from '../programs/shipped-programs.js';
import { withGeneratedBlocks } from './datasheet.js';

const datasheet = path.join(packageRoot, 'firmware-sim', 'README.md');
const example = await readShippedSource('inference');
await writeFile(datasheet, withGeneratedBlocks(await readFile(datasheet, 'utf8'), example));
