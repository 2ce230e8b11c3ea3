import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { packageRoot } from '../../src/package-root.js';
import { nativeFolder } from '../../src/reference/backend/native-package.js';
import { notChecked } from '../support/not-checked.js';

/* The set-up itself downloads 232 MB: CI runs it, and then test/reference on what it built. Here: how it gives up. */

const isSupported = process.platform === 'linux' && process.arch === 'x64';

/** A test of the set-up, which knows one kind of machine. */
function onKnownMachine(title: string, check: (t: ExecutionContext) => void): void {
  test.serial(title, (t) => {
    if (isSupported) check(t);
    else notChecked(t, 'the set-up is for Linux on x64');
  });
}

function runSetUp(programFolder: string): SpawnSyncReturns<string> {
  const entry = join(packageRoot, 'dist', 'src', 'cli', 'setup-tensorflow.js');
  return spawnSync(process.execPath, [entry, '--again'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: programFolder },
    timeout: 60_000,
  });
}

/** The folders of the set-up, a finished one and those it works in. */
function setUpFolders(): readonly string[] {
  const name = basename(nativeFolder());
  return readdirSync(dirname(nativeFolder())).filter((entry) => entry.startsWith(name));
}

onKnownMachine('setup:tensorflow names the programs that are missing and ends with 3', (t) => {
  const before = setUpFolders();
  const { status, stdout, stderr } = runSetUp('');
  t.deepEqual([status, stdout], [3, '']);
  t.is(
    stderr,
    '\nsetup:tensorflow: "npm --version", "python3 -m pip --version", "c++ --version" cannot be run; on Debian, install npm, python3-pip, g++\n',
  );
  t.deepEqual(setUpFolders(), before);
});

onKnownMachine(
  'setup:tensorflow repeats the last words of the program that fails and leaves nothing behind',
  (t) => {
    const programFolder = mkdtempSync(join(tmpdir(), 'spikeledger-'));
    t.teardown(() => {
      rmSync(programFolder, { recursive: true });
    });
    for (const program of ['npm', 'python3', 'c++']) {
      const file = join(programFolder, program);
      // Answers as on a machine whose registry does not know a package.
      writeFileSync(
        file,
        '#!/bin/sh\n[ "$1" != install ] || { echo no such package >&2; exit 7; }\n',
      );
      chmodSync(file, 0o755);
    }
    const before = setUpFolders();
    const { status, stdout, stderr } = runSetUp(programFolder);
    t.deepEqual([status, stdout], [3, '1/4 packages of npm, without their install scripts … ']);
    t.regex(
      stderr,
      /^\nsetup:tensorflow: npm install --prefix .+ ended with exit code 7:\nno such package\n$/,
    );
    t.deepEqual(setUpFolders(), before);
  },
);
