/*
 * Entry of the process in which the float reference trains, beside the chip: TensorFlow.js is loaded here only, and the
 * chip keeps its core to itself.
 */
import { sampleOrder } from '../../time/seeded-order.js';
import { trainReference } from '../../reference/train-reference.js';
import { CheckpointMisfit } from '../../reference/training/checkpoint-form.js';
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

/** Trains from the checkpoint where it fits, else from the beginning. */
async function train(order: ReferenceOrder): Promise<void> {
  const checkpoint = referenceCheckpoint(order.folder, order.key);
  const from = await startingPoint(checkpoint);
  try {
    await trainFrom(from, order, checkpoint);
  } catch (error) {
    if (!(error instanceof CheckpointMisfit)) throw error;
    const sentence = `the checkpoint of the float reference does not fit (${error.message}): the reference starts afresh`;
    send({ kind: 'warning', sentence });
    await trainFrom(null, order, checkpoint);
  }
}

async function trainFrom(
  from: ReferenceCheckpoint | null,
  { request }: ReferenceOrder,
  checkpoint: CheckpointFile<ReferenceCheckpoint>,
): Promise<void> {
  let lastProgressAt = 0;
  let lastCheckpointAt = performance.now();
  let hasFailed = false;
  const { seed, isShuffled, ...job } = request;
  const epochSeconds: (number | null)[] = [];
  let epochBegin = performance.now();
  const result = await trainReference(
    { ...job, orders: (epoch) => sampleOrder(job.train.sampleCount, seed, epoch, isShuffled) },
    {
      progress: (samplesDone, samplesTotal) => {
        const now = performance.now();
        if (now - lastProgressAt < progressEveryMs && samplesDone < samplesTotal) return;
        lastProgressAt = now;
        send({ kind: 'progress', samplesDone, samplesTotal });
      },
      epoch: ({ epoch }) => {
        const now = performance.now();
        epochSeconds[epoch - 1] = (now - epochBegin) / 1000;
        epochBegin = now;
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
    from,
  );
  const { backend, epochs, divergedInEpoch, testWrong } = result;
  const parameters = result.parameters.map(({ weights, biases }) => ({ weights, biases }));
  const seconds = epochs.map((_, index) => epochSeconds[index] ?? null);
  const outcome = { backend, epochs, divergedInEpoch, testWrong, parameters };
  send({ kind: 'done', outcome: { ...outcome, epochSeconds: seconds } });
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
