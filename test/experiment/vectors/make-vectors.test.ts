import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { checkVectorImage, makeVectors } from '../../../src/experiment/vectors/make-vectors.js';
import { sampleOrder } from '../../../src/time/seeded-order.js';
import { InputEncoder } from '../../../src/mapping/input/input-encoder.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { prepareDigits, readWords, vectorFolder } from './prepare-digits.js';

const sampleCount = 6;
const standard = prepareDigits();

/** Whole two's complement values out of the words of a file, `columnCount` a row. */
function unpacked(
  words: readonly bigint[],
  [bits, perWord, columnCount]: readonly [bits: number, perWord: number, columnCount: number],
): number[] {
  const wordsPerRow = Math.ceil(columnCount / perWord);
  return words.flatMap((word, address) => {
    const first = (address % wordsPerRow) * perWord;
    const count = Math.min(perWord, columnCount - first);
    return Array.from({ length: count }, (_, place) =>
      Number(BigInt.asIntN(bits, word >> BigInt(place * bits))),
    );
  });
}

for (const rule of ['drtp', 'bp', 'fa', 'dfa', 'defp', 'shallow']) {
  test.serial(
    `the expected memories of rule ${rule} are what the fast engine holds after the same samples (spec §3, §10)`,
    async (t) => {
      const prepared = await prepareDigits([`training.rule=${rule}`]);
      const { placement, data, inputQuantiser } = prepared;
      const engine = await makeFastEngine(placement.image);
      const order = sampleOrder(100, 1, 1, true).slice(0, sampleCount);
      const encoded = new InputEncoder(data.train, inputQuantiser).encode(order, 0, sampleCount);
      engine.train({ ...encoded, sampleIndices: order });
      const state = engine.learnedState();
      const folder = await vectorFolder(prepared, sampleCount);
      for (const [index, neuronCount] of [24, 10].entries()) {
        const words = (file: string) => readWords(folder, `layer${index + 1}/${file}.expected.hex`);
        // edge-28nm: 128-bit words, weights s8.7, biases s16.14.
        const weights = unpacked(await words('synapses'), [8, 16, neuronCount]);
        t.deepEqual(weights, [...elementAt(state.weightsRaw, index, 'weights')]);
        const biases = unpacked(await words('bias'), [16, 8, neuronCount]);
        t.deepEqual(biases, [...elementAt(state.biasesRaw, index, 'biases')]);
        const lanes = (await words('lanes')).map(Number);
        t.deepEqual(lanes, [...elementAt(state.laneStates, index, 'lanes')]);
      }
    },
  );
}

test.serial(
  'events are the values above θ in address order, axon above value (spec §1, §10)',
  async (t) => {
    const prepared = await prepareDigits(['events.threshold=0.5']);
    const folder = await vectorFolder(prepared, sampleCount);
    const starts = (await readWords(folder, 'layer1/event-starts.hex')).map(Number);
    const events = await readWords(folder, 'layer1/events.hex');
    const samples = (await readWords(folder, 'samples.hex')).map(Number);
    const labels = (await readWords(folder, 'labels.hex')).map(Number);
    const { features, labels: known } = prepared.data.train;
    t.is(starts.length, sampleCount + 1);
    for (const [place, sample] of samples.entries()) {
      t.is(labels[place], known[sample]);
      // Pixels 0…16 of the digits are n/16 in u8.8: n·16, at most 255; θ = 0.5 is 128.
      const pixels = [...features.subarray(sample * 64, (sample + 1) * 64)];
      const expected = pixels
        .map((pixel, axon) => [axon, Math.min(pixel * 16, 255)] as const)
        .filter(([, raw]) => raw > 128)
        .map(([axon, raw]) => BigInt(axon * 2 ** 16 + raw));
      t.deepEqual(events.slice(elementAt(starts, place, 'starts'), starts[place + 1]), expected);
    }
  },
);

test.serial(
  'a visited sample leaves 1 − y of its label in the delayed-error memory (spec §2.9, §10)',
  async (t) => {
    const folder = await vectorFolder(await prepareDigits(['training.rule=defp']), sampleCount);
    const outputs = await readWords(folder, 'layer2/outputs.hex');
    const labels = (await readWords(folder, 'labels.hex')).map(Number);
    const samples = (await readWords(folder, 'samples.hex')).map(Number);
    const errors = (await readWords(folder, 'delayed-errors.expected.hex')).map(Number);
    const valid = (await readWords(folder, 'delayed-errors-valid.expected.hex')).map(Number);
    t.is(errors.length, 100);
    for (const [place, sample] of samples.entries()) {
      const y = Number(((outputs[place] ?? 0n) >> BigInt(8 * (labels[place] ?? 0))) & 0xffn);
      t.is(elementAt(errors, sample, 'delayed errors'), Math.min(256 - y, 255));
    }
    t.deepEqual(
      valid.flatMap((bit, sample) => (bit === 1 ? [sample] : [])),
      samples.toSorted((left, right) => left - right),
    );
    const before = await readWords(folder, 'delayed-errors-valid.initial.hex');
    t.true(before.every((bit) => bit === 0n));
  },
);

test.serial(
  'δh is there where a layer makes it, errors are not where nothing learns (spec §2.6 step 3, §2.9)',
  async (t) => {
    const pathsOf = async (settings: readonly string[]): Promise<readonly string[]> =>
      makeVectors(await prepareDigits(settings), 1).wordFiles.map((file) => file.path);
    const bce = await pathsOf([]);
    t.true(bce.includes('layer1/delta-h.hex') && bce.includes('layer1/feedback.hex'));
    t.false(bce.includes('layer2/delta-h.hex') || bce.includes('layer2/feedback.hex'));
    t.true((await pathsOf(['training.loss=mse'])).includes('layer2/delta-h.hex'));
    const shallow = await pathsOf(['training.rule=shallow']);
    t.false(shallow.some((file) => /^layer1\/(delta|scaled|feedback)/.test(file)));
    t.true(shallow.includes('layer2/scaled.hex'));
  },
);

