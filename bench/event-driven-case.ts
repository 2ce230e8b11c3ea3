import type { ChipImage } from '../src/chip/image/chip-image.js';
import { makeEventDrivenEngine } from '../src/chip/engines.js';
import { mnistLikeBatch } from './mnist-like.js';

const sampleCount = 1000;
const repetitions = 5;
const kibibytesPerMegabyte = 1000 ** 2 / 1024;

function peakMegabytes(): number {
  return process.resourceUsage().maxRSS / kibibytesPerMegabyte;
}

/**
 * A thousand training samples through the event-driven engine, from a chip just made: the seconds they take, and the peak
 * memory of the whole process after them and after as many again and again.
 */
export async function reportThousandSamples(image: ChipImage): Promise<void> {
  const batch = mnistLikeBatch(sampleCount);
  const engine = await makeEventDrivenEngine(image);
  const start = performance.now();
  engine.train(batch);
  const seconds = (performance.now() - start) / 1000;
  const peakAfterFirst = peakMegabytes();
  for (let repetition = 1; repetition < repetitions; repetition += 1) engine.train(batch);
  const [, training] = engine.latencies();
  console.log(
    [
      `event-driven, ${sampleCount} training samples: ${seconds.toFixed(2)} s`,
      `peak of the process ${peakAfterFirst.toFixed(0)} MB`,
      `after ${repetitions * sampleCount} samples ${peakMegabytes().toFixed(0)} MB`,
      `${training?.longestCycles ?? NaN} cycles a sample at most`,
    ].join('  '),
  );
}
