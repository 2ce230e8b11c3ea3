import { tableOf } from '../../../src/chip/image/activation-table.js';
import test from 'ava';
import fc from 'fast-check';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import type { FastEngine } from '../../../src/chip/fast/fast-engine.js';
import { fitsDatapath } from '../checks/datapath-fit.js';
import { chipCase, type ImageFamily } from '../images/fast/random-image.js';
import { parseFormat } from '../../../src/numerics/format.js';
import type { ActivationTable } from '../../../src/numerics/function-table.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { workedImage } from '../images/worked-image.js';
import { shownBy } from '../../support/engine-views.js';
import { agree } from '../../support/agree.js';
import { holds } from '../../support/holds.js';

/** Three inputs that are events, so that A_0 = 3; both hidden neurons answer, so that A_1 = 2. */
const workedBatch = { inputsRaw: Int32Array.of(40, 80, 120), labels: Uint8Array.of(0) };

function firstUnit(image: ChipImage): ActivationTable {
  return tableOf(elementAt(image.layers, 0, 'layers'));
}

/** Everything observable, as plain values. */
function observed(engine: FastEngine): unknown {
  return {
    ...shownBy(engine),
    ledger: engine.ledgerRows(),
  };
}

test('one training sample of the worked example counts what the specification says (spec §4.3)', async (t) => {
  const engine = await makeFastEngine(workedImage());
  engine.train(workedBatch);
  const updates = engine
    .ledgerRows()
    .filter(
      ({ phase, componentAction }) => phase === 'update' && /synapses|random/.test(componentAction),
    )
    .map(({ layer, componentAction, count }) => [layer, componentAction, count]);
  t.deepEqual(updates, [
    [1, 'synapses.read', 3],
    [1, 'synapses.write', 3],
    [1, 'random.draw', 6],
    [2, 'synapses.read', 2],
    [2, 'synapses.write', 2],
    [2, 'random.draw', 4],
  ]);
});

test('a change just below a half leaves a weight of 0 alone where nearest drops 18 bits (spec §2.2)', async (t) => {
  // h = 0, so f′ = 1 and δz = B: g·x = 514·255 = 2^17 − 2 with 11 + 6 + 8 − 7 = 18 bits to drop.
  const base = workedImage();
  const { formats, rounding } = base.numerics;
  const fine = parseFormat('s12.11');
  const image = workedImage({
    chip: {
      loss: 'mse',
      numerics: {
        ...base.numerics,
        formats: { ...formats, delta: fine, feedback: fine },
        rounding: { ...rounding, weight: 'nearest' },
      },
    },
    layer: {
      inputFormat: parseFormat('u8.8'),
      learningRate: { kind: 'shift', shiftBits: 6 },
      activationUnit: { ...firstUnit(base), entriesRaw: Int32Array.of(0, 0) },
    },
  });
  const layers = image.layers.map((layer) => ({
    ...layer,
    weightsRaw: new Int32Array(layer.weightsRaw.length),
    feedbackRaw: layer.isOutput ? null : Int32Array.of(514, -514, 0, 0),
  }));
  const engine = await makeFastEngine({ ...image, layers });
  engine.train({ inputsRaw: Int32Array.of(255, 0, 0), labels: Uint8Array.of(0) });
  t.deepEqual([...(engine.learnedState().weightsRaw[0] ?? [])], [0, 0, 0, 0, 0, 0]);
  t.is(engine.updateHealth()[0]?.deadUpdateCount, 2);
});

test('values within the threshold send no event unless the chip is dense (spec §1)', async (t) => {
  const batch = { inputsRaw: Int32Array.of(2, -3, 0), labels: Uint8Array.of(1) };
  const eventsIn = async (isDense: boolean) => {
    const image = workedImage({ layer: { eventThresholdRaw: 2 }, chip: { isDense } });
    const engine = await makeFastEngine(image);
    engine.train(batch);
    const [layer] = engine.activity()[1]?.layers ?? [];
    return [layer?.deliveredEventCount, layer?.nonZeroEventCount, layer?.writtenWordCount];
  };
  t.deepEqual(await eventsIn(false), [1, 1, 1]);
  t.deepEqual(await eventsIn(true), [3, 1, 3]);
});

test('wear is kept per word: an axon that is silent once wears less (spec §4.4)', async (t) => {
  for (const hasWordWriteGating of [false, true]) {
    // η = 2^4: every update with g·x ≠ 0 moves its weight, so gating saves no word.
    const engine = await makeFastEngine(
      workedImage({
        organisation: { hasWordWriteGating },
        layer: { learningRate: { kind: 'shift', shiftBits: -4 } },
      }),
    );
    engine.train({ inputsRaw: Int32Array.of(9, 0, 9, 9, 9, 0), labels: Uint8Array.of(0, 1) });
    t.deepEqual(engine.wear()[0], {
      layer: 1,
      largestWritesPerWord: 2,
      totalWrites: 4,
      wordCount: 3,
    });
  }
});

