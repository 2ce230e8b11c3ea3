import test from 'ava';
import { drawFeedback } from '../../../src/network/feedback.js';
import type { LayerParameters } from '../../../src/network/parameters.js';
import type { ReferenceJob, ReferenceResult } from '../../../src/reference/reference-job.js';
import { trainReference } from '../../../src/reference/train-reference.js';
import { largestDeviation, makeJob } from '../make-job.js';

const draw = { distribution: 'heNormal', widthFactors: null } as const;

function feedbackOf(result: ReferenceResult, index = 0): Float32Array {
  return result.parameters[index]?.feedback ?? new Float32Array();
}

/** B of the first layer after 1, 2, … epochs. */
async function feedbackByEpoch(job: ReferenceJob, epochs: number): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  for (let count = 1; count <= epochs; count += 1) {
    found.push(feedbackOf(await trainReference({ ...job, epochs: count })));
  }
  return found;
}

test.serial('redrawn B changes before epochs n + 1, 2n + 1, … and never else', async (t) => {
  const job = makeJob([4], { feedback: { kind: 'redrawn', everyEpochs: 2, draw, seed: 9 } });
  const byEpoch = await feedbackByEpoch(job, 5);
  const third = drawFeedback(
    job.topology,
    0,
    { ...draw, kind: 'classes' },
    '9/layer1/feedback/epoch3',
  );
  t.deepEqual(byEpoch[0], job.initial[0]?.feedback);
  t.deepEqual(byEpoch[1], byEpoch[0]);
  t.deepEqual(byEpoch[2], third);
  t.deepEqual(byEpoch[3], byEpoch[2]);
  t.notDeepEqual(byEpoch[4], byEpoch[3]);
});

test.serial('B is redrawn after the training loss has stood still for its patience', async (t) => {
  const frozen = [1, 2]; // Nothing learns, so every epoch has the same loss.
  const feedback = { kind: 'redrawnOnPlateau', patience: 1, draw, seed: 9 } as const;
  const byEpoch = await feedbackByEpoch(makeJob([4], { feedback, frozenLayers: frozen }), 5);
  t.deepEqual(byEpoch[0], byEpoch[1]);
  t.deepEqual(byEpoch[1], byEpoch[2]);
  t.notDeepEqual(byEpoch[3], byEpoch[2]);
  t.deepEqual(byEpoch[4], byEpoch[3]);
});

/** (rows × columns)·(columns × …) in float64, row-major. */
function product(left: Float32Array, right: Float32Array, columns: number): number[] {
  const width = right.length / columns;
  return Array.from({ length: (left.length / columns) * width }, (_, index) => {
    const row = Math.floor(index / width);
    let sum = 0;
    for (let inner = 0; inner < columns; inner += 1) {
      sum += (left[row * columns + inner] ?? NaN) * (right[inner * width + (index % width)] ?? NaN);
    }
    return sum;
  });
}

function transposed(values: readonly number[], columns: number): number[] {
  const rows = values.length / columns;
  return values.map(
    (_, index) => values[(index % rows) * columns + Math.floor(index / rows)] ?? NaN,
  );
}

/** Frozen layers keep the weights that B is set to. */
function makeTransported(
  rule: ReferenceJob['rule'],
  frozenLayers: readonly number[],
): ReferenceJob {
  const feedback = { kind: 'transported', everyEpochs: 1 } as const;
  const job = makeJob([5, 4], { rule, feedback, frozenLayers, batch: 10 });
  if (rule.name !== 'fa') return job;
  const initial = job.initial.map((parameters, index): LayerParameters => {
    const shaped = job.initial[index + 1]?.weights.length;
    return { ...parameters, feedback: shaped === undefined ? null : new Float32Array(shaped) };
  });
  return { ...job, initial };
}

for (const [rule, sign] of [
  [{ name: 'dfa' }, 1],
  [{ name: 'sdfa' }, 1],
  [{ name: 'drtp' }, -1],
  [{ name: 'defp', variant: 'error', init: 'targets' }, -1],
] as const) {
  test.serial(
    `transported B of ${rule.name} is ${sign}·W_k·…·W_{i+1} (thesis eq. 4.4)`,
    async (t) => {
      const job = makeTransported(rule, [1, 2, 3]);
      const result = await trainReference(job);
      const [, second, third] = job.initial.map(({ weights }) => weights);
      const whole = product(second ?? new Float32Array(), third ?? new Float32Array(), 4);
      const expected = transposed(whole, 3).map((value) => sign * value);
      t.true(largestDeviation(feedbackOf(result), expected) < 1e-6);
      const last = transposed([...(third ?? [])], 3).map((value) => sign * value);
      t.deepEqual([...feedbackOf(result, 1)], last);
    },
  );
}

test.serial('FA with B transported before every epoch is BP, in one update an epoch', async (t) => {
  const job = makeTransported({ name: 'fa' }, []);
  const one = { batch: 150, epochs: 3 };
  const bare = job.initial.map((parameters) => ({ ...parameters, feedback: null }));
  const fa = await trainReference({ ...job, ...one });
  const bp = await trainReference({
    ...job,
    ...one,
    rule: { name: 'bp' },
    initial: bare,
    feedback: { kind: 'fixed' },
  });
  t.deepEqual(
    fa.parameters.map(({ weights }) => weights),
    bp.parameters.map(({ weights }) => weights),
  );
});

/** Hidden relu units, of which the biases of two make sure that they are silent or active on every sample. */
function makeGated(dyingReluGate: ReferenceJob['dyingReluGate']): ReferenceJob {
  const job = makeJob([3], { dyingReluGate, batch: 50 });
  const [hidden, output] = job.topology.layers;
  const [first, last] = job.initial;
  if (hidden === undefined || output === undefined || first === undefined || last === undefined) {
    throw new Error('makeJob([3]) has two layers');
  }
  return {
    ...job,
    topology: { ...job.topology, layers: [{ ...hidden, activation: 'relu' }, output] },
    initial: [{ ...first, biases: Float32Array.of(-50, 50, 50) }, last],
  };
}

test.serial(
  'a relu unit silent on a whole epoch loses its column of B in the next (thesis 4.4)',
  async (t) => {
    for (const gate of ['epoch', 'permanent'] as const) {
      const job = makeGated(gate);
      const before = [...(job.initial[0]?.feedback ?? [])];
      const [first, second] = await feedbackByEpoch(job, 2);
      t.deepEqual([...(first ?? [])], before);
      t.deepEqual(
        [...(second ?? [])],
        before.map((value, index) => (index % 3 === 0 ? 0 : value)),
      );
    }
    const open = await feedbackByEpoch(makeGated('none'), 2);
    t.deepEqual(open[1], open[0]);
  },
);
