import type { ChipEngine, SampleBatch } from '../../src/chip/engine.js';

/** All that an engine tells after a run but its ledger, whose rows of cycles not every engine has. */
export function shownBy(engine: ChipEngine) {
  return {
    learned: engine.learnedState(),
    tensors: engine.tensorHealth(),
    updates: engine.updateHealth(),
    wear: engine.wear(),
  };
}

/** Samples `first` to `end` − 1 of a batch. */
export function sliceBatch(batch: SampleBatch, first: number, end: number): SampleBatch {
  const inputCount = batch.inputsRaw.length / batch.labels.length;
  return {
    inputsRaw: batch.inputsRaw.slice(first * inputCount, end * inputCount),
    labels: batch.labels.slice(first, end),
    ...(batch.sampleIndices && { sampleIndices: batch.sampleIndices.slice(first, end) }),
  };
}
