import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

import { InputError } from '../units/input-error.js';

/** Facts of the host that decide where its user's cache is. */
export interface Host {
  readonly platform: string;
  readonly homeFolder: string;
}

/** An empty or relative cache folder counts as not set (XDG base directory specification). */
function absoluteOr(folder: string | undefined, otherwise: string): string {
  return folder !== undefined && isAbsolute(folder) ? folder : otherwise;
}

const thisHost: Host = { platform: process.platform, homeFolder: homedir() };

/** `spikeledger` in the user's cache folder, absolute: data sets and finished references are kept there. */
export function resolveCacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  host: Host = thisHost,
): string {
  return join(userCacheFolder(environment, host), 'spikeledger');
}

function userCacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
  host: Host,
): string {
  switch (host.platform) {
    case 'darwin':
      return join(host.homeFolder, 'Library', 'Caches');
    case 'win32':
      return absoluteOr(environment['LOCALAPPDATA'], join(host.homeFolder, 'AppData', 'Local'));
    default:
      return absoluteOr(environment['XDG_CACHE_HOME'], join(host.homeFolder, '.cache'));
  }
}

/**
 * The data folder, absolute: `option` (`--data`), else SPIKELEDGER_DATA if it is set and not empty, else
 * `spikeledger/data` in the user's cache folder. It need not exist: the packaged digits are found without it.
 * @throws InputError when `option` is empty.
 */
export function resolveDataFolder(
  option?: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  host: Host = thisHost,
): string {
  if (option === '') {
    throw new InputError('--data: the folder is empty; give a path, or leave the option out');
  }
  const named = option ?? environment['SPIKELEDGER_DATA'];
  if (named !== undefined && named !== '') return resolve(named);
  return join(resolveCacheFolder(environment, host), 'data');
}
