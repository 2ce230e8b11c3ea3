import path from 'node:path';
import test from 'ava';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { packageRoot } from '../../../src/package-root.js';
import { makeFolder, runText } from '../small-run.js';

const experimentText = `
name: mapped
dataset: { name: digits, trainSamples: 200, testSamples: 60 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 2, learningRate: 2^-4 }
hardware: mesh-28nm
precision: { rounding: nearest }
reference: { enabled: true, backend: cpu }
`;
const split = 'mapping={ layers: [{ layer: 1, neuronParts: 2, axonParts: 2 }] }';

function run(overrides: readonly string[]): Promise<ResultRecord> {
  return runText(experimentText, overrides);
}

/** The run on one core a layer, and the same with the first layer on four. */
const bothRuns = (async () => ({ whole: await run([]), mapped: await run([split]) }))();

test('a run on more cores learns the same bits, and its ledger, memory and activity know every core (spec §7)', async (t) => {
  const { whole, mapped } = await bothRuns;
  const errors = ({ epochs }: ResultRecord) => epochs.map(({ chip }) => chip);
  t.deepEqual(errors(mapped), errors(whole));
  t.not(mapped.experimentHash, whole.experimentHash);
  const gridOf = ({ activity }: ResultRecord) =>
    activity.map(({ core, neuronParts, axonParts }) => [core, neuronParts, axonParts]);
  t.deepEqual(gridOf(whole), [
    [0, 1, 1],
    [1, 1, 1],
  ]);
  t.deepEqual(gridOf(mapped), [
    [0, 2, 2],
    [4, 1, 1],
  ]);
  // 64 inputs of 20 neurons: 32 rows of 10 weights of 8 bits, one word of 128 bits.
  const synapses = mapped.memory.filter(({ component }) => component === 'synapses');
  t.deepEqual(
    synapses.map(({ core, usedBits }) => [core, usedBits]),
    [0, 1, 2, 3].map((core) => [core, 32 * 128]).concat([[4, 20 * 128]]),
  );
  t.deepEqual([...new Set(mapped.ledger.map(({ core }) => core))].sort(), [0, 1, 2, 3, 4, null]);
  // As many products as on one core, and none at the wrong place.
  const products = ({ ledger }: ResultRecord) =>
    ledger
      .filter(({ layer, action }) => layer === 1 && action === 'multiplyAccumulate')
      .reduce((sum, { count }) => sum + count, 0);
  t.is(products(mapped), products(whole));
});

test('latency is that of the layers, while their cores work side by side: less than the cycles of all cores (spec §5)', async (t) => {
  const { perSample, ledger } = (await bothRuns).mapped;
  for (const kind of ['inference', 'training'] as const) {
    const { latencyCycles } = perSample[kind];
    const cycles = (layer: number) => {
      const own = ledger.filter((row) => row.run === kind && row.action === 'cycle');
      const ofCores = own
        .filter((row) => row.layer === layer && row.component === 'clock')
        .reduce((sums, row) => {
          sums.set(row.core, (sums.get(row.core) ?? 0) + row.count / row.samples);
          return sums;
        }, new Map<number | null, number>());
      return [...ofCores.values()];
    };
    const [first, second] = [cycles(1), cycles(2)];
    t.is(first.length, 4);
    t.is(second.length, 1);
    const sum = [...first, ...second].reduce((total, count) => total + count, 0);
    t.true(latencyCycles < sum);
    t.true(latencyCycles >= Math.max(...first) + Math.max(...second));
  }
});

test('the schedule of a network with split layers shows each of their cores (spec §7, §8)', async (t) => {
  const { schedule } = (await bothRuns).mapped;
  const cores = new Set(schedule?.intervals.map(({ core }) => core));
  t.deepEqual([...cores].sort(), [0, 1, 2, 3, 4]);
});

test('the float reference does not depend on the mapping', async (t) => {
  const { whole, mapped } = await bothRuns;
  t.deepEqual(mapped.accuracy, whole.accuracy);
  // Nor how far chip and reference part, layer by layer and tensor by tensor.
  // Each of the 20 neurons of the layer on two axon parts has one sum more to check a sample (spec §2.3).
  const samples = 2 * (200 + 60);
  const expected = whole.fixedPoint.map((row) =>
    row.layer === 1 && row.tensor === 'accumulator'
      ? { ...row, values: (row.values ?? NaN) + 20 * samples }
      : row,
  );
  t.deepEqual(mapped.fixedPoint, expected);
});

test('a mapping of layers, neurons or inputs that are not there is refused at its key', async (t) => {
  const refused = async (layers: string, message: RegExp) => {
    await t.throwsAsync(run([`mapping={ layers: ${layers} }`]), { message });
  };
  await refused(
    '[{ layer: 3 }]',
    /mapping\.layers\[0\]\.layer: layer 3 does not exist, the network has 2 layers$/,
  );
  await refused(
    '[{ layer: 1 }, { layer: 1, axonParts: 2 }]',
    /mapping\.layers\[1\]\.layer: layer 1 is mapped twice; keep one of the two$/,
  );
  await refused(
    '[{ layer: 2, neuronParts: 11 }]',
    /neuronParts: layer 2 has 10 neurons, no more parts than that; 11 are asked for$/,
  );
  await refused(
    '[{ layer: 2, axonParts: 21 }]',
    /axonParts: layer 2 has 20 inputs, no more parts than that; 21 are asked for$/,
  );
  await refused('[{ layer: 0 }]', /mapping\.layers\[0\]\.layer: 0 is too small/);
  await refused('[{ layer: 1, parts: 2 }]', /mapping\.layers\[0\]\.parts: unknown key/);
});

test('a mapping onto more cores than there are is refused with both numbers', async (t) => {
  await t.throwsAsync(run(['mapping={ layers: [{ layer: 1, neuronParts: 10, axonParts: 8 }] }']), {
    message:
      /^--set "?mapping=.*: mapping: the network needs 81 cores, mesh-28nm has 64, 17 too few: layer 1 takes 80 \(10 neuron parts × 8 axon parts\); use/,
  });
});

test('the example digits-mesh spans 2 × 2 and 1 × 2 cores', async (t) => {
  const file = path.join(packageRoot, 'examples/digits-mesh.yaml');
  const { allocations, placement } = await prepareExperiment(file, [], await makeFolder());
  t.deepEqual(
    allocations.map(({ parts }) => parts.map(({ core }) => core)),
    [
      [0, 1, 2, 3],
      [4, 5],
    ],
  );
  t.deepEqual(
    placement.image.layers.map(({ parts }) => parts?.length),
    [4, 2],
  );
});
