import test from 'ava';
import { ChipProbe } from '../../../src/experiment/probe/chip-probe.js';
import { FloatProcesses } from '../../../src/experiment/reference/float-processes.js';
import { drawParameters } from '../../../src/network/parameters.js';
import { NetworkProbe } from '../../../src/reference/network-probe.js';
import { InputError } from '../../../src/units/input-error.js';
import { childNow } from '../../cases/processes.js';
import { makeJob } from '../../reference/make-job.js';
import { notChecked } from '../../support/not-checked.js';

const { topology, initial, loss, frozenLayers, test: samples, rule } = makeJob([8, 6]);
const job = { topology, rule, loss, frozenLayers, backend: 'wasm' } as const;

// Serial: no other probe of this file is there whose process could be taken for this one's.
test.serial(
  'a request to a probe that was just killed says what killed it, not that it cannot be sent',
  async (t) => {
    if (process.platform !== 'linux') {
      notChecked(t, 'only Linux shows which process is whose');
      return;
    }
    const chipProbe = new ChipProbe(job, new FloatProcesses());
    await chipProbe.alignment({ parameters: initial, samples });
    const pid = await childNow(process.pid, 'probe-process.js');
    if (pid === null) {
      t.fail('the probe has no process');
      return;
    }
    process.kill(pid, 'SIGKILL');
    await t.throwsAsync(chipProbe.alignment({ parameters: initial, samples }), {
      instanceOf: InputError,
      message: /^the process of the float probe, .* was killed \(SIGKILL\)/,
    });
  },
);

test('the process of the probe answers what the probe itself does, request by request', async (t) => {
  const chipProbe = new ChipProbe(job, new FloatProcesses());
  t.teardown(() => {
    chipProbe.close();
  });
  const local = await NetworkProbe.open(job);
  const others = drawParameters(topology, 2);
  const [first, second, signals] = await Promise.all([
    chipProbe.alignment({ parameters: initial, samples }),
    chipProbe.alignment({ parameters: others, samples }),
    chipProbe.signals({ parameters: initial, samples }, null),
  ]);
  t.deepEqual(first, await local.alignment(initial, samples));
  t.deepEqual(second, await local.alignment(others, samples));
  t.notDeepEqual(first, second);
  t.deepEqual(signals, await local.signals(initial, samples, null));
});

test('a request that cannot be answered says why, and the next one is answered', async (t) => {
  const chipProbe = new ChipProbe(job, new FloatProcesses());
  t.teardown(() => {
    chipProbe.close();
  });
  await t.throwsAsync(chipProbe.alignment({ parameters: initial.slice(0, 2), samples }), {
    instanceOf: InputError,
    message: /layer 3 has no parameters to look at/,
  });
  t.is((await chipProbe.alignment({ parameters: initial, samples })).length, 2);
});

test('a backend that is not to be had is wrong input, whenever one asks', async (t) => {
  const chipProbe = new ChipProbe({ ...job, backend: 'tensorflow-gpu' }, new FloatProcesses());
  t.teardown(() => {
    chipProbe.close();
  });
  for (let time = 0; time < 2; time += 1) {
    await t.throwsAsync(chipProbe.alignment({ parameters: initial, samples }), {
      instanceOf: InputError,
      message: /reference backend "tensorflow-gpu" cannot be had here/,
    });
  }
});

test('a probe that was closed answers no more, and says so', async (t) => {
  const chipProbe = new ChipProbe(job, new FloatProcesses());
  await chipProbe.alignment({ parameters: initial, samples });
  const late = chipProbe.alignment({ parameters: initial, samples });
  chipProbe.close();
  await t.throwsAsync(late, { message: /the float probe was closed/ });
  await t.throwsAsync(chipProbe.alignment({ parameters: initial, samples }), {
    message: /the float probe was closed/,
  });
});
