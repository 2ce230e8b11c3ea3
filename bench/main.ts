import { keepsDelayedErrors } from '../src/chip/image/learning-layers.js';
import { Bench } from 'tinybench';
import { OracleEngine } from '../src/chip/oracle/oracle-engine.js';
import type { ChipImage } from '../src/chip/image/chip-image.js';
import type { ChipEngine, SampleBatch } from '../src/chip/engine.js';
import { makeEventDrivenEngine, makeFastEngine } from '../src/chip/engines.js';
import { nextState } from '../src/numerics/lfsr.js';
import { edgeImage } from '../test/chip/images/shipped-image.js';
import { reportThousandSamples } from './event-driven-case.js';
import { mnistLikeBatch } from './mnist-like.js';
import { otherRules, withRule } from './rule-images.js';
import { convolutionImage } from './step-images.js';

const epochSampleCount = 60_000;
const secondsPerFigure = 4;
/** The chip's own generator: 16-bit Galois register. */
const register = { widthBits: 16, polynomialMask: 0xb400 };

/** Seconds of the fastest and of the middle round; the fastest is the one that other work on the machine disturbs least. */
interface Timing {
  readonly best: number;
  readonly median: number;
}

/** Repeats `round` for about as long as a figure may take, once at least. @throws Error what `round` throws. */
function time(round: () => void): Timing {
  const bench = new Bench({
    time: 1000 * secondsPerFigure,
    iterations: 1,
    warmup: false,
    throws: true,
  });
  bench.add('round', round);
  const result = bench.runSync()[0]?.result;
  if (result?.state !== 'completed') throw new Error('bench: a round was not timed');
  return { best: result.latency.min / 1000, median: result.latency.p50 / 1000 };
}

/** The yardstick of the machine: clocks a second of one register in plain TypeScript, a chain of dependent integers. */
function calibrate(): number {
  const clockCount = 1_000_000;
  let state = 1;
  const { best } = time(() => {
    for (let clock = 0; clock < clockCount; clock += 1) state = nextState(state, register);
  });
  if (state === 0) throw new Error('calibration: the register reached 0, its only dead state');
  return clockCount / best;
}

/** Synaptic operations so far: forward multiply-accumulates and weight updates, as the ledger has them. */
function synapticOperations(engine: ChipEngine): number {
  return engine
    .ledgerRows()
    .filter(({ componentAction }) => componentAction === 'datapath.multiplyAccumulate')
    .reduce((sum, { count }) => sum + count, 0);
}

function report(
  name: string,
  engine: ChipEngine,
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
      name.padEnd(32),
      `${samplesPerSecond.toFixed(1).padStart(9)} samples/s`,
      `${(operationsPerSecond / 1e9).toFixed(3).padStart(7)} G synaptic operations/s`,
      `ratio ${(operationsPerSecond / yardstick).toFixed(3).padStart(7)}`,
      `epoch ${(epochSampleCount / samplesPerSecond).toFixed(2).padStart(9)} s`,
      `median ${((epochSampleCount * median) / sampleCount).toFixed(2).padStart(9)} s`,
    ].join('  '),
  );
}

console.log(
  'FC_500_FC_10 on 784 inputs, edge-28nm: 8-bit weights, u8.8 inputs, stochastic rounding, DRTP',
);
console.log('inputs: synthetic, seeded, 150 of 784 pixels above 0 as in MNIST; one core');
const yardstick = calibrate();
console.log(`calibration loop: ${(yardstick / 1e6).toFixed(1)} M register clocks/s (ratio 1)`);
const image = edgeImage();
const engines: readonly (readonly [string, ChipEngine, number])[] = [
  ['fast, vectors', await makeFastEngine(image, { path: 'vector' }), 32],
  ['fast, general path', await makeFastEngine(image, { path: 'general' }), 16],
  ['event-driven, serial', await makeEventDrivenEngine(image), 32],
  ['event-driven, pipelined', await makeEventDrivenEngine(image, { schedule: 'pipelined' }), 32],
  ['oracle', new OracleEngine(image), 2],
];
await reportThousandSamples(image);
for (const [name, engine, sampleCount] of engines) {
  const batch = mnistLikeBatch(sampleCount);
  report(`${name}, training`, engine, batch, 'train', yardstick);
  report(`${name}, inference`, engine, batch, 'infer', yardstick);
}
// What other rules cost is asked of the fast engine only: they differ in the error signals of the hidden layers.
const batch = mnistLikeBatch(32);
const sampleIndices = Uint32Array.from(batch.labels.keys());
for (const rule of otherRules) {
  const engine = await makeFastEngine(withRule(image, rule));
  const name = keepsDelayedErrors(rule) ? `${rule.kind} ${rule.variant}` : rule.kind;
  report(`fast, ${name}, training`, engine, { ...batch, sampleIndices }, 'train', yardstick);
}
// Learning in steps: gradients summed over a batch, and CONV_32_5_1_2_FC_1000_FC_10 on the same chip.
const batchOf60 = mnistLikeBatch(60);
const stepImages: readonly (readonly [string, ChipImage])[] = [
  ['fast, batch 60', { ...image, batchSize: 60 }],
  ['fast, CONV, batch 1', convolutionImage(image, 1)],
  ['fast, CONV, batch 60', convolutionImage(image, 60)],
];
for (const [name, stepImage] of stepImages) {
  const engine = await makeFastEngine(stepImage);
  report(`${name}, training`, engine, batchOf60, 'train', yardstick);
}
