import test from 'ava';
import fc from 'fast-check';
import type { LayerParameters } from '../../src/network/parameters.js';
import { openBackend } from '../../src/reference/backend/backend.js';
import { lossReductions } from '../../src/reference/loss.js';
import type {
  ReferenceEpoch,
  ReferenceJob,
  ReferenceStep,
} from '../../src/reference/reference-job.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { backendsHere } from './backends.js';
import { fileOrder, largestDeviation, makeJob, makeSamples } from './make-job.js';
import { trainNaively } from './naive-trainer.js';
import { holds } from '../support/holds.js';

/* test.serial throughout: TensorFlow.js has one backend a process. */

/** Without webgpu, which takes a second or more to compile its programs for new shapes where the GPU is software. */
const quickBackends = await backendsHere(['tensorflow', 'wasm', 'cpu']);
const allBackends = [...quickBackends, ...(await backendsHere(['webgpu']))];

/** A 2-2-2 network that starts at zero, its feedback rows, and one sample (0.5, 1) of class 1. */
function makeZeroJob(overrides: Partial<ReferenceJob> = {}): ReferenceJob {
  const layer = { kind: 'fc', inputCount: 2, neuronCount: 2 } as const;
  const zero = { weights: new Float32Array(4), biases: new Float32Array(2) };
  const sample = {
    sampleCount: 1,
    features: Uint8Array.of(1, 2),
    featureScale: 0.5,
    labels: Uint8Array.of(1),
  };
  return makeJob([2], {
    topology: {
      inputCount: 2,
      layers: [
        { ...layer, activation: 'tanh' },
        { ...layer, activation: 'sigmoid' },
      ],
    },
    initial: [
      { ...zero, feedback: Float32Array.of(8, 8, 1, -2) },
      { ...zero, feedback: null },
    ],
    learningRate: 0.5,
    orders: fileOrder(1),
    train: sample,
    test: sample,
    ...overrides,
  });
}

function flat(parameters: readonly LayerParameters[]): number[] {
  return parameters.flatMap(({ weights, biases }) => [...weights, ...biases]);
}

test.serial(
  'one DRTP step from zero is what the equations give by hand (thesis eq. 3.14, 2.6)',
  async (t) => {
    const { parameters } = await trainReference(makeZeroJob());
    // h = tanh(0) = 0 and f' = 1, so δz = row 1 of B = (1, −2) and ΔW = −η·xᵀ·δz; y = 1/2, so δz = (1/2, −1/2) and ΔW = 0.
    t.deepEqual([...(parameters[0]?.weights ?? [])], [-0.25, 0.5, -0.5, 1]);
    t.deepEqual([...(parameters[0]?.biases ?? [])], [-0.5, 1]);
    t.deepEqual([...(parameters[1]?.weights ?? [])], [0, 0, 0, 0]);
    t.deepEqual([...(parameters[1]?.biases ?? [])], [-0.25, 0.25]);
  },
);

test.serial(
  'the mse step carries 2·f′ and the mean divides the output only (spec §2.6, step 3)',
  async (t) => {
    const { parameters } = await trainReference(
      makeZeroJob({ loss: 'mse', lossReduction: 'mean' }),
    );
    // δz = 2·(±1/2)·(1/4)/(1·2) = ±1/8; the hidden layer learns as before.
    t.deepEqual([...(parameters[1]?.biases ?? [])], [-0.0625, 0.0625]);
    t.deepEqual([...(parameters[0]?.biases ?? [])], [-0.5, 1]);
  },
);

test.serial(
  'the training error judges a sample before its own update, the test error after the epoch',
  async (t) => {
    const records: ReferenceEpoch[] = [];
    const losses: number[] = [];
    const job = makeZeroJob({ epochs: 2, judgedSampleCount: 1 });
    const { epochs } = await trainReference(job, {
      epoch: (record) => records.push(record),
      step: ({ loss }) => losses.push(loss),
    });
    const [first, second] = epochs;
    // The one sample is trained and tested on: what epoch 1 leaves is what epoch 2 finds before its update.
    const left = first?.testLoss ?? NaN;
    // Both in float32, whose last bit is 2^-24 of the value: a pass and a block add in another order.
    t.true(Math.abs(left - (losses[1] ?? NaN)) < 2 ** -22 * left);
    t.true(left < Math.log(4) && (second?.testLoss ?? NaN) < left, '2·log 2 before any update');
    // Equal outputs predict class 0, the label is 1: wrong before the first update, right after it.
    t.deepEqual(epochs, [
      {
        ...{ epoch: 1, trainErrorPercent: 100, testErrorPercent: 0, alignment: [] },
        ...{ testLoss: left, trainAfter: { errorPercent: 0, loss: left } },
      },
      {
        ...{ epoch: 2, trainErrorPercent: 0, testErrorPercent: 0, alignment: [] },
        ...{ testLoss: second?.testLoss, trainAfter: { errorPercent: 0, loss: second?.testLoss } },
      },
    ]);
    t.deepEqual(records, epochs);
  },
);

test.serial(
  'training agrees with update after update in float64, whatever the network, batch and loss',
  async (t) => {
    await holds(
      t,
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
        fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 151 })),
        fc.constantFrom('bce' as const, 'mse' as const),
        fc.constantFrom(...lossReductions),
        fc.constantFrom(...quickBackends),
        async (hidden, batch, loss, lossReduction, backend) => {
          const job = makeJob(hidden, { batch, loss, lossReduction, backend, epochs: 2 });
          const { parameters } = await trainReference(job);
          trainNaively(job).forEach((expected, index) => {
            // 300 updates, each rounded to 2^-24 of values below 4, in another order of summation: 1.6e-6 was seen.
            const { weights, biases } = parameters[index] ?? { weights: [], biases: [] };
            t.true(largestDeviation(weights, expected.weights) < 1e-5);
            t.true(largestDeviation(biases, expected.biases) < 1e-5);
          });
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  },
);

