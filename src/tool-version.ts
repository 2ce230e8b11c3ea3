import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from './package-root.js';

/** Version of the package. */
export function toolVersion(): string {
  const text = readFileSync(path.join(packageRoot, 'package.json'), 'utf8');
  const content: unknown = JSON.parse(text);
  const isPackage = typeof content === 'object' && content !== null && 'version' in content;
  if (!isPackage || typeof content.version !== 'string') {
    throw new Error(`${packageRoot}package.json has no version`);
  }
  return content.version;
}

/** What git said when it was asked first: the program stays what it was when it was started. */
let commit: string | null | undefined;

/** Commit of the checkout the tool runs from; null when it is installed as a package. */
export function toolCommit(): string | null {
  commit = commit === undefined ? askGit() : commit;
  return commit;
}

function askGit(): string | null {
  try {
    const git = (...words: string[]): string =>
      execFileSync('git', words, { cwd: packageRoot, stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .trim();
    // An empty prefix: the package is the top of the checkout, not a folder inside somebody else's.
    return git('rev-parse', '--show-prefix') === '' ? git('rev-parse', 'HEAD') : null;
  } catch {
    return null;
  }
}
