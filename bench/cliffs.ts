import type { ChipImage, LayerImage, TensorName } from '../src/chip/image/chip-image.js';
import type { SampleBatch } from '../src/chip/engine.js';
import { makeFastEngine } from '../src/chip/engines.js';
import type { FastEngine } from '../src/chip/fast/fast-engine.js';
import { type FixedPointFormat, parseFormat } from '../src/numerics/format.js';
import { edgeImage } from '../test/chip/images/shipped-image.js';
import { mnistLikeBatch } from './mnist-like.js';

/*
 * How far settings beside the healthy one (8-bit weights, stochastic, sgd sample by sample) slow training of FC1-500 down:
 * ratios of processor time, measured in turns in one process. `node dist/bench/cliffs.js [part of a name…]`.
 */

const roundCount = 7;
const sampleCount = 96;

interface Setting {
  readonly name: string;
  readonly image: ChipImage;
  readonly batch: SampleBatch;
}

/** What a setting has otherwise than the shipped chip. */
interface Change {
  readonly formats?: Partial<Record<TensorName, string>>;
  readonly rounding?: ChipImage['numerics']['rounding']['weight'];
  readonly overflow?: 'saturate' | 'wrap';
  readonly chip?: Partial<ChipImage>;
  readonly batchSize?: number;
  readonly columnsPerCore?: number;
}

/** Raw values brought to another number of fraction bits, within the format. */
function rescaled(raw: Int32Array, from: FixedPointFormat, to: FixedPointFormat): Int32Array {
  const shift = to.fractionBits - from.fractionBits;
  return raw.map((value) => (shift >= 0 ? value << shift : value >> -shift));
}

/** The layer cut into cores of at most that number of columns, each with the seeds of the layer. */
function cut(layer: LayerImage, columnsPerCore: number): LayerImage {
  const partCount = Math.ceil(layer.neuronCount / columnsPerCore);
  if (partCount === 1) return layer;
  const parts = Array.from({ length: partCount }, (_, index) => ({
    neuronPart: index,
    axonPart: 0,
    core: 10 * layer.layer + index,
    firstColumn: index * columnsPerCore,
    columnCount: Math.min(columnsPerCore, layer.neuronCount - index * columnsPerCore),
    firstAxon: 0,
    axonCount: layer.inputCount,
    laneSeeds: layer.laneSeeds,
    outputHops: [1],
    labelHops: 1,
    homeHops: 0,
  }));
  return { ...layer, core: 10 * layer.layer, parts };
}

function setting(name: string, base: ChipImage, healthy: SampleBatch, change: Change): Setting {
  const { numerics } = base;
  const formats = { ...numerics.formats };
  for (const [tensor, text] of Object.entries(change.formats ?? {})) {
    formats[tensor as TensorName] = parseFormat(text, tensor === 'accumulator' ? 64 : 32);
  }
  const { rounding, overflow } = numerics;
  const layers = base.layers.map((layer, index): LayerImage => ({
    ...(change.columnsPerCore === undefined ? layer : cut(layer, change.columnsPerCore)),
    weightsRaw: rescaled(layer.weightsRaw, numerics.formats.weight, formats.weight),
    inputFormat: index === 0 ? formats.input : formats.activation,
  }));
  const inputsRaw = rescaled(healthy.inputsRaw, numerics.formats.input, formats.input);
  return {
    name,
    image: {
      ...base,
      layers,
      numerics: {
        formats,
        rounding: { ...rounding, weight: change.rounding ?? rounding.weight },
        overflow: { ...overflow, weight: change.overflow ?? overflow.weight },
      },
      batchSize: change.batchSize ?? 1,
      ...change.chip,
    },
    batch: { ...healthy, inputsRaw },
  };
}

const momentum = { kind: 'momentum', decayRaw: 58_982, isNesterov: false } as const;
const adam = {
  kind: 'adam',
  firstDecayRaw: 58_982,
  secondDecayRaw: 65_470,
  epsilonRaw: 1,
} as const;

const changes: readonly (readonly [string, Change])[] = [
  ['nearestEven', { rounding: 'nearestEven' }],
  ['wrap', { overflow: 'wrap' }],
  ['weights s16.15', { formats: { weight: 's16.15' } }],
  ['weights s16.15, accumulator s40.23', { formats: { weight: 's16.15', accumulator: 's40.23' } }],
  ['weights s12.11, nearest', { formats: { weight: 's12.11' }, rounding: 'nearest' }],
  [
    'weights s16.15, nearestEven, wrap',
    { formats: { weight: 's16.15' }, rounding: 'nearestEven', overflow: 'wrap' },
  ],
  ['weights s9.8, truncate', { formats: { weight: 's9.8' }, rounding: 'truncate' }],
  ['weights s8.8', { formats: { weight: 's8.8' } }],
  ['input u12.12', { formats: { input: 'u12.12' } }],
  ['input u16.16', { formats: { input: 'u16.16' } }],
  ['accumulator s16.11', { formats: { accumulator: 's16.11' } }],
  ['accumulator s18.15', { formats: { accumulator: 's18.15' } }],
  ['accumulator s20.15', { formats: { accumulator: 's20.15' } }],
  ['accumulator s24.15', { formats: { accumulator: 's24.15' } }],
  ['batch 2', { batchSize: 2 }],
  ['batch 4', { batchSize: 4 }],
  ['batch 8', { batchSize: 8 }],
  ['batch 16', { batchSize: 16 }],
  ['batch 60', { batchSize: 60 }],
  ['momentum', { chip: { optimizer: momentum } }],
  ['momentum, batch 60', { batchSize: 60, chip: { optimizer: momentum } }],
  ['adam', { chip: { optimizer: adam } }],
  ['adam, batch 60', { batchSize: 60, chip: { optimizer: adam } }],
  ['parts of 250 columns', { columnsPerCore: 250 }],
  ['parts of 32 columns', { columnsPerCore: 32 }],
  ['parts of 50 columns', { columnsPerCore: 50 }],
];

/** Processor seconds of one call. */
function secondsOf(call: () => void): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const chosen = process.argv.slice(2);
const base = edgeImage();
const healthyBatch = mnistLikeBatch(sampleCount);
const settings = [
  setting('healthy', base, healthyBatch, {}),
  ...changes
    .filter(([name]) => chosen.length === 0 || chosen.some((part) => name.includes(part)))
    .map(([name, change]) => setting(name, base, healthyBatch, change)),
];
const engines: (readonly [Setting, FastEngine])[] = [];
for (const each of settings) engines.push([each, await makeFastEngine(each.image)]);
const best = settings.map(() => Infinity);
for (let round = 0; round < roundCount; round += 1) {
  for (const [index, [{ batch }, engine]] of engines.entries()) {
    const seconds = secondsOf(() => engine.train(batch));
    best[index] = Math.min(best[index] ?? Infinity, seconds);
  }
}
const [healthySeconds = 1] = best;
for (const [index, { name }] of settings.entries()) {
  const seconds = best[index] ?? Infinity;
  const perSecond = sampleCount / seconds;
  console.log(
    `${name.padEnd(36)} ${perSecond.toFixed(0).padStart(7)} samples/s  ${(seconds / healthySeconds).toFixed(2).padStart(7)} × healthy`,
  );
}
