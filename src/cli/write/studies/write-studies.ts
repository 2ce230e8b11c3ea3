/* `npm run studies`: writes docs/studies.md and docs/thesis.md from the kept studies. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../../package-root.js';
import { studiesText, thesisText } from './kept-studies.js';

const pages = { 'docs/studies.md': studiesText, 'docs/thesis.md': thesisText } as const;
for (const [file, text] of Object.entries(pages)) {
  await writeFile(path.join(packageRoot, file), await text());
  process.stdout.write(`${file}\n`);
}
