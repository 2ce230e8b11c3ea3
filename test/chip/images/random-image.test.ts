import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import type { LayerImage } from '../../../src/chip/image/chip-image.js';
import { checkDatapathWidth } from '../../../src/chip/checks/datapath-width.js';
import { maximumRaw, minimumRaw } from '../../../src/numerics/format.js';
import { checkLfsrSpec } from '../../../src/numerics/lfsr.js';
import { plainImage, randomImage, randomSamples } from './random-image.js';
import { ruleNameOf, ruleNames } from './random-rule.js';

const images = Array.from({ length: 300 }, (_, seed) => plainImage(seed));
const layers = images.flatMap((image) => image.layers);
const mixed = Array.from({ length: 300 }, (_, seed) => randomImage(seed));
const extended = mixed.filter((image, seed) => !isDeepStrictEqual(image, images[seed]));

test('every random image is accepted by the checks of the chip (spec §2.4)', (t) => {
  for (const image of [...images, ...extended]) {
    t.notThrows(() => {
      checkDatapathWidth(image);
      checkLfsrSpec(image.generator);
    });
  }
});

/** Inputs × neurons, or the kernels of a CONV layer. */
function weightCount({ convolution, inputCount, neuronCount }: LayerImage): number {
  if (convolution === null) return inputCount * neuronCount;
  const { inputShape, mapShape, kernelSize } = convolution;
  return inputShape[0] * kernelSize * kernelSize * mapShape[0];
}

test('random arrays have the shapes of the image and values of their formats', (t) => {
  for (const image of [...images, ...extended]) {
    const { formats } = image.numerics;
    for (const layer of image.layers) {
      const { neuronCount, feedbackRaw, convolution } = layer;
      const above = image.layers[layer.layer];
      const columns = convolution?.mapShape[0] ?? neuronCount;
      t.is(layer.weightsRaw.length, weightCount(layer));
      t.is(layer.biasesRaw.length, columns);
      const counts = new Map<string, number>([
        ['bp', 0],
        ['shallow', 0],
        ['fa', above === undefined ? 0 : weightCount(above)],
      ]);
      const count = counts.get(image.rule.kind) ?? image.classCount * neuronCount;
      t.is(feedbackRaw?.length ?? 0, layer.isOutput ? 0 : count);
      t.is(layer.laneSeeds.length, layer.organisation.learningLaneCount);
      const { weight } = formats;
      t.true(
        layer.weightsRaw.every((raw) => raw >= minimumRaw(weight) && raw <= maximumRaw(weight)),
      );
    }
  }
});

test('300 plain images cover all modes, kinds and widths the specification knows', (t) => {
  const covered = (values: readonly unknown[]) => new Set(values).size;
  const all = images.map(({ numerics }) => numerics);
  t.is(covered(images.map((image) => image.layers.length)), 4);
  t.is(covered(images.map((image) => image.loss)), 2);
  t.is(covered(images.map((image) => image.isDense)), 2);
  t.is(covered(images.map((image) => image.generator.widthBits)), 4);
  t.is(covered(all.map(({ rounding }) => rounding.weight)), 4);
  t.is(covered(all.map(({ rounding }) => rounding.bias)), 4);
  t.is(covered(all.map(({ rounding }) => rounding.accumulator)), 3);
  t.is(covered(all.map(({ rounding }) => rounding.delta)), 3);
  t.is(covered(all.map(({ rounding }) => rounding.update)), 3);
  t.is(covered(all.map(({ overflow }) => overflow.weight)), 2);
  t.is(covered(all.map(({ overflow }) => overflow.accumulator)), 2);
  t.is(covered(all.map(({ formats }) => formats.weight.totalBits)), 16);
  t.is(covered(all.map(({ formats }) => formats.input.isSigned)), 2);
  t.true(all.some(({ formats }) => formats.accumulator.totalBits === 64));
  t.true(all.some(({ formats }) => formats.weight.fractionBits < 0));
  t.true(all.some(({ formats }) => formats.weight.fractionBits > formats.weight.totalBits));
  t.is(covered(layers.map((layer) => layer.learningRate.kind)), 2);
  const units = layers.map(({ activationUnit }) => activationUnit);
  t.is(covered(units.map((unit) => (unit.kind === 'table' ? unit.interpolation : null))), 2);
  t.is(covered(units.map((unit) => unit.function)), 2);
  t.is(covered(layers.map((layer) => layer.organisation.accumulate)), 2);
  t.is(covered(layers.map((layer) => layer.organisation.hasWordWriteGating)), 2);
  t.is(covered(layers.map((layer) => layer.organisation.learningLaneCount)), 12);
  t.is(covered(layers.map((layer) => layer.eventThresholdRaw > 0)), 2);
});

