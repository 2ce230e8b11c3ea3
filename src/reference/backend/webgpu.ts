import { existsSync } from 'node:fs';

/** Of a Linux machine with a GPU, one of these is there: Direct Rendering Manager, NVIDIA's driver, WSL. */
const gpuDevices = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'];

/** Environment variables that name a Vulkan driver, for example SwiftShader, which computes on the CPU. */
const driverVariables = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES'];

/** False where asking for an adapter can only fail: Dawn would print warnings of Vulkan's absence on stderr. */
function mayHaveAdapter(): boolean {
  return (
    process.platform !== 'linux' ||
    gpuDevices.some((device) => existsSync(device)) ||
    driverVariables.some((name) => (process.env[name] ?? '') !== '')
  );
}

/** The entry point of WebGPU, as a browser has it; made only once, since every GPU object belongs to its maker. */
async function provideGpu(): Promise<GPU> {
  const host: { readonly process: object; navigator?: { gpu?: GPU } } = globalThis;
  const present = host.navigator?.gpu;
  if (present !== undefined) return present;
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // Node 21 and later have a navigator, without gpu.
  if (host.navigator === undefined) host.navigator = {};
  Object.defineProperty(host.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

/**
 * Gives TensorFlow.js the backend `webgpu`, on Dawn (npm package `webgpu`). It reads results asynchronously only.
 * @param mayBeSoftware whether an adapter that computes on the CPU will do; it is many times slower than wasm.
 * @throws Error when there is no adapter, or only such a one.
 */
export async function loadWebGpu(mayBeSoftware: boolean): Promise<void> {
  if (!mayHaveAdapter()) {
    throw new Error('no GPU device, and VK_ICD_FILENAMES names no driver');
  }
  const gpu = await provideGpu();
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('no adapter: Vulkan or its driver is missing');
  const { isFallbackAdapter, description } = adapter.info;
  if (isFallbackAdapter && !mayBeSoftware) {
    throw new Error(`the only adapter, ${description}, computes on the CPU`);
  }
  // Registers itself only if navigator.gpu is there when it is loaded.
  await import('@tensorflow/tfjs-backend-webgpu');
}
