import test from 'ava';
import fc from 'fast-check';
import type { ChipImage, LayerImage } from '../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { fitsDatapath } from '../checks/datapath-fit.js';
import { Draws } from '../oracle/draws.js';
import { randomChips, randomGrid } from '../images/random-chips.js';
import { randomImage, randomSamples } from '../images/random-image.js';
import { randomSplit, splitImage } from '../images/fast/split-image.js';
import { workedImage } from '../images/worked-image.js';
import { shownBy } from '../../support/engine-views.js';
import { agree } from '../../support/agree.js';
import { holds } from '../../support/holds.js';

/** The image with the first layer cut into parts of such a size and with such seeds, the others whole. */
function withFirstLayerSplit(
  image: ChipImage,
  axonCount: number,
  columnCount: number,
  seeds: readonly number[],
): ChipImage {
  const split = splitImage(image, new Draws(0, 'hops'), ({ layer, inputCount, neuronCount }) =>
    layer === 1 ? { axonCount, columnCount } : { axonCount: inputCount, columnCount: neuronCount },
  );
  const withSeeds = ({ parts, ...layer }: LayerImage): LayerImage => ({
    ...layer,
    parts:
      parts?.map((part, index) => ({
        ...part,
        laneSeeds: Uint32Array.of(seeds[index] ?? 1),
      })) ?? null,
  });
  return { ...split, layers: split.layers.map(withSeeds) };
}

/** Weights nearest, biases nearest, and accumulators that nothing overflows. */
function independentImage(seed: number): ChipImage {
  const image = randomImage(seed);
  const { formats, rounding } = image.numerics;
  const accumulator = { ...formats.accumulator, isSigned: true, totalBits: 64 };
  return {
    ...image,
    numerics: {
      ...image.numerics,
      formats: { ...formats, accumulator },
      rounding: { ...rounding, weight: 'nearest', bias: 'nearest' },
    },
  };
}

/** Outputs and learned state but lanes, which are of the cores; null where an accumulator overflowed. */
async function bitsOf(image: ChipImage, samples: SampleBatch) {
  const engine = await makeFastEngine(image);
  const outputs = [engine.train(samples), engine.train(samples), engine.infer(samples)];
  const overflows = engine
    .tensorHealth()
    .filter(({ tensor }) => tensor === 'accumulator')
    .reduce((sum, { saturationCount, wrapCount }) => sum + saturationCount + wrapCount, 0);
  return overflows > 0 ? null : { outputs, ...engine.learnedState(), laneStates: null };
}

test('bits do not depend on the mapping where nothing is drawn and no accumulator overflows (spec §7)', async (t) => {
  t.timeout(60_000);
  let comparedCount = 0;
  await holds(
    t,
    fc.asyncProperty(randomChips(independentImage), async ({ image, seed }) => {
      if (!fitsDatapath(image)) return;
      const samples = randomSamples(image, seed, 5);
      const whole = await bitsOf(image, samples);
      if (whole === null) return;
      const split = await bitsOf(randomSplit(image, seed), samples);
      agree(t, image, { split, whole });
      comparedCount += 1;
    }),
    { seed: 20_261_124, numRuns: 150 },
  );
  t.true(comparedCount > 75);
});

test('each core of a neuron part draws from seeds of its own, lane 0 for its first column (spec §2.5, §7)', async (t) => {
  const image = withFirstLayerSplit(workedImage(), 3, 1, [0xace1, 0x0001]);
  const engine = await makeFastEngine(image);
  engine.train({ inputsRaw: Int32Array.of(40, 80, 120), labels: Uint8Array.of(0) });
  const { weightsRaw, laneStates } = engine.learnedState();
  // δz = ±48 and 12 bits are dropped: w = ⌊(8·2^12 ∓ 48·x + (word >> 4))/2^12⌋. Words of 0xace1: 0x8678, 0x433c, 0x219e;
  // of 0x0001: 0xd008, 0x6804, 0x3402.
  t.deepEqual([...(weightsRaw[0] ?? [])], [8, 9, 7, 9, 6, 9]);
  t.deepEqual([...(laneStates[0] ?? [])], [0x219e, 0x3402]);
});

