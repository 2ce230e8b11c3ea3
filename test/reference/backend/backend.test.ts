import { spawnSync } from 'node:child_process';
import test from 'ava';
import {
  backendNames,
  BackendUnavailableError,
  openBackend,
} from '../../../src/reference/backend/backend.js';

test.serial('a backend that two ask for at once opens for both', async (t) => {
  const opened = await Promise.all([openBackend('wasm'), openBackend('wasm')]);
  t.deepEqual(
    opened.map(({ name }) => name),
    ['wasm', 'wasm'],
  );
});

for (const name of ['wasm', 'cpu'] as const) {
  test.serial(`backend ${name} opens on every machine and multiplies`, async (t) => {
    const backend = await openBackend(name);
    t.is(backend.name, name);
    t.is(backend.tf.getBackend(), name);
    const product = backend.tf.tidy(() =>
      backend.tf.matMul(backend.tf.tensor2d([[2, 3]]), backend.tf.tensor2d([[5], [7]])).arraySync(),
    );
    t.deepEqual(product, [[31]]);
  });
}

test.serial(
  'auto opens a native backend, a real GPU or wasm, and falls back to cpu only without it',
  async (t) => {
    const { name } = await openBackend('auto');
    t.true(backendNames.indexOf(name) <= backendNames.indexOf('wasm'));
  },
);

test.serial(
  'a backend asked for by name opens under that name or is refused with its reason',
  async (t) => {
    for (const name of ['tensorflow-gpu', 'tensorflow', 'webgpu'] as const) {
      try {
        t.is((await openBackend(name)).name, name);
      } catch (reason) {
        t.true(reason instanceof BackendUnavailableError);
        t.regex(
          String(reason),
          new RegExp(
            `^BackendUnavailableError: reference backend "${name}" cannot be had here \\(${name}: .+\\); docs/tensorflow\\.md says`,
          ),
        );
      }
    }
  },
);

test.serial('an unknown backend is refused with the names there are', async (t) => {
  await t.throwsAsync(openBackend('webgl'), {
    instanceOf: RangeError,
    message:
      'reference backend "webgl" is unknown; use one of auto, tensorflow-gpu, tensorflow, webgpu, wasm, cpu',
  });
});

test.serial('opening backends prints nothing', (t) => {
  const module = new URL('../../../src/reference/backend/backend.js', import.meta.url).href;
  const script = `const { openBackend } = await import(${JSON.stringify(module)});
    for (const name of ['cpu', 'wasm', 'auto']) await openBackend(name);`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  t.deepEqual([run.status, run.stdout, run.stderr], [0, '', '']);
});
