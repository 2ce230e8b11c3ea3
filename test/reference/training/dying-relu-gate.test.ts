import test from 'ava';
import { openBackend } from '../../../src/reference/backend/backend.js';
import { DyingReluGate } from '../../../src/reference/training/dying-relu-gate.js';

/** Which of two units are open after each epoch, for their largest h in the batches of the epochs. */
async function openUnits(
  isPermanent: boolean,
  epochs: readonly (readonly (readonly [number, number])[])[],
): Promise<number[][]> {
  const { tf } = await openBackend('cpu');
  const before = tf.memory().numTensors;
  const gate = new DyingReluGate(tf, isPermanent, 2);
  const found: number[][] = [];
  for (const batches of epochs) {
    for (const largest of batches) {
      tf.tidy(() => {
        gate.observe(tf.tensor2d([[...largest]]));
      });
    }
    await gate.endEpoch();
    found.push([...gate.gate(Float32Array.of(1, 1))]);
  }
  if (tf.memory().numTensors !== before) throw new Error('the gate keeps a tensor');
  return found;
}

const epochs = [
  [
    [0, 0],
    [0, 2],
  ],
  [
    [3, 0],
    [0, 0],
  ],
] as const;

test.serial('a unit is open while any sample of the epoch before woke it', async (t) => {
  t.deepEqual(await openUnits(false, epochs), [
    [0, 1],
    [1, 0],
  ]);
});

test.serial('a permanent gate never opens again', async (t) => {
  t.deepEqual(await openUnits(true, epochs), [
    [0, 1],
    [0, 0],
  ]);
});

test.serial(
  'a gate keeps no tensor when it is disposed of in the middle of an epoch',
  async (t) => {
    const { tf } = await openBackend('cpu');
    const before = tf.memory().numTensors;
    const gate = new DyingReluGate(tf, false, 1);
    tf.tidy(() => {
      gate.observe(tf.tensor2d([[1]]));
    });
    t.is(tf.memory().numTensors, before + 1);
    gate.dispose();
    t.is(tf.memory().numTensors, before);
  },
);
