import type { SampleBatch } from '../src/chip/engine.js';
import { nextState } from '../src/numerics/lfsr.js';

const generator = { widthBits: 16, polynomialMask: 0xb400 };

const pixelCount = 784;
const classCount = 10;
/** Mean number of pixels above 0 in the training images of MNIST, 19 % of 784. */
const strokePixelCount = 150;

/**
 * Seeded stand-ins for MNIST: 150 pixels of 1…255 in runs of 3 to 8, as strokes cut rows, the rest 0. Only their number
 * and grouping matter for speed; nothing can be learned from them.
 */
export function mnistLikeBatch(sampleCount: number): SampleBatch {
  let state = 77;
  const draw = (choiceCount: number) => {
    for (let clock = 0; clock < 5; clock += 1) state = nextState(state, generator);
    return state % choiceCount;
  };
  const inputsRaw = new Int32Array(sampleCount * pixelCount);
  const labels = new Uint8Array(sampleCount);
  for (let sample = 0; sample < sampleCount; sample += 1) {
    labels[sample] = draw(classCount);
    let pixel = 60 + draw(20);
    let remaining = strokePixelCount;
    while (remaining > 0) {
      const run = Math.min(remaining, 3 + draw(6));
      for (let offset = 0; offset < run; offset += 1) {
        inputsRaw[sample * pixelCount + ((pixel + offset) % pixelCount)] = 1 + draw(255);
      }
      remaining -= run;
      pixel += run + 8 + draw(14);
    }
  }
  return { inputsRaw, labels };
}
