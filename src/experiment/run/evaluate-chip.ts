import type { ChipEngine } from '../../chip/engine.js';
import type { InputEncoder } from '../../mapping/input/input-encoder.js';
import { elementAt } from '../../numerics/integer.js';
import { type Loss, rowOf } from '../../reference/loss.js';
import { sampleOrder } from '../../time/seeded-order.js';

/** Samples to one call of the engine. */
const chunkSampleCount = 256;

/** How outputs are judged. */
export interface Judge {
  readonly classCount: number;
  readonly loss: Loss;
  /** Fraction bits of the outputs. */
  readonly outputFractionBits: number;
}

/** What the chip makes of samples. */
interface Evaluation {
  readonly errorPercent: number;
  /** Mean J of the samples, summed over the classes, of the outputs as float numbers. */
  readonly loss: number;
  /** Samples by label and class said, shape (classes × classes). */
  readonly confusion: Uint32Array;
  /** 1 for each sample that is wrong, else 0. */
  readonly wrong: Uint8Array;
}

/** The class of the first largest output. */
function classSaid(outputs: Int32Array): number {
  let best = 0;
  for (const [output, raw] of outputs.entries()) {
    if (raw > (outputs[best] ?? raw)) best = output;
  }
  return best;
}

/** The class said of each sample. */
function classesSaid(outputsRaw: Int32Array, sampleCount: number, classCount: number): Uint8Array {
  return Uint8Array.from({ length: sampleCount }, (_, sample) =>
    classSaid(outputsRaw.subarray(sample * classCount, (sample + 1) * classCount)),
  );
}

/** Number of samples whose first largest output is not at the label. */
export function countWrong(outputsRaw: Int32Array, labels: Uint8Array, classCount: number): number {
  const said = classesSaid(outputsRaw, labels.length, classCount);
  return labels.reduce((sum, label, sample) => sum + (said[sample] === label ? 0 : 1), 0);
}

/** Sum of J of samples, each summed over the classes. */
function lossSumOf(outputsRaw: Int32Array, labels: Uint8Array, judge: Judge): number {
  const step = 2 ** -judge.outputFractionBits;
  const outputs = Float32Array.from(outputsRaw, (raw) => raw * step);
  return labels.reduce(
    (sum, label, sample) => sum + judge.loss.value(rowOf(outputs, sample, judge.classCount), label),
    0,
  );
}

/** Runs the first samples through the network as it stands, learning nothing. */
export function evaluateChip(
  engine: Pick<ChipEngine, 'infer'>,
  samples: { readonly encoder: Pick<InputEncoder, 'encode'>; readonly sampleCount: number },
  judge: Judge,
): Evaluation {
  const { encoder, sampleCount } = samples;
  const { classCount } = judge;
  const order = sampleOrder(sampleCount, 0, 0, false);
  const confusion = new Uint32Array(classCount ** 2);
  const wrong = new Uint8Array(sampleCount);
  let lossSum = 0;
  for (let from = 0; from < sampleCount; from += chunkSampleCount) {
    const batch = encoder.encode(order, from, Math.min(from + chunkSampleCount, sampleCount));
    const outputsRaw = engine.infer(batch);
    const said = classesSaid(outputsRaw, batch.labels.length, classCount);
    for (const [sample, label] of batch.labels.entries()) {
      const place = label * classCount + elementAt(said, sample, 'classes said');
      confusion[place] = elementAt(confusion, place, 'confusion') + 1;
      wrong[from + sample] = said[sample] === label ? 0 : 1;
    }
    lossSum += lossSumOf(outputsRaw, batch.labels, judge);
  }
  const wrongCount = wrong.reduce((sum, isWrong) => sum + isWrong, 0);
  return {
    errorPercent: (100 * wrongCount) / sampleCount,
    loss: lossSum / sampleCount,
    confusion,
    wrong,
  };
}
