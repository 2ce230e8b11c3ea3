import test from 'ava';
import type { ChipImage, ChipNumerics } from '../../../src/chip/image/chip-image.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import type { FastEngineOptions } from '../../../src/chip/fast/fast-engine.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { shownBy } from '../../support/engine-views.js';
import { shippedImage } from '../images/shipped-image.js';

const base = shippedImage('edge-28nm', { network: 'FC_20_FC_10', inputCount: 30, classCount: 10 });
const bright = { inputsRaw: new Int32Array(30).fill(200), labels: Uint8Array.of(3) };

/** The chip with other formats; weights and biases as raw as they are, which every format here holds. */
function withFormats(formats: Readonly<Record<string, string>>): ChipImage {
  const changed = Object.fromEntries(
    Object.entries(formats).map(([tensor, text]) => [tensor, parseFormat(text)]),
  );
  const { numerics } = base;
  return { ...base, numerics: { ...numerics, formats: { ...numerics.formats, ...changed } } };
}

function withModes(weight: Partial<Record<'rounding' | 'overflow', string>>): ChipImage {
  const { numerics } = base;
  const changed = {
    ...numerics,
    rounding: { ...numerics.rounding, weight: weight.rounding ?? numerics.rounding.weight },
    overflow: { ...numerics.overflow, weight: weight.overflow ?? numerics.overflow.weight },
  } as ChipNumerics;
  return { ...base, numerics: changed };
}

/** Path and reason of layer 1 in one training sample, by phase. */
async function pathsOf(image: ChipImage, options: FastEngineOptions = {}) {
  const engine = await makeFastEngine(image, options);
  engine.train(bright);
  engine.endEpoch();
  const own = engine.paths().filter(({ layer }) => layer === 1);
  return Object.fromEntries(own.map(({ phase, path, reason }) => [phase, [path, reason]]));
}

test('the shipped chip takes the fastest path of every phase, and gives no reason (spec §3)', async (t) => {
  t.deepEqual(await pathsOf(base), { forward: ['pairs', null], update: ['bytes', null] });
  t.deepEqual(await pathsOf({ ...base, batchSize: 2 }), {
    forward: ['pairs', null],
    gradient: ['groups', null],
    step: ['words', null],
  });
});

test('another path comes with what keeps a layer from the fastest one (spec §3)', async (t) => {
  const reasonsOf = async (image: ChipImage, phase: string) => (await pathsOf(image))[phase];
  t.deepEqual(await reasonsOf(withModes({ rounding: 'nearestEven' }), 'update'), [
    'words',
    'weights round to nearestEven',
  ]);
  t.deepEqual(await reasonsOf(withModes({ overflow: 'wrap' }), 'update'), [
    'words',
    'weights wrap',
  ]);
  t.deepEqual(await reasonsOf(withFormats({ weight: 's12.7' }), 'update'), [
    'words',
    'lanes of 8 bits do not hold weights s12.7',
  ]);
  t.deepEqual(await reasonsOf(withFormats({ accumulator: 's32.12' }), 'forward'), [
    'products',
    'products are rounded to the fraction of the accumulator s32.12',
  ]);
  t.deepEqual(await reasonsOf(withFormats({ accumulator: 's18.15' }), 'forward'), [
    'products',
    'the accumulator s18.15 could overflow, which is checked after every addition',
  ]);
  t.like(await reasonsOf(withFormats({ weight: 's20.7' }), 'update'), { 0: 'scalar' });
  t.regex(
    String((await reasonsOf(withFormats({ weight: 's20.7' }), 'update'))?.[1]),
    /^weights s20\.7 are stored in 32 bits/,
  );
});

test('a step of an η that is no power of two runs on vectors, with the bits of the scalar path (spec §2.11)', async (t) => {
  const { numerics } = base;
  for (const rounding of ['stochastic', 'truncate'] as const) {
    const image: ChipImage = {
      ...base,
      batchSize: 3,
      numerics: { ...numerics, rounding: { ...numerics.rounding, weight: rounding } },
      layers: base.layers.map((layer) => ({
        ...layer,
        learningRate: { kind: 'factor', mantissaRaw: 41_943, fractionBits: 19 },
      })),
    };
    const shown = await Promise.all(
      (['vector', 'general'] as const).map(async (path) => {
        const engine = await makeFastEngine(image, { path });
        for (let sample = 0; sample < 9; sample += 1) {
          engine.train({ ...bright, labels: Uint8Array.of(sample) });
        }
        return { path: engine.paths().at(-1)?.path, ...shownBy(engine) };
      }),
    );
    t.deepEqual(
      shown.map(({ path }) => path),
      ['words', 'scalar'],
    );
    const [vector, general] = shown.map((each) => ({ ...each, path: null }));
    t.deepEqual(vector, general);
    t.notDeepEqual(vector?.learned.weightsRaw[0], base.layers[0]?.weightsRaw);
  }
});

test('an optimizer with states steps on vectors, in doubles where it divides (spec §2.11, §3)', async (t) => {
  const momentum = { kind: 'momentum', decayRaw: 58_982, isNesterov: false } as const;
  const rmsprop = { kind: 'rmsprop', decayRaw: 58_982, epsilonRaw: 1 } as const;
  t.deepEqual((await pathsOf({ ...base, optimizer: momentum }))['step'], ['words', null]);
  t.deepEqual((await pathsOf({ ...base, optimizer: rmsprop }))['step'], [
    'doubles',
    'rmsprop takes roots and divides, two weights at a time',
  ]);
});

test('a step with states that is not proven to fit goes one weight after the other, and says so (spec §2.11, §3)', async (t) => {
  const optimizer = { kind: 'momentum', decayRaw: 65_535, isNesterov: true } as const;
  const image = withFormats({ gradient: 's32.30', momentum: 's32.30', weight: 's8.7' });
  const bias = parseFormat('s32.14');
  const layers = image.layers.map((layer) => ({
    ...layer,
    learningRate: { kind: 'factor' as const, mantissaRaw: 65_535, fractionBits: 10 },
  }));
  const { numerics } = image;
  const formats = { ...numerics.formats, bias };
  const { step } = await pathsOf({
    ...image,
    layers,
    optimizer,
    numerics: { ...numerics, formats },
  });
  t.deepEqual(step, [
    'scalar',
    'η times a step of momentum could leave 32 bits, or its states are not proven to fit lanes',
  ]);
});
