import test from 'ava';
import fc from 'fast-check';
import { holds } from '../support/holds.js';
import { deserialize, serialize } from 'node:v8';
import { isReferenceState } from '../../src/experiment/reference/reference-state.js';
import { drawParameters } from '../../src/network/parameters.js';
import { buildTopology } from '../../src/network/topology.js';
import type { ReferenceCheckpoint, ReferenceJob } from '../../src/reference/reference-job.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { CheckpointMisfit } from '../../src/reference/training/checkpoint-form.js';
import { makeJob } from './make-job.js';
import { randomJobs } from './random-job.js';

/** Trains once undisturbed, and once more from every checkpoint of it, as it comes back from a file. */
async function resumeEverywhere(job: ReferenceJob) {
  const states: ReferenceCheckpoint[] = [];
  const whole = await trainReference(job, {
    checkpoint: async (take) => {
      states.push(deserialize(serialize(await take())) as ReferenceCheckpoint);
    },
  });
  const resumed = [];
  for (const state of states) resumed.push(await trainReference(job, {}, state));
  return { whole, states, resumed };
}

/** What a training can remember between two epochs: optimizer, schedule, B, gates, delayed errors. */
const memories: readonly (readonly [string, Partial<ReferenceJob>])[] = [
  ['plain SGD in online blocks', {}],
  ['adam with dropout', { optimizer: 'adam', batch: 8, dropout: { rate: 0.25, seed: 3 } }],
  [
    'nag on a plateau schedule',
    {
      optimizer: 'nag',
      batch: 4,
      schedule: { name: 'plateau', factor: 0.5, patience: 0 },
      learningRate: 0.5,
    },
  ],
  [
    'rmsprop with a step schedule',
    {
      optimizer: 'rmsprop',
      batch: 4,
      schedule: { name: 'step', everyEpochs: 2, factor: 0.5 },
    },
  ],
  [
    'B drawn again every second epoch',
    {
      feedback: {
        kind: 'redrawn',
        everyEpochs: 2,
        draw: { distribution: 'heUniform', widthFactors: null },
        seed: 5,
      },
    },
  ],
  [
    'B drawn again on a plateau',
    {
      learningRate: 0.5,
      feedback: {
        kind: 'redrawnOnPlateau',
        patience: 0,
        draw: { distribution: 'heUniform', widthFactors: null },
        seed: 5,
      },
    },
  ],
  ['B transported every second epoch', { feedback: { kind: 'transported', everyEpochs: 2 } }],
  ['defp with delayed errors', { rule: { name: 'defp', variant: 'loss', init: 'measure' } }],
  ['defp aggregated', { rule: { name: 'defp', variant: 'aggregated', init: 'targets' } }],
  ['defp full vector', { rule: { name: 'defp', variant: 'fullVector', init: 'targets' } }],
];

for (const [what, overrides] of memories) {
  test.serial(`a training resumed after any epoch ends with the same bits: ${what}`, async (t) => {
    const job = makeJob([5, 4], { epochs: 5, probeSampleCount: 10, ...overrides });
    const { whole, states, resumed } = await resumeEverywhere(job);
    t.is(states.length, 5);
    t.true(states.every((state) => isReferenceState(state)));
    for (const [index, result] of resumed.entries()) {
      t.deepEqual(result, whole, `after epoch ${index + 1}`);
    }
  });
}

test.serial('gates of dead relu units stay as they are over a stop', async (t) => {
  const topology = buildTopology(
    [5, 4, 3].map((neurons) => ({ type: 'fc' as const, neurons })),
    6,
    3,
    { hidden: 'relu', output: 'sigmoid' },
  );
  for (const dyingReluGate of ['epoch', 'permanent'] as const) {
    const job = makeJob([5, 4], {
      topology,
      initial: drawParameters(topology, 1),
      epochs: 5,
      // Large steps: units die.
      learningRate: 1,
      dyingReluGate,
    });
    const { whole, states, resumed } = await resumeEverywhere(job);
    const isClosed = states.some(({ memory }) =>
      memory.upkeep.openUnits.some((units) => units.includes(false)),
    );
    t.true(isClosed, 'no unit has died: nothing is tested');
    for (const result of resumed) t.deepEqual(result, whole);
  }
});

test.serial('a training of any rule, network and optimizer resumes to the same bits', async (t) => {
  await holds(
    t,
    fc.asyncProperty(randomJobs, async (job) => {
      const { whole, resumed } = await resumeEverywhere({ ...job, epochs: 3 });
      for (const result of resumed) t.deepEqual(result, whole);
    }),
    { numRuns: 25, seed: 12 },
  );
});

test.serial('a checkpoint of another backend is not gone on from', async (t) => {
  const job = makeJob([5], { epochs: 3 });
  const { whole, states } = await resumeEverywhere(job);
  const [first] = states;
  t.not(first, undefined);
  if (first === undefined) return;
  const other = { ...first, backend: 'cpu' as const, epochs: [] };
  t.deepEqual(await trainReference(job, {}, other), whole);
});

test.serial('a checkpoint with other tensors or epochs than the job has is refused', async (t) => {
  const job = makeJob([5], { epochs: 3, optimizer: 'momentum', batch: 50 });
  const { states } = await resumeEverywhere(job);
  const [first] = states;
  if (first === undefined) {
    t.fail('there is no checkpoint');
    return;
  }
  const { memory } = first;
  const [hidden, output] = memory.layers;
  if (hidden === undefined || output === undefined) {
    t.fail('a layer is missing');
    return;
  }
  const short = { ...hidden.weights, value: hidden.weights.value.slice(1) };
  const misfits = [
    { ...memory, layers: [hidden] },
    { ...memory, layers: [{ ...hidden, weights: short }, output] },
    { ...memory, layers: [{ ...hidden, weights: { ...hidden.weights, state: [] } }, output] },
    { ...memory, upkeep: { ...memory.upkeep, ungated: [] } },
    { ...memory, delayed: { kept: new Float32Array(1), epochSum: 0, epochVisits: 0, mean: 0 } },
    { ...memory, learningRate: { ...memory.learningRate, epochsDone: 2 } },
  ];
  for (const misfit of misfits) {
    const from = { ...first, memory: misfit };
    await t.throwsAsync(trainReference(job, {}, from), { instanceOf: CheckpointMisfit });
  }
  const [, , third] = states;
  await t.throwsAsync(trainReference({ ...job, epochs: 1 }, {}, third ?? null), {
    instanceOf: CheckpointMisfit,
  });
});
