import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';

const requireHere = createRequire(import.meta.url);

/**
 * Where `npm run setup:tensorflow` puts tfjs-node and what it needs: in the `node_modules` that holds TensorFlow.js, so
 * that both sides find the same TensorFlow.js. npm leaves folders whose names begin with a dot alone, except that
 * `npm ci` empties all of `node_modules`.
 */
export function nativeFolder(): string {
  const tensorFlowJs = dirname(requireHere.resolve('@tensorflow/tfjs-core/package.json'));
  return join(dirname(dirname(tensorFlowJs)), '.spikeledger-tensorflow');
}

/** The first line of a thrown value's message. */
export function firstLine(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  return text.split('\n', 1).join('');
}

/**
 * tfjs-node 4.22 calls these two functions of `util` in most of its operations. Node 22 warns of them, Node 23 has them
 * no longer. They mean the same as before; only this process sees them.
 */
function restoreUtilFunctions(): void {
  Object.assign(util, {
    isArray: (value: unknown) => Array.isArray(value),
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
}

/** Loads a package that registers the backend `tensorflow`, as `load` finds it. */
function loadWith(load: NodeJS.Require, packageName: string): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'; // TensorFlow's C library greets on stderr otherwise.
  restoreUtilFunctions();
  load(packageName);
}

/** Loads a package out of `folder`/node_modules. @throws whatever stands in the way. */
export function loadFromFolder(folder: string, packageName: string): void {
  loadWith(createRequire(join(folder, 'package.json')), packageName);
}

/**
 * Loads a package that registers the backend `tensorflow`: as npm installed it, else out of `folder`.
 * @throws Error with the reasons of both places when neither serves.
 */
export function loadNativePackage(packageName: string, folder: string = nativeFolder()): void {
  try {
    loadWith(requireHere, packageName);
  } catch (reason) {
    // Without this check Node would look in the outer node_modules once more.
    if (!existsSync(join(folder, 'node_modules', packageName))) throw reason;
    try {
      loadFromFolder(folder, packageName);
    } catch (second) {
      throw new Error(`${firstLine(reason)}; from ${folder}: ${firstLine(second)}`, {
        cause: second,
      });
    }
  }
}
