import { homedir } from 'node:os';
import { resolve } from 'node:path';

import test from 'ava';

import { resolveDataFolder } from '../../src/datasets/data-folder.js';
import { InputError } from '../../src/units/input-error.js';

const linux = { platform: 'linux', homeFolder: '/home/ada' };

test('--data comes before SPIKELEDGER_DATA, and that before the cache folder (contracts, data folder)', (t) => {
  const environment = { SPIKELEDGER_DATA: '/named', XDG_CACHE_HOME: '/cache' };
  t.is(resolveDataFolder('/option', environment, linux), resolve('/option'));
  t.is(resolveDataFolder(undefined, environment, linux), resolve('/named'));
  t.is(
    resolveDataFolder(undefined, { XDG_CACHE_HOME: '/cache' }, linux),
    '/cache/spikeledger/data',
  );
});

test('relative folders become absolute', (t) => {
  t.is(resolveDataFolder('data', {}, linux), resolve('data'));
  t.is(resolveDataFolder(undefined, { SPIKELEDGER_DATA: 'data' }, linux), resolve('data'));
});

test('an empty SPIKELEDGER_DATA and an empty or relative XDG_CACHE_HOME count as not set', (t) => {
  const expected = '/home/ada/.cache/spikeledger/data';
  for (const environment of [
    {},
    { SPIKELEDGER_DATA: '' },
    { XDG_CACHE_HOME: '' },
    { XDG_CACHE_HOME: 'relative' },
  ]) {
    t.is(resolveDataFolder(undefined, environment, linux), expected);
  }
});

test('macOS and Windows have their own cache folders', (t) => {
  const mac = { platform: 'darwin', homeFolder: '/Users/ada' };
  t.is(resolveDataFolder(undefined, {}, mac), '/Users/ada/Library/Caches/spikeledger/data');
  const windows = { platform: 'win32', homeFolder: '/ada' };
  t.is(resolveDataFolder(undefined, {}, windows), '/ada/AppData/Local/spikeledger/data');
  t.is(
    resolveDataFolder(undefined, { LOCALAPPDATA: '/local' }, windows),
    '/local/spikeledger/data',
  );
});

test('this host is taken where none is given', (t) => {
  t.true(resolveDataFolder(undefined, {}).startsWith(homedir()));
});

test('an empty --data is refused', (t) => {
  t.throws(() => resolveDataFolder('', {}, linux), { instanceOf: InputError, message: /^--data:/ });
});
