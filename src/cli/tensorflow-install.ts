import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export const tensorFlowPackage = '@tensorflow/tfjs-node';

/**
 * Its C library with headers, apart from Python: since 2.12 the wheels have `libtensorflow_cc.so.2`. tfjs-node 4.22 is
 * made for 2.9.1, whose wheel lacks it; 2.12.1 is the nearest. The checksum is that of the wheel for Python 3.10 on
 * Linux x86-64; Python is not used, so whatever Python is here may fetch it.
 */
const wheel = {
  requirement: 'tensorflow-cpu==2.12.1',
  pythonVersion: '3.10',
  sha256: 'd05b8268da5bd87cf43d46da177e3b3ca39f2db0437e56c5e18351db4cde8679',
} as const;
const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;

/** The C interface of Node, the same in every version; the headers of Node itself are not needed. */
const headersPackage = 'node-api-headers';
const headersVersion = '1.9.0';

/** The newest Node-API tfjs-node names; Node 20 and later have it. Its loader looks in a folder of this name. */
const nodeApiVersion = 8;

/** A step of the set-up did not succeed; the message says which command and what it said. */
export class SetupFailed extends Error {
  override readonly name = 'SetupFailed';
}

/** Enough to see why a compiler or pip gave up. */
const lastLineCount = 12;

/** Runs a program to its end; returns what it printed. @throws SetupFailed with its last words. */
function runProgram(program: string, words: readonly string[]): string {
  const run = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (run.error !== undefined) {
    throw new SetupFailed(`${program} cannot be run: ${run.error.message}`);
  }
  if (run.status === 0) return run.stdout;
  const lastWords = `${run.stdout}${run.stderr}`.trim().split('\n').slice(-lastLineCount);
  const end = run.signal === null ? `exit code ${run.status ?? '?'}` : `signal ${run.signal}`;
  throw new SetupFailed(
    [`${[program, ...words].join(' ')} ended with ${end}:`, ...lastWords].join('\n'),
  );
}

/** What must be installed, and in which package of Debian it is. */
const tools = [
  { program: 'npm', words: ['--version'], debian: 'npm' },
  { program: 'python3', words: ['-m', 'pip', '--version'], debian: 'python3-pip' },
  { program: 'c++', words: ['--version'], debian: 'g++' },
] as const;

/** @throws SetupFailed on a machine the wheel is not for, or without a tool. */
export function checkMachine(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupFailed(
      `this machine is ${process.platform} ${process.arch}; the set-up knows Linux x64 only: use npm install ${tensorFlowPackage}, or the backend wasm`,
    );
  }
  const missing = tools.filter(({ program, words }) => spawnSync(program, words).status !== 0);
  if (missing.length > 0) {
    const commands = missing.map(({ program, words }) => [program, ...words].join(' '));
    throw new SetupFailed(
      `${commands.map((command) => `"${command}"`).join(', ')} cannot be run; on Debian, install ${missing.map(({ debian }) => debian).join(', ')}`,
    );
  }
}

function packageHome(folder: string): string {
  return join(folder, 'node_modules', tensorFlowPackage);
}

/** The version of TensorFlow.js that is installed; tfjs-node must have the same. */
function tensorFlowJsVersion(): string {
  const load = createRequire(import.meta.url);
  return z.object({ version: z.string() }).parse(load('@tensorflow/tfjs-core/package.json'))
    .version;
}

/** tfjs-node's JavaScript and C++ from npm, without its install script, which would download a C library. */
export function installPackages(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const wanted = [
    `${tensorFlowPackage}@${tensorFlowJsVersion()}`,
    `${headersPackage}@${headersVersion}`,
  ];
  const options = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];
  runProgram('npm', ['install', '--prefix', folder, ...options, ...wanted]);
  // npm brings a second core along; without it Node finds ours, with which the backend must register.
  rmSync(join(folder, 'node_modules', '@tensorflow', 'tfjs-core'), { recursive: true });
  return wanted.join(', ');
}

function wheelFolder(folder: string): string {
  return join(folder, 'wheel');
}

/** TensorFlow's wheel from the configured Python index, unpacked. */
export function fetchWheel(folder: string): string {
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  const target = ['--target', wheelFolder(folder), '--python-version', wheel.pythonVersion];
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile'];
  const choice = ['--only-binary=:all:', '--require-hashes', '--requirement', requirements];
  runProgram('python3', ['-m', 'pip', 'install', ...options, ...target, ...choice]);
  return wheel.requirement;
}

/** Compiles the binding against the wheel's headers and keeps of the wheel what the binding needs to run. */
export function buildBinding(folder: string): string {
  const home = packageHome(folder);
  const libraryFolder = join(home, 'deps', 'lib');
  const bindingFolder = join(home, 'lib', `napi-v${nodeApiVersion}`);
  for (const made of [libraryFolder, bindingFolder]) mkdirSync(made, { recursive: true });
  const unpacked = join(wheelFolder(folder), 'tensorflow');
  for (const library of libraries) {
    renameSync(join(unpacked, library), join(libraryFolder, library));
  }
  runProgram('c++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${nodeApiVersion}`],
    ...['-I', join(folder, 'node_modules', headersPackage, 'include')],
    ...['-I', join(unpacked, 'include')],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(home, 'binding', source)),
    ...libraries.map((library) => join(libraryFolder, library)),
    // Relative to the binding: the folder can be moved.
    ...['-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', join(bindingFolder, 'tfjs_binding.node')],
  ]);
  rmSync(wheelFolder(folder), { recursive: true });
  return 'tfjs_binding.node';
}

/** A real matrix product in a process of its own, with tfjs-node out of `folder`, or as the reference finds it. */
export function probe(folder?: string): string {
  const entry = fileURLToPath(new URL('./probe-tensorflow.js', import.meta.url));
  return runProgram(process.execPath, folder === undefined ? [entry] : [entry, folder]).trim();
}