test.serial(
  'the manifest has the checksum, word count and width of every file (spec §10)',
  async (t) => {
    const folder = await vectorFolder(await standard, 2);
    const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as {
      readonly files: readonly {
        path: string;
        sha256: string;
        wordBits?: number;
        wordCount?: number;
      }[];
    };
    const readme = await readFile(path.join(folder, 'README.txt'), 'utf8');
    t.is(manifest.files.length, 31);
    for (const { path: file, sha256, wordBits, wordCount } of manifest.files) {
      const text = await readFile(path.join(folder, file), 'utf8');
      t.is(sha256, createHash('sha256').update(text).digest('hex'), file);
      if (file !== 'README.txt') t.true(readme.includes(file), file);
      if (wordBits === undefined || wordCount === undefined) continue;
      const lines = text.trimEnd().split('\n');
      t.is(lines.length, wordCount);
      t.true(
        lines.every((line) => line.length === Math.ceil(wordBits / 4) && /^[0-9a-f]+$/.test(line)),
      );
    }
  },
);

test.serial('what has no vectors is refused with a sentence (issue 4, item 7)', async (t) => {
  const prepared = await standard;
  const { image } = prepared.placement;
  t.notThrows(() => {
    checkVectorImage(image);
  });
  const refused = (change: Partial<typeof image>, message: RegExp) => {
    t.throws(
      () => {
        checkVectorImage({ ...image, ...change });
      },
      { name: 'InputError', message },
    );
  };
  refused({ batchSize: 4 }, /training\.batch is 4; .* set it to 1/);
  refused(
    { updateSkip: { thresholdRaw: 9 } },
    /training\.updateSkip leaves samples out; .* leave it out/,
  );
  const momentum = { kind: 'momentum', decayRaw: 58982, isNesterov: false } as const;
  refused({ optimizer: momentum }, /training\.optimizer is momentum; .* set it to sgd/);
  const convolution = {
    inputShape: [1, 8, 8],
    kernelSize: 3,
    stride: 1,
    padding: 1,
    mapShape: [1, 8, 8],
    pooledShape: [1, 4, 4],
  } as const;
  const layers = image.layers.map((layer) => ({ ...layer, convolution }));
  refused({ layers }, /layer 1 is a CONV layer; .* FC_<neurons>/);
  const split = await prepareDigits([
    'mapping={ layers: [{ layer: 2, neuronParts: 1, axonParts: 2 }] }',
  ]);
  t.throws(() => makeVectors(split, 1), {
    name: 'InputError',
    message: /layer 2 lies on 2 cores; .* leave mapping out$/,
  });
  t.throws(() => makeVectors(prepared, 101), {
    name: 'InputError',
    message: /--samples 101 is outside 1\.\.100/,
  });
  const measured = await prepareDigits(['training.rule=defp', 'training.defp.init=measure']);
  t.throws(() => makeVectors(measured, 1), {
    name: 'InputError',
    message: /defp\.init is measure/,
  });
});

test('vectors of a chip that puts rows off are those of a serial one, and the README says so (docs/spec.md §5.1, §10)', async (t) => {
  const serial = await vectorFolder(await standard, sampleCount);
  for (const schedule of ['beside', 'fused']) {
    const change = [
      'schedule: serial, writeBanks: shared',
      `schedule: ${schedule}, writeBanks: interleaved`,
    ] as const;
    const folder = await vectorFolder(await prepareDigits([], [change]), sampleCount);
    for (const file of ['synapses.expected.hex', 'lanes.expected.hex']) {
      const expected = await readWords(serial, `layer1/${file}`);
      t.deepEqual(await readWords(folder, `layer1/${file}`), expected, `${schedule} ${file}`);
    }
    const readme = await readFile(path.join(folder, 'README.txt'), 'utf8');
    t.regex(readme, new RegExp(`learns by schedule ${schedule}: rows of a sample change`));
  }
  t.notRegex(await readFile(path.join(serial, 'README.txt'), 'utf8'), /learns by schedule/);
});

test.serial(
  'inputs normalised by channel are in the vectors with their signs, as real values in the input format (spec §1, §10)',
  async (t) => {
    const settings = ['dataset.normalise=channel', 'precision.input=s8.5', 'events.dense=true'];
    const folder = await vectorFolder(await prepareDigits(settings), sampleCount);
    const events = await readWords(folder, 'layer1/events.hex');
    const samples = (await readWords(folder, 'samples.hex')).map(Number);
    const { features } = (await standard).data.train;
    // One channel: mean and deviation of all pixels of the 100 training samples in use.
    const pixels = [...features];
    const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
    const squares = pixels.reduce((sum, pixel) => sum + (pixel - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / pixels.length);
    const expected = samples.flatMap((sample) =>
      pixels.slice(sample * 64, (sample + 1) * 64).map((pixel, axon) => {
        const raw = Math.floor((32 * (pixel - mean)) / deviation + 0.5);
        return BigInt(axon * 2 ** 16) + BigInt.asUintN(16, BigInt(raw));
      }),
    );
    t.true(expected.some((event) => (event & 0x8000n) !== 0n));
    t.deepEqual(events, expected);
  },
);
