/*
 * Entry of the process in which the float reference trains, beside the chip: TensorFlow.js is loaded here only, and the
 * chip keeps its core to itself.
 */
import { sampleOrder } from '../../time/seeded-order.js';
import { trainReference } from '../../reference/train-reference.js';
import { reasonOf } from '../../units/input-error.js';
import type { CheckpointFile } from '../output/checkpoint.js';
import type { ReferenceCheckpoint } from '../../reference/reference-job.js';
import type { ReferenceMessage, ReferenceOrder } from './reference-run.js';
import { referenceCheckpoint } from './reference-state.js';

const progressEveryMs = 200;
/** Least time between two checkpoints, which are written after epochs: a stop costs at most an epoch or this time. */
const checkpointEveryMs = 500;

function send(message: ReferenceMessage): void {
  process.send?.(message);
}

/** State to continue from; null: none. Warns of a checkpoint that cannot be continued. */
async function startingPoint(
  checkpoint: CheckpointFile<ReferenceCheckpoint>,
): Promise<ReferenceCheckpoint | null> {
  const stored = await checkpoint.read();
  if (stored.kind === 'found') return stored.state;
  if (stored.kind === 'unusable') {
    send({
      kind: 'warning',
      sentence: `the checkpoint of the float reference ${stored.reason}: the reference starts afresh`,
    });
  }
  return null;
}

async function train({ request, folder, key }: ReferenceOrder): Promise<void> {
  const checkpoint = referenceCheckpoint(folder, key);
  let lastProgressAt = 0;
  let lastCheckpointAt = performance.now();
  let hasFailed = false;
  const { seed, isShuffled, ...job } = request;
  const result = await trainReference(
    { ...job, orders: (epoch) => sampleOrder(job.train.sampleCount, seed, epoch, isShuffled) },
    {
      progress: (samplesDone, samplesTotal) => {
        const now = performance.now();
        if (now - lastProgressAt < progressEveryMs && samplesDone < samplesTotal) return;
        lastProgressAt = now;
        send({ kind: 'progress', samplesDone, samplesTotal });
      },
      checkpoint: async (take) => {
        if (performance.now() - lastCheckpointAt < checkpointEveryMs) return;
        const state = await take();
        try {
          await checkpoint.write(state);
          hasFailed = false;
        } catch (error) {
          if (!hasFailed) send({ kind: 'warning', sentence: checkpointWarning(error) });
          hasFailed = true;
        }
        lastCheckpointAt = performance.now();
      },
    },
    await startingPoint(checkpoint),
  );
  const { backend, epochs, divergedInEpoch, testWrong } = result;
  const parameters = result.parameters.map(({ weights, biases }) => ({ weights, biases }));
  send({ kind: 'done', outcome: { backend, epochs, divergedInEpoch, testWrong, parameters } });
}

function checkpointWarning(error: unknown): string {
  return `the checkpoint of the float reference could not be written (${reasonOf(error)}); it trains on, and a stop before the next one costs its work since the last`;
}

// The parent ends this process when it has the whole outcome, which may be larger than a pipe holds.
process.on('message', (order: ReferenceOrder) => {
  train(order).catch((error: unknown) => {
    send({ kind: 'failed', reason: reasonOf(error) });
  });
});

// Whoever ordered the training has all of it, or is gone.
process.on('disconnect', () => process.exit());
