import { runLedger } from '../../chip/counts/run-ledger.js';
import { makeFastEngine } from '../../chip/engines.js';
import type { FastEngine } from '../../chip/fast/fast-engine.js';
import { withFrozen } from '../../chip/image/upkeep/frozen-image.js';
import { frozenIn } from '../../network/freeze.js';
import type { RunActivity } from '../../chip/image/activity.js';
import type { Dataset } from '../../datasets/dataset.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { priceTotals } from '../../ledger/run-totals.js';
import { InputEncoder } from '../../mapping/input/input-encoder.js';
import { sampleOrder } from '../../time/seeded-order.js';
import { inTime } from '../file/input-time.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { EnergySpread } from '../record/cost-schema.js';
import { spreadSampleCount } from '../record/probe-samples.js';

/** The smallest value that at least `percent` of all do not exceed. @param sorted from the smallest on, at least one */
export function percentileOf(sorted: readonly number[], percent: number): number {
  const place = Math.ceil((percent * sorted.length) / 100) - 1;
  return sorted[Math.max(0, place)] ?? NaN;
}

/**
 * Priced energy of a kind of run up to a reading, nJ; null: no row has a price. Of readings as they stand, not of what lies between
 * two: where an update waits, a sample may do less of its own than it saves of the one before, and no ledger holds such a count.
 */
function energyNj(
  { experiment, imageOfEpoch, chip, inputTime }: PreparedExperiment,
  reading: RunActivity,
): number | null {
  if (reading.sampleCount === 0) return 0;
  const image = imageOfEpoch(experiment.training.epochs);
  const rows = runLedger(image, inTime([reading], inputTime));
  const { energy, byPrice } = priceTotals(rows, chip)[reading.run];
  return byPrice.length === 0 ? null : energy.energyPj / 1000;
}

function readingOf(engine: FastEngine, run: RunKind): RunActivity {
  const reading = engine.counters().find((own) => own.run === run && own.isMeasuring !== true);
  if (reading === undefined) throw new RangeError(`the engine measures no ${run}`);
  return reading;
}

/** Energies of the first samples of a set, each from its own counts; in batches the mean of each. */
function energiesOf(
  prepared: PreparedExperiment,
  engine: FastEngine,
  run: RunKind,
  part: Dataset,
): EnergySpread[RunKind] {
  const batch = run === 'training' ? prepared.experiment.training.batch : 1;
  const valueCount = Math.floor(Math.min(spreadSampleCount, part.sampleCount) / batch);
  const encoder = new InputEncoder(part, prepared.inputQuantiser);
  const order = sampleOrder(part.sampleCount, 0, 0, false);
  const energies: number[] = [];
  let before = energyNj(prepared, readingOf(engine, run));
  for (let value = 0; value < valueCount; value += 1) {
    const [from, to] = [value * batch, (value + 1) * batch];
    const samples = { ...encoder.encode(order, from, to), sampleIndices: order.slice(from, to) };
    if (run === 'training') engine.train(samples);
    else engine.infer(samples);
    const after = energyNj(prepared, readingOf(engine, run));
    if (before === null || after === null) return null;
    energies.push((after - before) / batch);
    before = after;
  }
  if (energies.length === 0) return null;
  const sorted = energies.sort((left, right) => left - right);
  return {
    samples: valueCount * batch,
    samplesPerValue: batch,
    percentile5Nj: percentileOf(sorted, 5),
    percentile50Nj: percentileOf(sorted, 50),
    percentile95Nj: percentileOf(sorted, 95),
  };
}

/**
 * How far the energy of a sample is from that of another: the first test samples, and the first training samples, which a copy of
 * the chip goes on to learn from, each priced from its own counts.
 * @param trained the chip after its last epoch; it stays as it is
 * @param learningRate η of that epoch, which a schedule may have changed
 */
export async function energySpreadOf(
  prepared: PreparedExperiment,
  trained: FastEngine,
  learningRate: number,
): Promise<EnergySpread> {
  const { epochs, freeze = [] } = prepared.experiment.training;
  const lastImage = withFrozen(prepared.imageAtRate(learningRate), frozenIn(freeze, epochs));
  const copy = await makeFastEngine(lastImage);
  copy.restore(trained.checkpoint());
  const { train, test } = prepared.data;
  return {
    inference: energiesOf(prepared, copy, 'inference', test),
    training: energiesOf(prepared, copy, 'training', train),
  };
}