test('each core of an axon part draws for its own rows, and the home alone for biases (spec §2.5, §7)', async (t) => {
  const base = workedImage();
  const { rounding } = base.numerics;
  const stochastic = workedImage({
    chip: { numerics: { ...base.numerics, rounding: { ...rounding, bias: 'stochastic' } } },
  });
  const image = withFirstLayerSplit(stochastic, 2, 2, [0xace1, 0x0001]);
  const engine = await makeFastEngine(image);
  engine.train({ inputsRaw: Int32Array.of(40, 80, 120), labels: Uint8Array.of(0) });
  const { weightsRaw, laneStates } = engine.learnedState();
  // Home: 0x8678, 0x433c, 0x219e, 0x10cf for the weights of two rows, 0xd86f, 0xbc3f for the biases. Axon part 1 has the
  // row of 120: w = ⌊(8·2^12 ∓ 5760 + a)/2^12⌋ with a = 0xd00, 0x680.
  t.deepEqual([...(weightsRaw[0] ?? [])], [8, 8, 7, 9, 7, 9]);
  t.deepEqual([...(laneStates[0] ?? [])], [0xbc3f, 0x6804]);
});

test('axon parts sum their own axons from 0 and saturate before they merge (spec §7)', async (t) => {
  const base = workedImage();
  const { formats } = base.numerics;
  const accumulator = { isSigned: true, totalBits: 11, fractionBits: 14 };
  const narrow = workedImage({
    chip: { numerics: { ...base.numerics, formats: { ...formats, accumulator } } },
  });
  const weights = [Int32Array.of(8, 0, 8, 0, -16, 0), Int32Array.of(8, 8, 0, 0)];
  const layers = narrow.layers.map((layer, index) => ({
    ...layer,
    weightsRaw: weights[index] ?? layer.weightsRaw,
  }));
  const answers = async (image: ChipImage) => {
    const engine = await makeFastEngine(image);
    const outputs = engine.infer({
      inputsRaw: Int32Array.of(120, 120, 120),
      labels: Uint8Array.of(0),
    });
    const saturations = engine
      .tensorHealth()
      .find(({ layer, tensor }) => layer === 1 && tensor === 'accumulator');
    return [[...outputs], saturations?.saturationCount];
  };
  const whole = { ...narrow, layers };
  // One core: 960, 1920 → 1023, 1023 − 1920 = −897, so h = −64, and z of layer 2 is −512 → −1 at 4 bits.
  t.deepEqual(await answers(whole), [[-64, -64], 1]);
  // Two: home 1023; the other 0 − 1920 → −1024; together −1 → 0 at 4 bits, so h = 64.
  t.deepEqual(await answers(withFirstLayerSplit(whole, 2, 2, [1, 1])), [[64, 64], 2]);
});

test('a checkpoint carries the lanes and words of all parts (spec §3, §7)', async (t) => {
  t.timeout(60_000);
  await holds(
    t,
    fc.asyncProperty(randomChips(randomGrid), async ({ image, seed }) => {
      const samples = randomSamples(image, seed, 5);
      const through = await makeFastEngine(image);
      through.train(samples);
      const resumed = await makeFastEngine(image);
      resumed.restore(through.checkpoint());
      for (const engine of [through, resumed]) engine.train(samples);
      agree(t, image, { resumed: shownBy(resumed), through: shownBy(through) });
    }),
    { seed: 5, numRuns: 60 },
  );
});

test('parts that leave inputs without a core are refused (spec §7)', async (t) => {
  const split = withFirstLayerSplit(workedImage(), 2, 2, [1, 1]);
  const layers = split.layers.map((layer) => ({
    ...layer,
    parts: layer.parts?.slice(0, 1) ?? null,
  }));
  await t.throwsAsync(makeFastEngine({ ...split, layers }), {
    message: /^layer 1: its axon parts do not cover its 3 inputs/,
  });
});
