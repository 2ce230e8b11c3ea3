import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { loadNativePackage, nativeFolder } from '../../../src/reference/backend/native-package.js';

const packageName = 'spikeledger-test-package';

/** A folder with one package, whose only file is `code`; removed after the test. */
function makeFolder(t: ExecutionContext, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'spikeledger-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const home = join(folder, 'node_modules', packageName);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'index.js'), code);
  return folder;
}

test('a package that npm did not install is loaded out of the folder of the set-up', (t) => {
  const folder = makeFolder(t, 'process.emit("spikeledger-test", 42);');
  const heard: unknown[] = [];
  process.once('spikeledger-test', (value: unknown) => heard.push(value));
  loadNativePackage(packageName, folder);
  t.deepEqual(heard, [42]);
});

test('a package that neither place has is refused with the reason of the first', (t) => {
  t.throws(
    () => {
      loadNativePackage(packageName, join(tmpdir(), 'spikeledger-no-such-folder'));
    },
    { message: new RegExp(`^Cannot find module '${packageName}'`) },
  );
});

test('a package that fails in the folder is refused with both reasons', (t) => {
  const folder = makeFolder(t, 'throw new Error("no library\\nlibtensorflow");');
  t.throws(
    () => {
      loadNativePackage(packageName, folder);
    },
    { message: `Cannot find module '${packageName}'; from ${folder}: no library` },
  );
});

test('the functions of util that tfjs-node calls are there, whatever the version of Node', (t) => {
  const code = `const util = require('util');
    process.emit('spikeledger-util', [[], {}, 'a'].map(util.isArray),
      [null, undefined, 0, ''].map((value) => util.isNullOrUndefined(value)));`;
  const heard: unknown[] = [];
  process.once('spikeledger-util', (...values: unknown[]) => heard.push(...values));
  loadNativePackage(packageName, makeFolder(t, code));
  t.deepEqual(heard, [
    [true, false, false],
    [true, true, false, false],
  ]);
  t.is(typeof util.promisify, 'function');
});

test('the folder of the set-up is in the node_modules that holds TensorFlow.js', (t) => {
  t.regex(nativeFolder(), /node_modules.\.spikeledger-tensorflow$/);
});
