import test from 'ava';
import fc from 'fast-check';
import { drawParameters, type LayerParameters } from '../../src/network/parameters.js';
import { buildTopology } from '../../src/network/topology.js';
import { angleDegrees, meanAngle } from '../../src/reference/alignment.js';
import { openBackend } from '../../src/reference/backend/backend.js';
import { NetworkProbe, type ProbeJob } from '../../src/reference/network-probe.js';
import type { LayerAlignment, ReferenceJob } from '../../src/reference/reference-job.js';
import type { ReferenceSamples } from '../../src/reference/samples.js';
import type { RuleSpec } from '../../src/reference/rules/rules.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { makeJob, makeSamples } from './make-job.js';
import {
  at,
  makeNaiveLayers,
  naiveLoss,
  type NaiveLayer,
  visitLayer,
  visitNetwork,
} from './naive-network.js';
import { inputOf } from './naive-trainer.js';
import { feedbackKindOf, randomJobs } from './random-job.js';
import { holds } from '../support/holds.js';

/* test.serial throughout: TensorFlow.js has one backend a process. */

function degreesOf(u: readonly number[], v: readonly number[]): number | null {
  return angleDegrees(Float32Array.from(u), Float32Array.from(v));
}

function isNear(value: number | null, expected: number, tolerance: number): boolean {
  return value !== null && Math.abs(value - expected) <= tolerance;
}

async function align(
  job: ProbeJob,
  parameters: readonly LayerParameters[],
  samples: ReferenceSamples,
): Promise<readonly LayerAlignment[]> {
  return (await NetworkProbe.open(job)).alignment(parameters, samples);
}

/** Parameters with the B that a rule needs. */
function withFeedback(job: ReferenceJob, rule: RuleSpec, seed: number): ReferenceJob {
  const feedback = {
    kind: feedbackKindOf(rule),
    distribution: 'heUniform',
    widthFactors: null,
  } as const;
  const initial = drawParameters(job.topology, seed, { weights: 'uniform', feedback });
  return { ...job, rule, initial };
}

test('angles between vectors made by hand, from 0 to 180 degrees', (t) => {
  t.is(degreesOf([3, 4], [3, 4]), 0);
  t.true(isNear(degreesOf([1, 0], [1, 1]), 45, 1e-9));
  t.true(isNear(degreesOf([1, 0], [0, 7]), 90, 1e-9));
  t.true(isNear(degreesOf([0, 0, 2], [1, 0, -Math.sqrt(3)]), 150, 1e-5)); // √3 in float32.
  t.true(isNear(degreesOf([1, 2], [-2, -4]), 180, 1e-9));
  // tan 10⁻⁶ = 10⁻⁶ to 12 digits; an arc cosine would answer 0 or 1.2·10⁻⁶.
  t.true(isNear(degreesOf([1, 0], [1, 1e-6]), (180 / Math.PI) * 1e-6, 1e-11));
});

test('a vector of zeros, and one that is not finite, has no angle', (t) => {
  t.is(degreesOf([0, 0], [1, 2]), null);
  t.is(degreesOf([1, 2], [0, 0]), null);
  t.is(degreesOf([NaN, 1], [1, 2]), null);
  t.is(degreesOf([1, 1], [Infinity, 2]), null);
});

test('the mean is that of the angles of the rows, those without one left out and not counted', (t) => {
  const u = Float32Array.of(1, 0, 5, 0, 0, 0, 1, 0);
  const v = Float32Array.of(0, 1, 2, 0, 1, 1, 1, 1);
  const { degrees, sampleCount } = meanAngle(u, v, 4);
  t.true(isNear(degrees, (90 + 0 + 45) / 3, 1e-9));
  t.is(sampleCount, 3);
  t.deepEqual(meanAngle(Float32Array.of(0), Float32Array.of(1), 1), {
    degrees: null,
    sampleCount: 0,
  });
});

test.serial(
  'one hidden layer of two neurons has the angle that was worked out by hand',
  async (t) => {
    // h = tanh(0) = 0 and y = 1/2, so δz = (1/2, −1/2) for class 1, and BP's δh = W·δz = (1/2, −1/2).
    const job = makeJob([2]);
    const topology = buildTopology(
      [
        { type: 'fc', neurons: 2 },
        { type: 'fc', neurons: 2 },
      ],
      2,
      2,
      { hidden: 'tanh', output: 'sigmoid' },
    );
    const biases = new Float32Array(2);
    const samples = {
      sampleCount: 1,
      features: Uint8Array.of(1, 2),
      featureScale: 0.5,
      labels: Uint8Array.of(1),
    };
    for (const [row, degrees] of [
      [[1, 0], 45],
      [[3, -3], 0],
      [[0, 1], 135],
      [[-2, 2], 180],
    ] as const) {
      const feedback = Float32Array.of(9, 9, ...row);
      const parameters = [
        { weights: new Float32Array(4), biases, feedback },
        { weights: Float32Array.of(1, 0, 0, 1), biases, feedback: null },
      ];
      const [layer] = await align({ ...job, topology }, parameters, samples);
      t.is(layer?.sampleCount, 1);
      t.true(isNear(layer?.degrees ?? null, degrees, 1e-4), `${layer?.degrees ?? 'none'}`);
    }
  },
);

