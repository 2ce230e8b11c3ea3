import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { ExecutionContext } from 'ava';

import { packageRoot } from '../src/package-root.js';
import { notChecked } from './support/not-checked.js';

/**
 * The data folder of the tests if it holds `setFolder`: SPIKELEDGER_DATA, else `../shared/data` beside the repository.
 * Where it is absent the test is not checked; the caller returns.
 */
export function realDataFolder(t: ExecutionContext, setFolder: string): string | null {
  const named = process.env['SPIKELEDGER_DATA'];
  const dataFolder =
    named === undefined || named === ''
      ? join(packageRoot, '..', 'shared', 'data')
      : resolve(named);
  if (existsSync(join(dataFolder, setFolder))) return dataFolder;
  notChecked(
    t,
    `${join(dataFolder, setFolder)} is absent; set SPIKELEDGER_DATA to a folder that holds ${setFolder}/`,
  );
  return null;
}
