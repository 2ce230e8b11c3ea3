import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { packageRoot } from '../../src/package-root.js';

/** What installing, building and measuring coverage leave behind. */
const madeFolders = ['node_modules', 'dist', 'coverage', '.git'];

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const place = join(folder, entry.name);
    if (folder === packageRoot && madeFolders.includes(entry.name)) return [];
    return entry.isDirectory()
      ? filesBelow(place)
      : [relative(packageRoot, place).split(sep).join('/')];
  });
}

/** Every file of the repository, relative to its root, with forward slashes; without generated files. */
export function repositoryFiles(): readonly string[] {
  return filesBelow(packageRoot);
}
