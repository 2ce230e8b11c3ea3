import { performance } from 'node:perf_hooks';
import type { SampleBatch } from '../src/chip/engine.js';
import { FastEngine } from '../src/chip/kernels/fast-engine.js';
import { nextState } from '../src/numerics/lfsr.js';
import { fcImage, generator } from './fc-image.js';
import { mnistLikeBatch } from './mnist-like.js';

const epochSampleCount = 60_000;
const secondsPerFigure = 4;

/** Seconds of the fastest and of the middle round; the fastest is the one that other work on the machine disturbs least. */
interface Timing {
  readonly best: number;
  readonly median: number;
}

/** Repeats `round` for about as long as a figure may take. */
function time(round: () => void): Timing {
  const seconds: number[] = [];
  const end = performance.now() + 1000 * secondsPerFigure;
  while (performance.now() < end) {
    const start = performance.now();
    round();
    seconds.push((performance.now() - start) / 1000);
  }
  seconds.sort((left, right) => left - right);
  return { best: seconds[0] ?? NaN, median: seconds[seconds.length >> 1] ?? NaN };
}

/** The yardstick of the machine: clocks a second of one register in plain TypeScript, a chain of dependent integers. */
function calibrate(): number {
  const clockCount = 1_000_000;
  let state = 1;
  const { best } = time(() => {
    for (let clock = 0; clock < clockCount; clock += 1) state = nextState(state, generator);
  });
  if (state === 0) throw new Error('calibration: the register reached 0, its only dead state');
  return clockCount / best;
}

/** Synaptic operations so far: forward multiply-accumulates and weight updates, as the ledger has them. */
function synapticOperations(engine: FastEngine): number {
  return engine
    .ledgerRows()
    .filter(({ componentAction }) => componentAction === 'datapath.multiplyAccumulate')
    .reduce((sum, { count }) => sum + count, 0);
}

function report(
  name: string,
  engine: FastEngine,
  batch: SampleBatch,
  run: 'train' | 'infer',
  yardstick: number,
): void {
  const sampleCount = batch.labels.length;
  const before = synapticOperations(engine);
  engine[run](batch);
  const perSample = (synapticOperations(engine) - before) / sampleCount;
  const { best, median } = time(() => {
    engine[run](batch);
  });
  const samplesPerSecond = sampleCount / best;
  const operationsPerSecond = samplesPerSecond * perSample;
  console.log(
    [
      name.padEnd(22),
      `${samplesPerSecond.toFixed(0).padStart(8)} samples/s`,
      `${(operationsPerSecond / 1e9).toFixed(3).padStart(7)} G synaptic operations/s`,
      `ratio ${(operationsPerSecond / yardstick).toFixed(3).padStart(7)}`,
      `epoch ${(epochSampleCount / samplesPerSecond).toFixed(2).padStart(6)} s`,
      `median ${((epochSampleCount * median) / sampleCount).toFixed(2).padStart(6)} s`,
    ].join('  '),
  );
}

console.log('FC_500_FC_10 on 784 inputs, 8-bit weights, u8.8 inputs, stochastic rounding, DRTP');
console.log('inputs: synthetic, seeded, 150 of 784 pixels above 0 as in MNIST; one core');
const yardstick = calibrate();
console.log(`calibration loop: ${(yardstick / 1e6).toFixed(1)} M register clocks/s (ratio 1)`);
for (const [path, sampleCount] of [
  ['vector', 32],
  ['general', 16],
] as const) {
  const engine = await FastEngine.create(fcImage(), { path });
  const batch = mnistLikeBatch(sampleCount);
  report(`${path} path, training`, engine, batch, 'train', yardstick);
  report(`${path} path, inference`, engine, batch, 'infer', yardstick);
}
