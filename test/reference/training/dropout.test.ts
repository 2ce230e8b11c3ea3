import test from 'ava';
import { dropoutMask } from '../../../src/reference/training/dropout.js';
import { trainReference } from '../../../src/reference/train-reference.js';
import { makeJob } from '../make-job.js';

const moment = { epoch: 1, batch: 0, layer: 1 };

test('a mask drops its share of inputs and scales the others so that the mean stays', (t) => {
  const mask = dropoutMask({ rate: 0.25, seed: 1 }, moment, 40_000);
  const dropped = mask.filter((factor) => factor === 0).length / 40_000;
  t.true(Math.abs(dropped - 0.25) < 5 * Math.sqrt((0.25 * 0.75) / 40_000));
  t.deepEqual(new Set(mask), new Set([0, Math.fround(4 / 3)]));
});

test('masks repeat with their seed and moment, and differ between moments', (t) => {
  const spec = { rate: 0.5, seed: 1 };
  const first = dropoutMask(spec, moment, 64);
  t.deepEqual(dropoutMask(spec, moment, 64), first);
  for (const other of [
    { ...moment, epoch: 2 },
    { ...moment, batch: 1 },
    { ...moment, layer: 2 },
  ]) {
    t.notDeepEqual(dropoutMask(spec, other, 64), first);
  }
  t.notDeepEqual(dropoutMask({ ...spec, seed: 2 }, moment, 64), first);
});

for (const name of ['bp', 'fa'] as const) {
  test.serial(
    `${name} changes nothing around a hidden unit that is dropped, in one step of one sample`,
    async (t) => {
      const plain = makeJob([8]);
      const dropout = { rate: 0.5, seed: 4 };
      const second = plain.initial[1]?.weights ?? null;
      const initial = plain.initial.map((parameters, index) => ({
        ...parameters,
        feedback: name === 'fa' && index === 0 ? second : null,
      }));
      const orders = (): Uint32Array => Uint32Array.of(3);
      const { parameters } = await trainReference({
        ...plain,
        rule: { name },
        initial,
        dropout,
        orders,
      });
      const inputMask = dropoutMask(dropout, moment, 6);
      const hiddenMask = dropoutMask(dropout, { ...moment, layer: 2 }, 8);
      t.true(hiddenMask.includes(0) && hiddenMask.includes(2));
      const features = plain.train.features.subarray(18, 24);
      hiddenMask.forEach((hidden, neuron) => {
        const bias = parameters[0]?.biases[neuron] ?? NaN;
        t.is(bias === initial[0]?.biases[neuron], hidden === 0, `bias ${neuron}`);
        inputMask.forEach((kept, input) => {
          const index = input * 8 + neuron;
          const isChanged = parameters[0]?.weights[index] !== initial[0]?.weights[index];
          t.is(isChanged, hidden !== 0 && kept !== 0 && features[input] !== 0, `weight ${index}`);
        });
        const outgoing = [0, 1, 2].map((output) => neuron * 3 + output);
        const areChanged = outgoing.map(
          (index) => parameters[1]?.weights[index] !== second?.[index],
        );
        t.deepEqual(
          areChanged,
          outgoing.map(() => hidden !== 0),
        );
      });
    },
  );
}

test.serial(
  'the same job with dropout gives the same bytes, and other bytes than without',
  async (t) => {
    const job = makeJob([8], { batch: 10, dropout: { rate: 0.2, seed: 1 } });
    const first = await trainReference(job);
    t.deepEqual(await trainReference(job), first);
    t.notDeepEqual(await trainReference({ ...job, dropout: { rate: 0, seed: 1 } }), first);
  },
);
