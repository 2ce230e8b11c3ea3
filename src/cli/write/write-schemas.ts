/* `npm run schema`: writes the JSON Schemas of files that users write and read, for editors and other tools. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { jsonSchemas } from './json-schemas.js';
import { packageRoot } from '../../package-root.js';

for (const [file, text] of jsonSchemas()) {
  const target = path.join(packageRoot, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
  process.stdout.write(`${file}\n`);
}