test.serial('bp has no angle to itself, whatever network, loss and activation', async (t) => {
  await holds(
    t,
    fc.asyncProperty(randomJobs, async (random) => {
      const job = { ...random, rule: { name: 'bp' as const }, frozenLayers: [] };
      for (const { degrees } of await align(job, job.initial, job.test)) {
        t.true(degrees === null || degrees === 0);
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});

test.serial('fa with B = W, and dfa with B = Wᵀ on the last hidden layer, are bp', async (t) => {
  const base = makeJob([20, 15]);
  const fa = { ...base, rule: { name: 'fa' as const } };
  const faParameters = fa.initial.map((parameters, index) => ({
    ...parameters,
    feedback: fa.initial[index + 1]?.weights ?? null,
  }));
  const angles = await align(fa, faParameters, fa.test);
  t.is(angles.length, 2);
  for (const { degrees, sampleCount } of angles) {
    t.true(isNear(degrees, 0, 1e-3));
    t.is(sampleCount, 150);
  }
  const [classCount, neuronCount] = [3, 15];
  const last = at(base.initial, 2).weights;
  const transposed = Float32Array.from({ length: classCount * neuronCount }, (_, index) =>
    at(last, (index % neuronCount) * classCount + Math.floor(index / neuronCount)),
  );
  const dfaParameters = base.initial.map((parameters, index) =>
    index === 1 ? { ...parameters, feedback: transposed } : parameters,
  );
  const [, top] = await align({ ...base, rule: { name: 'dfa' } }, dfaParameters, base.test);
  t.true(isNear(top?.degrees ?? null, 0, 1e-3));
});

test.serial(
  'a random B is at right angles to W in wide layers that have learned nothing',
  async (t) => {
    // The angle of random directions in n dimensions is 90° ± 57.3°/√n: 1.8° for n = 1000; three classes are three rows.
    for (const name of ['drtp', 'dfa', 'sdfa', 'fa'] as const) {
      const job = withFeedback(makeJob([1000, 1000]), { name }, 3);
      const angles = await align(job, job.initial, job.test);
      for (const { degrees } of angles) {
        t.true(isNear(degrees, 90, 6), `${name}: ${degrees ?? 'none'}`);
      }
    }
  },
);

test.serial(
  'label-selected defp with a fresh visit points where drtp points; the full vector does not',
  async (t) => {
    const job = makeJob([12, 9]);
    const of = async (rule: RuleSpec) => (await align({ ...job, rule }, job.initial, job.test))[1];
    const drtp = (await of({ name: 'drtp' }))?.degrees ?? NaN;
    for (const variant of ['error', 'loss', 'lossValue', 'aggregated'] as const) {
      const defp = await of({ name: 'defp', variant, init: 'targets' });
      t.true(isNear(defp?.degrees ?? null, drtp, 1e-3), variant);
    }
    const whole = await of({ name: 'defp', variant: 'fullVector', init: 'targets' });
    // y* − y in the place of y − y*: dfa's angle, seen from behind.
    const dfa = (await of({ name: 'dfa' }))?.degrees ?? NaN;
    t.true(isNear(whole?.degrees ?? null, 180 - dfa, 1e-3));
    t.false(isNear(whole?.degrees ?? null, drtp, 0.1));
  },
);

/** J of a sample whose layer `index` has these h: pooled, then passed through the layers above, in float64. */
function lossFrom(
  layers: readonly NaiveLayer[],
  index: number,
  h: readonly number[],
  job: ReferenceJob,
  label: number,
): number {
  let x = at(layers, index).windows.map((window) => Math.max(...window.map((n) => at(h, n))));
  for (const layer of layers.slice(index + 1)) x = [...visitLayer(layer, x).output];
  return naiveLoss(job.loss, x, label);
}

/** ∂J/∂h of layer `index` by central differences, which knows nothing of back-propagation. */
function slopes(
  layers: readonly NaiveLayer[],
  index: number,
  job: ReferenceJob,
  sample: number,
): number[] {
  const label = at(job.test.labels, sample);
  const { h } = at(visitNetwork(layers, inputOf(job, sample)), index);
  const step = 1e-5;
  return h.map((value, neuron) => {
    const [up, down] = [step, -step].map((change) =>
      lossFrom(layers, index, h.with(neuron, value + change), job, label),
    );
    return ((up ?? NaN) - (down ?? NaN)) / (2 * step);
  });
}

test.serial(
  "drtp's angle is that of row c of B to the slope of the loss by differences, FC and CONV, before pooling (rules, table)",
  async (t) => {
    // Differences need a slope: no relu, and no padding, around which whole windows are tied.
    const smooth = randomJobs.filter(({ topology: { layers } }) =>
      layers.every(
        (layer) => layer.activation !== 'relu' && (layer.kind === 'fc' || layer.padding === 0),
      ),
    );
    let angleCount = 0;
    await holds(
      t,
      fc.asyncProperty(smooth, async (random) => {
        const job = { ...withFeedback(random, { name: 'drtp' }, 5), frozenLayers: [] };
        const layers = makeNaiveLayers(job.topology, job.initial);
        const angles = await align(job, job.initial, job.test);
        for (const [index, { degrees }] of angles.entries()) {
          const { neuronCount } = at(layers, index).spec;
          const feedback = at(job.initial, index).feedback ?? new Float32Array();
          const expected = Array.from({ length: job.test.sampleCount }, (_, sample) => {
            const label = at(job.test.labels, sample);
            const row = feedback.subarray(label * neuronCount, (label + 1) * neuronCount);
            const slope = slopes(layers, index, job, sample);
            const dot = slope.reduce((sum, value, n) => sum + value * at(row, n), 0);
            return Math.acos(
              Math.max(-1, Math.min(1, dot / (Math.hypot(...slope) * Math.hypot(...row)))),
            );
          });
          const mean = expected.reduce((sum, angle) => sum + angle, 0) / expected.length;
          angleCount += 1;
          t.true(isNear(degrees, (180 / Math.PI) * mean, 0.05), `${degrees ?? 'none'}`);
        }
      }),
      { seed: 4, numRuns: 25 },
    );
    t.true(angleCount > 10);
  },
);

test.serial('shallow and frozen layers have no angle, since they do not learn', async (t) => {
  const job = makeJob([8, 6]);
  const none = { degrees: null, sampleCount: 0 };
  const shallow = await align({ ...job, rule: { name: 'shallow' } }, job.initial, job.test);
  t.deepEqual(shallow, [
    { layer: 1, ...none },
    { layer: 2, ...none },
  ]);
  const [first, second] = await align({ ...job, frozenLayers: [1] }, job.initial, job.test);
  t.deepEqual(first, { layer: 1, ...none });
  t.is(second?.sampleCount, 150);
});

test.serial(
  'a training is probed after every epoch on the first samples of the test set, and not changed by it',
  async (t) => {
    const job = makeJob([8, 6], { epochs: 2, test: makeSamples(40, 6, 3) });
    const plain = await trainReference(job);
    const probed = await trainReference({ ...job, probeSampleCount: 10 });
    t.deepEqual(probed.parameters, plain.parameters);
    t.deepEqual(
      plain.epochs.map(({ alignment }) => alignment),
      [[], []],
    );
    t.true(probed.epochs.every(({ alignment }) => alignment.length === 2));
    // The last epoch's angles are those of the parameters that the training returns.
    const { features, ...rest } = job.test;
    const ten = { ...rest, sampleCount: 10, features: features.subarray(0, 60) };
    const first = { ...ten, labels: job.test.labels.subarray(0, 10) };
    t.deepEqual(probed.epochs[1]?.alignment, await align(job, probed.parameters, first));
    t.notDeepEqual(probed.epochs[0]?.alignment, probed.epochs[1]?.alignment);
    const all = await trainReference({ ...job, probeSampleCount: 1000 });
    t.is(all.epochs[0]?.alignment[0]?.sampleCount, 40);
  },
);

test.serial('probing leaves no tensor behind, also where it fails', async (t) => {
  const { tf } = await openBackend('wasm');
  const before = tf.memory().numTensors;
  await holds(
    t,
    fc.asyncProperty(randomJobs, async (job) => {
      await align({ ...job, backend: 'wasm' }, job.initial, job.test);
      t.is(tf.memory().numTensors, before);
    }),
    { seed: 2, numRuns: 40 },
  );
  const job = makeJob([4]);
  await t.throwsAsync(align(job, job.initial.slice(0, 1), job.test), {
    message: 'reference: layer 2 has no parameters to look at; give those of all 2 layers',
  });
  t.is(tf.memory().numTensors, before);
});