test('a checkpoint restored into a fresh engine goes on to the same bits and counts (spec §3)', async (t) => {
  await t.notThrowsAsync(
    holds(
      t,
      fc.asyncProperty(
        fc
          .constantFrom<ImageFamily>('any', 'vector')
          .chain((family) => chipCase(family))
          .filter(({ image }) => fitsDatapath(image)),
        async ({ image, batch }) => {
          const through = await makeFastEngine(image);
          const interrupted = await makeFastEngine(image);
          for (const engine of [through, interrupted]) {
            if (image.rule.kind === 'defp') engine.measure(batch);
            engine.train(batch);
            engine.infer(batch);
          }
          const resumed = await makeFastEngine(image, { path: 'general' });
          resumed.restore(interrupted.checkpoint());
          for (const engine of [through, resumed]) {
            engine.train(batch);
            engine.endEpoch();
            engine.train(batch);
          }
          agree(t, image, { resumed: observed(resumed), through: observed(through) });
        },
      ),
      { numRuns: 150, seed: 7, endOnFailure: true },
    ),
  );
});

test('batches larger than the staging area run as one sequence (spec §3)', async (t) => {
  const sampleCount = 300;
  const inputsRaw = Int32Array.from({ length: 3 * sampleCount }, (_, index) => (index * 37) % 128);
  const labels = Uint8Array.from({ length: sampleCount }, (_, index) => index % 2);
  const whole = await makeFastEngine(workedImage());
  const parts = await makeFastEngine(workedImage());
  const outputs = [...whole.train({ inputsRaw, labels })];
  const first = { inputsRaw: inputsRaw.subarray(0, 3 * 111), labels: labels.subarray(0, 111) };
  const second = { inputsRaw: inputsRaw.subarray(3 * 111), labels: labels.subarray(111) };
  t.deepEqual([...parts.train(first), ...parts.train(second)], outputs);
  agree(t, workedImage(), { parts: observed(parts), whole: observed(whole) });
});

test('a batch that the chip cannot take is refused with value and limit', async (t) => {
  const engine = await makeFastEngine(workedImage());
  const labels = Uint8Array.of(0);
  t.throws(() => engine.train({ inputsRaw: Int32Array.of(1, 2), labels }), {
    message: 'batch: 2 input values do not make 1 samples of 3',
  });
  t.throws(() => engine.infer({ inputsRaw: Int32Array.of(1, 2, 3), labels: Uint8Array.of(2) }), {
    message: 'batch: label 2 is outside 0..1',
  });
  for (const misfit of [128, -129]) {
    t.throws(() => engine.train({ inputsRaw: Int32Array.of(1, misfit, 3), labels }), {
      message: `batch: input value ${misfit} is outside -128..127 of s8.7; quantise it first`,
    });
  }
});

test('an image past the datapath is refused with the layer and the limit (spec §2.4)', async (t) => {
  const base = workedImage();
  const withBias = (fractionBits: number) =>
    workedImage({
      chip: {
        numerics: {
          ...base.numerics,
          formats: {
            ...base.numerics.formats,
            bias: { isSigned: false, totalBits: 8, fractionBits },
          },
        },
      },
      layer: { inputFormat: { isSigned: false, totalBits: 32, fractionBits: 7 } },
    });
  await t.throwsAsync(makeFastEngine(withBias(-49)), {
    message:
      /^layer 1: the bias would move from -49 to 14 fraction bits, a shift by 63; .* at most 62/,
  });
});

test('an image whose arrays do not have their shapes is refused before anything is written', async (t) => {
  const organisation = { learningLaneCount: 1 };
  const image = workedImage({ layer: { laneSeeds: Uint32Array.of(1, 2) }, organisation });
  await t.throwsAsync(makeFastEngine(image), {
    message: 'layer 1: laneSeeds has 2 elements, its shape needs 1',
  });
});

test('a checkpoint of another shape is refused with both sizes', async (t) => {
  const engine = await makeFastEngine(workedImage());
  const checkpoint = engine.checkpoint();
  t.throws(
    () => {
      engine.restore({ ...checkpoint, layers: checkpoint.layers.slice(1) });
    },
    {
      message: /1 layers do not fit an image of 2/,
    },
  );
  const [first, second] = checkpoint.layers;
  if (first === undefined || second === undefined) throw new Error('two layers were saved');
  const layers = [{ ...first, wear: new Uint32Array(4) }, second];
  t.throws(
    () => {
      engine.restore({ ...checkpoint, layers });
    },
    {
      message: /wear of layer 1 has 4 elements, this image needs 3/,
    },
  );
});
