import {
  type BackendName,
  BackendUnavailableError,
  openBackend,
} from '../../src/reference/backend/backend.js';

const hints: Partial<Record<BackendName, string>> = {
  tensorflow: 'npm run setup:tensorflow gets it',
  webgpu: 'needs a GPU or SwiftShader',
};

async function canOpen(name: BackendName): Promise<boolean> {
  try {
    await openBackend(name);
    return true;
  } catch (reason) {
    if (!(reason instanceof BackendUnavailableError)) throw reason;
    process.stderr.write(
      `NOT TESTED on ${name} (${hints[name] ?? 'optional'}): ${reason.message}\n`,
    );
    return false;
  }
}

/** Those of `names` that this machine has, to run tests on; wasm and cpu must be there. Says on stderr what is not. */
export async function backendsHere(names: readonly BackendName[]): Promise<readonly BackendName[]> {
  const here: BackendName[] = [];
  for (const name of names) {
    if (name === 'wasm' || name === 'cpu' || (await canOpen(name))) here.push(name);
  }
  return here;
}
