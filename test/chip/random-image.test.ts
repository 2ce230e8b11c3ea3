import { tableOf } from '../../src/chip/activation-table.js';
import test from 'ava';
import { checkDatapathWidth } from '../../src/chip/datapath-width.js';
import { maximumRaw, minimumRaw } from '../../src/numerics/format.js';
import { checkLfsrSpec } from '../../src/numerics/lfsr.js';
import { randomImage, randomSamples } from './random-image.js';
import { ruleNameOf, ruleNames } from './random-rule.js';

const images = Array.from({ length: 300 }, (_, seed) => randomImage(seed));
const layers = images.flatMap((image) => image.layers);

test('every random image is accepted by the checks of the chip (spec §2.4)', (t) => {
  for (const image of images) {
    t.notThrows(() => {
      checkDatapathWidth(image);
      checkLfsrSpec(image.generator);
    });
  }
});

test('random arrays have the shapes of the image and values of their formats', (t) => {
  for (const image of images) {
    const { formats } = image.numerics;
    for (const layer of image.layers) {
      const { inputCount, neuronCount, feedbackRaw } = layer;
      t.is(layer.weightsRaw.length, inputCount * neuronCount);
      t.is(layer.biasesRaw.length, neuronCount);
      const rowCounts = new Map<string, number>([
        ['bp', 0],
        ['shallow', 0],
        ['fa', image.layers[layer.layer]?.neuronCount ?? 0],
      ]);
      const rowCount = layer.isOutput ? 0 : (rowCounts.get(image.rule.kind) ?? image.classCount);
      t.is(feedbackRaw?.length ?? 0, rowCount * neuronCount);
      t.is(layer.laneSeeds.length, layer.organisation.learningLaneCount);
      const { weight } = formats;
      t.true(
        layer.weightsRaw.every((raw) => raw >= minimumRaw(weight) && raw <= maximumRaw(weight)),
      );
    }
  }
});

test('300 random images cover all modes, kinds and widths the specification knows', (t) => {
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
  t.is(covered(layers.map((layer) => tableOf(layer).interpolation)), 2);
  t.is(covered(layers.map((layer) => tableOf(layer).function)), 2);
  t.is(covered(layers.map((layer) => layer.organisation.accumulate)), 2);
  t.is(covered(layers.map((layer) => layer.organisation.hasWordWriteGating)), 2);
  t.is(covered(layers.map((layer) => layer.organisation.learningLaneCount)), 12);
  t.is(covered(layers.map((layer) => layer.eventThresholdRaw > 0)), 2);
});

test('300 random images have every rule and variant, drtp in a third, frozen layers, delayed errors of 1 to 16 bits (spec §2.9)', (t) => {
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
