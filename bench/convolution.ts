import type { ChipImage } from '../src/chip/image/chip-image.js';
import type { SampleBatch } from '../src/chip/engine.js';
import { makeFastEngine } from '../src/chip/engines.js';
import { parseFormat } from '../src/numerics/format.js';
import { nextState } from '../src/numerics/lfsr.js';
import { edgeImage } from '../test/chip/images/shipped-image.js';
import { mnistLikeBatch } from './mnist-like.js';
import { cifarImage, convolutionImage } from './step-images.js';

/*
 * CONV networks on the fast engine, processor time, fastest of some rounds, all in turns: `node dist/bench/convolution.js
 * [part of a name…]`. Inputs are synthetic: only how many are above 0 matters for speed.
 */

const roundCount = 7;
const generator = { widthBits: 16, polynomialMask: 0xb400 };

interface Case {
  readonly name: string;
  readonly image: ChipImage;
  readonly batch: SampleBatch;
  readonly run: 'train' | 'infer';
}

/** Seeded values of 3 × 32 × 32, nearly all above 0. */
function cifarLikeBatch(sampleCount: number): SampleBatch {
  let state = 77;
  const inputsRaw = Int32Array.from({ length: sampleCount * 3072 }, () => {
    state = nextState(state, generator);
    return state & 255;
  });
  return {
    inputsRaw,
    labels: Uint8Array.from({ length: sampleCount }, (_, sample) => sample % 10),
  };
}

/** The chip with weights of 16 bits, 8 of them new fraction bits. */
function withWideWeights(image: ChipImage): ChipImage {
  const { numerics } = image;
  const weight = parseFormat('s16.15');
  const layers = image.layers.map((layer) => ({
    ...layer,
    weightsRaw: layer.weightsRaw.map((raw) => raw << 8),
  }));
  return { ...image, layers, numerics: { ...numerics, formats: { ...numerics.formats, weight } } };
}

const adam = {
  kind: 'adam',
  firstDecayRaw: 58_982,
  secondDecayRaw: 65_470,
  epsilonRaw: 1,
} as const;
const mnist = convolutionImage(edgeImage(), 1);
const cifar = cifarImage(edgeImage());
const mnistBatch = mnistLikeBatch(16);
const cases: readonly Case[] = [
  { name: 'MNIST, training', image: mnist, batch: mnistBatch, run: 'train' },
  { name: 'MNIST, inference', image: mnist, batch: mnistBatch, run: 'infer' },
  {
    name: 'MNIST, 16-bit weights, training',
    image: withWideWeights(mnist),
    batch: mnistBatch,
    run: 'train',
  },
  { name: 'CIFAR-10, training', image: cifar, batch: cifarLikeBatch(8), run: 'train' },
  {
    name: 'CIFAR-10, adam, batch 100, training',
    image: { ...cifar, optimizer: adam, batchSize: 100 },
    batch: cifarLikeBatch(100),
    run: 'train',
  },
  { name: 'CIFAR-10, inference', image: cifar, batch: cifarLikeBatch(8), run: 'infer' },
];

const parts = process.argv.slice(2);
const chosen = cases.filter(
  ({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)),
);
const engines = await Promise.all(chosen.map(({ image }) => makeFastEngine(image)));
const best = chosen.map(() => Infinity);
for (let round = 0; round < roundCount; round += 1) {
  for (const [index, { batch, run }] of chosen.entries()) {
    const before = process.cpuUsage();
    engines[index]?.[run](batch);
    const { user, system } = process.cpuUsage(before);
    best[index] = Math.min(best[index] ?? Infinity, (user + system) / 1e6);
  }
}
for (const [index, { name, batch }] of chosen.entries()) {
  const perSecond = batch.labels.length / (best[index] ?? Infinity);
  console.log(`${name.padEnd(40)} ${perSecond.toFixed(1).padStart(8)} samples/s`);
}
