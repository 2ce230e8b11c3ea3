import path from 'node:path';
import fc from 'fast-check';
import test from 'ava';
import { hashedForm, type LaterKey } from '../../../src/experiment/file/later-keys.js';
import { readExperiment } from '../../../src/experiment/file/read-experiment.js';
import { canonicalHash } from '../../../src/units/canonical-hash.js';
import { makeExperiment } from '../../cli/spikeledger.js';
import { holds } from '../../support/holds.js';

/** Experiments as users wrote them when studies were first kept, and the hashes that those had. */
const kept = {
  '0': `name: plain
dataset: { name: digits }
network: FC_16_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
`,
  '1': `name: much
dataset: { name: mnist, trainSamples: 100 }
network: [{ type: conv, channels: 4, kernel: 5, stride: 2 }, { type: fc, neurons: 10 }]
training: { rule: defp, defp: { variant: loss }, epochs: 2, learningRate: 2^-5, schedule: { name: step, everyEpochs: 1, factor: 0.5 } }
hardware: large-28nm
reference: { training: { optimizer: adam, batch: 60 } }
`,
};

test('experiments have the hashes that they had: a key added since, with a default, stands in laterKeys', async (t) => {
  const hashes = Object.values(kept).map(async (text) => {
    const file = path.join(await makeExperiment(text), 'small.yaml');
    return canonicalHash(hashedForm(readExperiment(file, []).value)).slice(0, 16);
  });
  t.deepEqual(await Promise.all(hashes), ['3cc00b8bc3e49b42', '7b63fe3bd827b72b']);
});

/** An experiment of a later version, of which only what may change is here. */
const laterKeys: readonly LaterKey[] = [
  { path: ['training', 'warmUp'], usual: 0 },
  { path: ['training', 'noise'], usual: { name: 'none' } },
  { path: ['network', 'dilation'], usual: 1 },
];

const layer = fc.record({
  neurons: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
});
const later = fc.record({
  training: fc.record({
    epochs: fc.integer({ min: 1, max: 2 }),
    warmUp: fc.constantFrom(0, 1, null),
    noise: fc.constantFrom({ name: 'none' }, { name: 'none', seed: 1 }, { name: 'uniform' }),
  }),
  network: fc.oneof(fc.constant('FC_10'), fc.array(layer, { minLength: 1, maxLength: 3 })),
});

/** A drawn experiment as the reader of hashes sees it. */
function formOf(experiment: Parameters<typeof hashedForm>[0]): object {
  return hashedForm(experiment, laterKeys);
}

test('two settings never share a hash, whatever of them is left out', (t) => {
  holds(
    t,
    fc.property(later, later, (left, right) => {
      const isOne = canonicalHash(left) === canonicalHash(right);
      return (canonicalHash(formOf(left)) === canonicalHash(formOf(right))) === isOne;
    }),
  );
  t.pass();
});

test('a later key with its default is left out, wherever it stands; any other value is not', (t) => {
  const before = { training: { epochs: 1 }, network: [{ neurons: 1 }, { neurons: 2 }] };
  const withDefaults = {
    training: { epochs: 1, warmUp: 0, noise: { name: 'none' } },
    network: [
      { neurons: 1, dilation: 1 },
      { neurons: 2, dilation: 1 },
    ],
  };
  t.deepEqual(formOf(withDefaults), before);
  t.deepEqual(formOf(before), before);
  const changed = { ...withDefaults, training: { epochs: 1, warmUp: 1, noise: { name: 'none' } } };
  t.deepEqual(formOf(changed), { ...before, training: { epochs: 1, warmUp: 1 } });
  t.deepEqual(hashedForm(withDefaults, []), withDefaults);
});
