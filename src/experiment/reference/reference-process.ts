/*
 * Entry of the process in which the float reference trains, beside the chip: TensorFlow.js is loaded here only, and the
 * chip keeps its core to itself.
 */
import { sampleOrder } from '../../time/seeded-order.js';
import { trainReference } from '../../reference/train-reference.js';
import { reasonOf } from '../../units/input-error.js';
import type { ReferenceMessage, ReferenceRequest } from './reference-run.js';

const progressEveryMs = 200;

function send(message: ReferenceMessage): void {
  process.send?.(message);
}

async function train(request: ReferenceRequest): Promise<void> {
  let lastProgressAt = 0;
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
    },
  );
  const { backend, epochs } = result;
  const parameters = result.parameters.map(({ weights, biases }) => ({ weights, biases }));
  send({ kind: 'done', outcome: { backend, epochs, parameters } });
}

// The parent ends this process when it has the whole outcome, which may be larger than a pipe holds.
process.on('message', (request: ReferenceRequest) => {
  train(request).catch((error: unknown) => {
    send({ kind: 'failed', reason: reasonOf(error) });
  });
});
