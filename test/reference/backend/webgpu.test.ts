import test from 'ava';
import { loadWebGpu } from '../../../src/reference/backend/webgpu.js';

const refusals =
  /^(no GPU device, and VK_ICD_FILENAMES names no driver|no adapter: Vulkan or its driver is missing|the only adapter, .+, computes on the CPU)$/;

test('where webgpu must be a real GPU, it is one or is refused with the reason', async (t) => {
  try {
    await loadWebGpu(false);
    const host: { readonly process: object; navigator?: { gpu?: GPU } } = globalThis;
    const adapter = await host.navigator?.gpu?.requestAdapter();
    t.false(adapter?.info.isFallbackAdapter);
  } catch (reason) {
    t.true(reason instanceof Error);
    t.regex(reason instanceof Error ? reason.message : '', refusals);
  }
});
