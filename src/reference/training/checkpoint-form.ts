import type { ReferenceCheckpoint } from '../reference-job.js';
import type { TrainingMemory } from './training-memory.js';

/** A checkpoint is of another training: a length or a part of it is not the job's. */
export class CheckpointMisfit extends RangeError {
  override readonly name = 'CheckpointMisfit';
}

/** Whether two values have the same parts and lengths, whatever numbers they hold. */
function hasFormOf(value: unknown, model: unknown): boolean {
  if (value instanceof Float32Array) {
    return model instanceof Float32Array && value.length === model.length;
  }
  if (typeof value !== 'object' || value === null) {
    return typeof model !== 'object' || model === null;
  }
  if (typeof model !== 'object' || model === null || model instanceof Float32Array) return false;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  return (
    entries.length === Object.keys(model).length &&
    entries.every(([key, entry]) => hasFormOf(entry, Reflect.get(model, key)))
  );
}

/**
 * Checks that a training can go on from a checkpoint.
 * @param fresh memory of the same job before its first epoch
 * @throws CheckpointMisfit
 */
export function checkForm(
  { epochs, memory }: ReferenceCheckpoint,
  fresh: TrainingMemory,
  epochCount: number,
): void {
  if (!hasFormOf(memory, fresh)) {
    throw new CheckpointMisfit('its tensors are not those of this network and rule');
  }
  if (
    epochs.length > epochCount ||
    epochs.some(({ epoch }, index) => epoch !== index + 1) ||
    memory.learningRate.epochsDone !== epochs.length
  ) {
    throw new CheckpointMisfit(`its epochs are not the first of ${epochCount}`);
  }
}