test.serial('a block of online learning equals one update at a time, run by run', async (t) => {
  const whole = makeJob([8, 5]);
  const { parameters } = await trainReference(whole);
  let stepped = whole.initial;
  for (let sample = 0; sample < whole.train.sampleCount; sample += 1) {
    const orders = (): Uint32Array => Uint32Array.of(sample);
    ({ parameters: stepped } = await trainReference({ ...whole, initial: stepped, orders }));
  }
  t.true(largestDeviation(flat(parameters), flat(whole.initial)) > 0.1);
  // Same arithmetic in another order of summation: 150 roundings of 2^-24 of values near 1.
  t.true(largestDeviation(flat(parameters), flat(stepped)) < 1e-5);
});

for (const backend of allBackends.filter((name) => name !== 'cpu')) {
  test.serial(`${backend} trains the parameters that cpu trains`, async (t) => {
    const job = makeJob([8, 5], { backend });
    const { parameters, backend: used } = await trainReference(job);
    const cpu = await trainReference({ ...job, backend: 'cpu' });
    t.is(used, backend);
    t.true(largestDeviation(flat(parameters), flat(cpu.parameters)) < 1e-5);
  });
}

for (const backend of allBackends) {
  test.serial(
    `the same job gives the same bytes on ${backend} and leaves its initial parameters alone`,
    async (t) => {
      const job = makeJob([8], { backend });
      const before = flat(job.initial);
      const first = await trainReference(job);
      t.deepEqual(await trainReference(job), first);
      t.deepEqual(flat(job.initial), before);
    },
  );

  test.serial(`no tensor outlives a training on ${backend}, finished or broken off`, async (t) => {
    const { tf } = await openBackend(backend);
    const before = tf.memory().numTensors;
    for (const batch of [1, 70]) {
      const job = makeJob([5, 4], { backend, batch, epochs: 2 });
      await trainReference(job, { step: () => undefined });
      t.is(tf.memory().numTensors, before);
      const strange = { ...job, orders: () => Uint32Array.of(0, 150) };
      await t.throwsAsync(trainReference(strange), {
        instanceOf: RangeError,
        message: 'reference: sample 150 was asked for; samples are 0..149',
      });
      t.is(tf.memory().numTensors, before);
    }
  });
}

test.serial('float features with scale 1 are bytes times their scale', async (t) => {
  const bytes = makeJob([4]);
  const floats = {
    ...bytes.train,
    features: Float32Array.from(bytes.train.features, (feature) => feature / 16),
    featureScale: 1,
  };
  t.deepEqual(
    await trainReference({ ...bytes, train: floats, test: floats }),
    await trainReference(bytes),
  );
});

test.serial('a step reports loss and outputs before its update, summed or averaged', async (t) => {
  const report = async (overrides: Partial<ReferenceJob>): Promise<ReferenceStep[]> => {
    const steps: ReferenceStep[] = [];
    await trainReference(makeZeroJob(overrides), { step: (step) => steps.push(step) });
    return steps;
  };
  // Both outputs are 1/2: −ln(1/2) each for bce, 1/4 each for mse.
  t.deepEqual(await report({}), [{ loss: 2 * Math.LN2, outputs: Float32Array.of(0.5, 0.5) }]);
  t.is((await report({ loss: 'mse' }))[0]?.loss, 0.5);
  t.is((await report({ loss: 'mse', lossReduction: 'mean' }))[0]?.loss, 0.25);
});

test.serial('bce costs 100 where an output saturates on the wrong side (PyTorch)', async (t) => {
  const job = makeZeroJob();
  const saturated = job.initial.map((layer) => ({ ...layer, biases: Float32Array.of(200, -200) }));
  const losses: number[] = [];
  // Label 1, outputs 1 and 0: both are wrong, 100 each.
  await trainReference({ ...job, initial: saturated }, { step: ({ loss }) => losses.push(loss) });
  t.deepEqual(losses, [200]);
});

test.serial('progress grows to all samples of all epochs', async (t) => {
  const samples = makeSamples(2500, 6, 3);
  const done: number[] = [];
  await trainReference(
    makeJob([2], { train: samples, test: samples, orders: fileOrder(2500), epochs: 2 }),
    {
      progress: (samplesDone, samplesTotal) => {
        t.is(samplesTotal, 5000);
        done.push(samplesDone);
      },
    },
  );
  t.deepEqual(done, [1024, 2048, 2500, 3524, 4548, 5000]);
});

test.serial('an epoch without samples is refused', async (t) => {
  await t.throwsAsync(trainReference(makeJob([2], { orders: () => new Uint32Array(0) })), {
    instanceOf: RangeError,
    message: 'reference: the order of epoch 1 is empty; show at least one sample',
  });
});

test.serial(
  'a training that leaves no finite numbers ends there, and the epoch is no result (issue 12)',
  async (t) => {
    const job = makeZeroJob();
    const [hidden, output] = job.initial;
    const initial = [hidden, output].flatMap((layer) =>
      layer === undefined ? [] : [{ ...layer, biases: Float32Array.of(NaN, NaN) }],
    );
    const samples = { ...job.train, labels: Uint8Array.of(0) };
    const result = await trainReference({ ...job, initial, train: samples, test: samples });
    t.deepEqual([result.epochs, result.divergedInEpoch], [[], 1]);
  },
);
