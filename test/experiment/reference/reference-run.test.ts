import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { sampleOrder } from '../../../src/time/seeded-order.js';
import { FloatProcesses } from '../../../src/experiment/reference/float-processes.js';
import {
  type ReferenceRequest,
  runReference,
} from '../../../src/experiment/reference/reference-run.js';
import { trainReference } from '../../../src/reference/train-reference.js';
import { makeJob } from '../../reference/make-job.js';

test('the process of the reference hands over parameters of any size, as the training in this process ends with', async (t) => {
  // 20,000·(6 + 1 + 3) + 3 numbers are 800 kB, far more than a pipe holds.
  const { orders, ...job } = makeJob([20_000], { probeSampleCount: 4 });
  t.is(orders(1).length, 150);
  const request: ReferenceRequest = { ...job, seed: 7, isShuffled: true };
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  const settings = {
    cacheFolder: path.join(folder, 'cache'),
    cacheKey: 'wide',
    outputFolder: folder,
    onProgress: () => undefined,
    onWarning: (sentence: string) => {
      t.fail(sentence);
    },
    signal: new AbortController().signal,
    processes: new FloatProcesses(),
  };
  const outcome = await runReference(request, settings);
  const own = await trainReference({
    ...job,
    orders: (epoch) => sampleOrder(job.train.sampleCount, 7, epoch, true),
  });
  const { epochSeconds, ...found } = outcome;
  t.true(
    epochSeconds.length === own.epochs.length && epochSeconds.every((time) => (time ?? 0) > 0),
  );
  t.deepEqual(found, {
    backend: own.backend,
    epochs: own.epochs,
    divergedInEpoch: null,
    testWrong: own.testWrong,
    parameters: own.parameters.map(({ weights, biases }) => ({ weights, biases })),
  });
  const wrongCount = own.testWrong?.filter((isWrong) => isWrong === 1).length ?? NaN;
  t.is(own.epochs.at(-1)?.testErrorPercent, (100 * wrongCount) / job.test.sampleCount);
  t.deepEqual(await runReference(request, settings), outcome);
});

test('a kept process trains one reference after the other, each as a process of its own does', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  const jobs = [makeJob([6, 5]), makeJob([9], { epochs: 2 }), makeJob([6, 5])];
  const foundBy = async (processes: FloatProcesses, place: string) => {
    const found = [];
    for (const [index, { orders, ...job }] of jobs.entries()) {
      t.true(orders(1).length > 0);
      const request: ReferenceRequest = { ...job, seed: 7, isShuffled: true };
      const { epochSeconds, ...outcome } = await runReference(request, {
        cacheFolder: path.join(folder, place),
        cacheKey: String(index),
        outputFolder: folder,
        onProgress: () => undefined,
        onWarning: (sentence: string) => {
          t.fail(sentence);
        },
        signal: new AbortController().signal,
        processes,
      });
      t.is(epochSeconds.length, job.epochs);
      found.push(outcome);
    }
    return found;
  };
  const kept = new FloatProcesses(true);
  const found = await foundBy(kept, 'kept');
  t.deepEqual(found, await foundBy(new FloatProcesses(), 'own'));
  t.deepEqual(found[2], found[0]);
  const entry = new URL('../../../src/experiment/reference/reference-process.js', import.meta.url);
  const last = kept.take(entry);
  t.true(last.child.connected);
  last.child.disconnect();
});