test('300 plain images have every rule and variant, drtp in a third, frozen layers, delayed errors of 1 to 16 bits (spec §2.9)', (t) => {
  const names = images.map(({ rule }) => ruleNameOf(rule));
  for (const name of ruleNames) t.true(names.filter((drawn) => drawn === name).length >= 10, name);
  const drtpShare = names.filter((name) => name === 'drtp').length / names.length;
  t.true(drtpShare > 0.25 && drtpShare < 0.45, `${drtpShare}`);
  t.true(layers.some(({ isTrainable, isOutput }) => !isTrainable && isOutput));
  t.true(layers.some(({ isTrainable, isOutput }) => !isTrainable && !isOutput));
  const delayed = images.map(({ numerics }) => numerics.formats.delayedError);
  t.is(new Set(delayed.map(({ totalBits }) => totalBits)).size, 16);
  t.is(new Set(delayed.map(({ isSigned }) => isSigned)).size, 2);
});

test('half of 300 random images are plain, the others cover what §2.10 to §2.14 know', (t) => {
  t.true(extended.length > 120 && extended.length < 180, `${extended.length}`);
  const covered = (values: readonly unknown[]) => new Set(values).size;
  t.is(covered(extended.map(({ optimizer }) => optimizer.kind)), 4);
  t.is(covered(extended.map(({ batchSize }) => batchSize)), 4);
  t.is(covered(extended.map(({ loss }) => loss)), 3);
  t.is(covered(extended.map(({ feedbackSource }) => feedbackSource)), 2);
  const units = extended.flatMap((image) => image.layers.map((layer) => layer.activationUnit));
  t.is(covered(units.map((unit) => unit.function)), 4);
  const scales = extended.flatMap((image) => image.layers.map((layer) => layer.gradientScale));
  t.is(covered(scales.map(({ kind }) => kind)), 2);
  const geometries = extended.flatMap((image) =>
    image.layers.flatMap(({ convolution }) => convolution ?? []),
  );
  t.is(covered(geometries.map(({ kernelSize }) => kernelSize)), 3);
  t.is(covered(geometries.map(({ stride }) => stride)), 2);
  t.is(covered(geometries.map(({ padding }) => padding)), 3);
  // An odd last row is in no window.
  t.true(geometries.some(({ mapShape }) => mapShape[1] % 2 === 1));
  const convolutional = extended.filter(({ layers: [first] }) => first?.convolution !== null);
  t.true(convolutional.some((image) => image.layers[1]?.convolution !== null));
  const kinds = new Set(convolutional.map(({ rule }) => rule.kind));
  t.deepEqual([...kinds].sort(), ['bp', 'defp', 'dfa', 'drtp', 'fa', 'sdfa', 'shallow']);
});

test('random samples follow from image and seed and stay inside the input format', (t) => {
  for (const [seed, image] of images.slice(0, 50).entries()) {
    const batch = randomSamples(image, seed, 5);
    t.deepEqual(randomSamples(image, seed, 5), batch);
    const { input } = image.numerics.formats;
    t.true(batch.inputsRaw.every((raw) => raw >= minimumRaw(input) && raw <= maximumRaw(input)));
    t.true(batch.labels.every((label) => label < image.classCount));
    const { rule } = image;
    t.is(batch.sampleIndices?.length, rule.kind === 'defp' ? 5 : undefined);
    const placeCount = rule.kind === 'defp' ? rule.sampleCount : 0;
    t.true(batch.sampleIndices?.every((place) => place < placeCount) ?? true);
  }
});
