import test from 'ava';
import fc from 'fast-check';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import type { ChipEngine, SampleBatch } from '../../../src/chip/engine.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { fitsDatapath } from '../checks/datapath-fit.js';
import { chipCase } from '../images/fast/random-image.js';
import { shippedImage } from '../images/shipped-image.js';
import { agree } from '../../support/agree.js';
import { shownBy } from '../../support/engine-views.js';
import { holds } from '../../support/holds.js';

/* Layers so large that the oracle would take minutes: the path that takes one value after the other is the witness. */

function history(engine: ChipEngine, samples: SampleBatch) {
  const outputs = [engine.train(samples)];
  engine.endEpoch();
  outputs.push(engine.infer(samples));
  return { outputs, ...shownBy(engine), ledger: engine.ledgerRows() };
}

async function agreeOnPaths(
  t: Parameters<typeof agree>[0],
  image: ChipImage,
  samples: SampleBatch,
) {
  const vector = await makeFastEngine(image);
  const general = await makeFastEngine(image, { path: 'general' });
  agree(t, image, { vector: history(vector, samples), general: history(general, samples) });
  return vector.paths();
}

/** Sixteen lanes and stochastic weights: what small changes take whole rows for. */
function withSixteenLanes(image: ChipImage): ChipImage {
  const layers = image.layers.map((layer) => ({
    ...layer,
    laneSeeds: Uint32Array.from({ length: 16 }, (_, lane) => {
      const seed = elementAt(layer.laneSeeds, lane % layer.laneSeeds.length, 'laneSeeds');
      return (seed * (2 * lane + 1)) & 0xffff || 1;
    }),
    organisation: { ...layer.organisation, learningLaneCount: 16 },
  }));
  const { numerics } = image;
  const rounding = { ...numerics.rounding, weight: 'stochastic' as const };
  return { ...image, layers, numerics: { ...numerics, rounding } };
}

test('sixteen lanes update more rows than a counter in 8 bits follows, for signed and unsigned inputs, weights of 2 to 8 bits at their ends too (spec §2.6, §3)', async (t) => {
  t.timeout(240_000);
  const taken = new Set<string>();
  await holds(
    t,
    fc.asyncProperty(
      chipCase('vector', { inputCount: 700, neuronCount: 40 }).filter(({ image }) =>
        fitsDatapath(withSixteenLanes(image)),
      ),
      async ({ image, batch }) => {
        for (const { phase, path } of await agreeOnPaths(t, withSixteenLanes(image), batch)) {
          if (phase === 'update') taken.add(path);
        }
      },
    ),
    { seed: 20_261_130, numRuns: 40 },
  );
  t.true(taken.has('bytes'));
});

test('weights of more than a megabyte are summed row by row, whatever number of events there is (spec §2.6, §3)', async (t) => {
  t.timeout(240_000);
  const inputCount = 1101;
  const image = shippedImage('edge-28nm', { network: 'FC_1001_FC_4', inputCount, classCount: 4 });
  // 1 to 17 events, then nearly all: every rest of eight.
  const counts = [...Array.from({ length: 17 }, (_, index) => index + 1), 1099, 1101];
  const inputsRaw = Int32Array.from(
    counts.flatMap((count) =>
      Array.from({ length: inputCount }, (_, axon) =>
        (axon * 7) % inputCount < count ? 1 + ((axon * 37 + count) % 255) : 0,
      ),
    ),
  );
  const labels = Uint8Array.from(counts, (count) => count % 4);
  const paths = await agreeOnPaths(t, image, { inputsRaw, labels });
  const forward = paths.filter(({ layer, phase }) => layer === 1 && phase === 'forward');
  t.deepEqual([...new Set(forward.map(({ path }) => path))], ['pairs']);
});
