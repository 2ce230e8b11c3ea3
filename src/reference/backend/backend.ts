import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { firstLine, loadNativePackage } from './native-package.js';
import { loadWebGpu } from './webgpu.js';

/** The core of TensorFlow.js, without its layers, data and converter; loaded only when a reference runs. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** Backends in the order in which `auto` tries them, fastest first. */
export const backendNames = ['tensorflow-gpu', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
/** Name of a backend of TensorFlow.js. */
export type BackendName = (typeof backendNames)[number];
export const backendRequests = ['auto', ...backendNames] as const;
export type BackendRequest = (typeof backendRequests)[number];

/** TensorFlow.js with a backend that has proved that it multiplies. */
export interface ReferenceBackend {
  readonly name: BackendName;
  readonly tf: TensorFlow;
}

/** A backend was asked for by name and this machine does not have it. */
export class BackendUnavailableError extends Error {
  override readonly name = 'BackendUnavailableError';
}

/** Optional packages that register the backend `tensorflow` when they are loaded. */
const nativePackages: Partial<Record<BackendName, string>> = {
  'tensorflow-gpu': '@tensorflow/tfjs-node-gpu',
  tensorflow: '@tensorflow/tfjs-node',
};

async function loadWasm(): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve(
    '@tensorflow/tfjs-backend-wasm/package.json',
  );
  setWasmPaths(join(dirname(entry), 'dist') + sep);
}

/** [1 2; 3 4]² = [7 10; 15 22]: a binding can load and still fail at its first operation. */
async function multipliesRightly(tf: TensorFlow): Promise<boolean> {
  const product = tf.tidy(() => {
    const matrix = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    return tf.matMul(matrix, matrix);
  });
  try {
    return (await product.data()).join() === '7,10,15,22';
  } finally {
    product.dispose();
  }
}

/** @throws whatever stands in the way: package missing, binding broken, wrong product, no GPU where `isAuto` wants one. */
async function activate(tf: TensorFlow, name: BackendName, isAuto: boolean): Promise<void> {
  const packageName = nativePackages[name];
  if (packageName !== undefined) loadNativePackage(packageName);
  // WebGPU hands small operands to the cpu backend where there is one.
  if (name === 'cpu' || name === 'webgpu') await import('@tensorflow/tfjs-backend-cpu');
  if (name === 'webgpu') await loadWebGpu(!isAuto);
  if (name === 'wasm') await loadWasm();
  const isSet = await tf.setBackend(packageName === undefined ? name : 'tensorflow');
  if (!isSet) throw new Error('TensorFlow.js could not start it');
  if (!(await multipliesRightly(tf))) throw new Error('it multiplies two small matrices wrongly');
}

/** The last opening that was asked for: while one is under way, TensorFlow.js has no backend at all. */
let opening: Promise<unknown> = Promise.resolve();

/**
 * Opens the backend asked for; `auto` takes the first of `backendNames` that multiplies a small matrix rightly, and
 * webgpu only on a real GPU.
 * TensorFlow.js has one backend a process: whoever opens another moves all later work to it.
 * @throws RangeError when there is no backend of that name.
 * @throws BackendUnavailableError when a backend was named (not `auto`) and cannot be had here.
 */
export async function openBackend(requested: string): Promise<ReferenceBackend> {
  const candidates = backendNames.filter((name) => requested === 'auto' || requested === name);
  if (candidates.length === 0) {
    throw new RangeError(
      `reference backend "${requested}" is unknown; use one of ${backendRequests.join(', ')}`,
    );
  }
  const open = () => openFirst(candidates, requested);
  const opened = opening.then(open, open);
  opening = opened;
  return opened;
}

async function openFirst(
  candidates: readonly BackendName[],
  requested: string,
): Promise<ReferenceBackend> {
  const tf = await import('@tensorflow/tfjs-core');
  tf.enableProdMode(); // No banner, no checks of every tensor.
  const failures: string[] = [];
  for (const name of candidates) {
    try {
      await activate(tf, name, requested === 'auto');
      return { name, tf };
    } catch (reason) {
      failures.push(`${name}: ${firstLine(reason)}`);
    }
  }
  throw new BackendUnavailableError(
    `reference backend "${requested}" cannot be had here (${failures.join('; ')}); docs/tensorflow.md says how to get it, or use auto`,
  );
}
