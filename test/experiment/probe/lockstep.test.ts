import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { chipDefpVariants } from '../../../src/network/defp-variants.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import {
  delayedReals,
  lockstepDeviations,
  lockstepSamplesOf,
} from '../../../src/experiment/probe/lockstep.js';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { ruleOf } from '../../../src/experiment/file/reference-rule.js';
import type { TensorDeviation } from '../../../src/experiment/replay/tensor-deviation.js';
import { learnedParameters } from '../../../src/mapping/dequantise.js';
import { InputEncoder } from '../../../src/mapping/input/input-encoder.js';
import type { LayerParameters } from '../../../src/network/parameters.js';
import { NetworkProbe } from '../../../src/reference/network-probe.js';
import { firstSamples } from '../../../src/reference/samples.js';
import { edgeImage } from '../../chip/images/shipped-image.js';
import { smallDefp, chipImage } from '../../chip/images/chip-image.js';

const experimentText = `
name: small
dataset: { name: digits, trainSamples: 40, testSamples: 10 }
network: FC_12_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5, seed: 3 }
hardware: large-28nm
precision: { input: u8.4 }
`;
const sampleCount = 16;

/** Deviations after the chip has learned once from all 40 samples; `disturb` changes what the float side is given. */
async function compare(
  overrides: readonly string[],
  disturb: (parameters: readonly LayerParameters[]) => readonly LayerParameters[] = (same) => same,
): Promise<ReadonlyMap<string, TensorDeviation>> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'spikeledger-')), 'experiment.yaml');
  await writeFile(file, experimentText);
  const prepared = await prepareExperiment(file, overrides, tmpdir());
  const { placement, data, inputQuantiser, topology, experiment } = prepared;
  const { training } = experiment;
  const { image } = placement;
  const everyIndex = Uint32Array.from({ length: data.train.sampleCount }, (_, index) => index);
  const encoder = new InputEncoder(data.train, inputQuantiser);
  const chip = await makeFastEngine(image);
  const all = encoder.encode(everyIndex, 0, everyIndex.length);
  chip.train({ ...all, sampleIndices: everyIndex });
  chip.endEpoch();
  const state = chip.learnedState();
  const probe = await NetworkProbe.open({
    topology,
    rule: ruleOf(training),
    loss: training.loss,
    frozenLayers: training.frozenLayers,
    backend: 'wasm',
  });
  const float = await probe.signals(
    disturb(learnedParameters(image, state)),
    firstSamples(data.train, sampleCount),
    delayedReals(image, state, data.train.labels.slice(0, sampleCount)),
  );
  const batch = {
    ...encoder.encode(everyIndex, 0, sampleCount),
    sampleIndices: everyIndex.slice(0, sampleCount),
  };
  const deviations = lockstepDeviations(image, chip.observe(batch), float);
  return new Map(deviations.map((entry) => [`${entry.layer} ${entry.tensor}`, entry]));
}

function rmsOf(deviations: ReadonlyMap<string, TensorDeviation>, key: string): number {
  return deviations.get(key)?.rmsErrorVsReference ?? NaN;
}

const fine = [
  'precision.weight=s16.12',
  'precision.bias=s16.12',
  'precision.accumulator=s32.18',
  'precision.activation=s16.14',
  'precision.output=u16.15',
  'precision.delta=s24.18',
  'precision.feedback=s16.14',
];
const variants = chipDefpVariants;
const rules: readonly (readonly [name: string, overrides: readonly string[]])[] = [
  ...['drtp', 'dfa', 'sdfa', 'fa', 'bp'].map((rule) => [rule, [`training.rule=${rule}`]] as const),
  ...variants.map(
    (variant) =>
      [
        `defp ${variant}`,
        [
          'training.rule=defp',
          `training.defp={ variant: ${variant} }`,
          // The chip's u8.8 has no sign for fullVector and no value above 1 for loss.
          ...(variant === 'fullVector' ? ['precision.delayedError=s8.7'] : []),
          ...(variant === 'loss' || variant === 'lastLoss' ? ['precision.delayedError=u8.4'] : []),
        ],
      ] as const,
  ),
  ['bp with mse', ['training.rule=bp', 'training.loss=mse']],
  ['dfa with mean', ['training.rule=dfa', 'training.lossReduction=mean']],
  ['drtp, CONV', ['training.rule=drtp', 'network=CONV_2_3_1_1_FC_10']],
  ['bp, CONV', ['training.rule=bp', 'network=CONV_2_3_1_1_FC_8_FC_10']],
];

for (const [name, overrides] of rules) {
  test.serial(
    `z, h and δz of the chip are those of float arithmetic but for rounding: ${name}`,
    async (t) => {
      const deviations = await compare([...fine, ...overrides]);
      const layerCount = name === 'bp, CONV' ? 3 : 2;
      const keys = Array.from({ length: layerCount }, (_, index) => {
        const layer = index + 1;
        const h = layer === layerCount ? 'output' : 'activation';
        return [`${layer} accumulator`, `${layer} ${h}`, `${layer} delta`];
      }).flat();
      t.deepEqual([...deviations.keys()], keys);
      for (const key of keys) {
        // Tables of f are the coarsest part: an entry serves inputs of 2^−7 (large-28nm), so h is off by 2^−8 at most.
        // The loss variant multiplies by 1/y, as large as its format holds.
        const bound =
          ['defp loss', 'defp lastLoss'].includes(name) && key === '1 delta' ? 2 ** -5 : 2 ** -8;
        t.true(rmsOf(deviations, key) < bound, `${key}: ${rmsOf(deviations, key)}`);
        t.true((deviations.get(key)?.signDisagreementPercent ?? NaN) < 1, key);
      }
    },
  );
}

test.serial(
  'h in s8.7 deviates by the noise of its rounding, 2^−7/√12, and at most as much again from the table',
  async (t) => {
    const deviations = await compare([...fine, 'precision.activation=s8.7']);
    const noise = 2 ** -7 / Math.sqrt(12);
    const rms = rmsOf(deviations, '1 activation');
    t.true(rms > 0.9 * noise && rms < 1.5 * noise, `${rms}`);
  },
);

test.serial('a weight that differs is seen, in h of its layer and in δz below it', async (t) => {
  const disturbed = await compare([...fine, 'training.rule=bp'], (parameters) =>
    parameters.map((layer, index) =>
      index === 1 ? { ...layer, weights: layer.weights.map((weight) => -weight) } : layer,
    ),
  );
  t.true(rmsOf(disturbed, '1 activation') < 2 ** -8);
  t.true(rmsOf(disturbed, '2 output') > 0.05);
  t.true((disturbed.get('1 delta')?.signDisagreementPercent ?? 0) > 20);
});

test.serial('a hidden layer that does not learn has h and no δz to compare', async (t) => {
  const shallow = await compare(['training.rule=shallow']);
  const sums = ['1 accumulator', '1 activation', '2 accumulator'];
  t.deepEqual([...shallow.keys()], [...sums, '2 output', '2 delta']);
});

test('at most 16 samples are compared, fewer where the network is large', (t) => {
  // 784·500 + 500·10 = 397,000 products per sample: 30 samples would fit twelve million.
  const image = edgeImage();
  t.is(lockstepSamplesOf(image), 16);
  const [hidden, output] = image.layers;
  if (hidden === undefined || output === undefined) throw new Error('edge-28nm has two layers');
  const wide = { ...hidden, neuronCount: 2000 };
  // 784·2000 + 5,000 = 1,573,000: seven fit.
  t.is(lockstepSamplesOf({ ...image, layers: [wide, output] }), 7);
  const tooWide = { ...hidden, neuronCount: 16_000 };
  t.is(lockstepSamplesOf({ ...image, layers: [tooWide, output] }), 0);
});

test('d is read from the memory of the chip: one a sample, C a sample, or one for all (spec §2.9)', (t) => {
  const layers = [
    { weights: [1, 2, 3, 4], biases: [1, 2], feedback: [1, 1, 1, 1], function: 'tanh' },
    { weights: [5, 6, 7, 8], biases: [3, 4], function: 'sigmoid' },
  ] as const;
  const ofVisits = (
    isValid: Uint8Array,
    variant: (typeof variants)[number],
    ...raw: readonly number[]
  ) => {
    const image = chipImage(layers, { rule: smallDefp(variant, 3) });
    const state = {
      ...new OracleEngine(image).learnedState(),
      delayedErrors: { raw: Int32Array.from(raw), isValid },
    };
    return [...(delayedReals(image, state, Uint8Array.of(1, 0)) ?? [])];
  };
  const of = (variant: (typeof variants)[number], ...raw: readonly number[]) =>
    ofVisits(new Uint8Array(3).fill(1), variant, ...raw);
  // u4.4
  t.deepEqual(of('error', 8, 4, 2), [0.5, 0.25]);
  t.deepEqual(of('loss', 15, 0, 2), [15 / 16, 0]);
  t.deepEqual(of('fullVector', 8, 4, 2, 1, 6, 7), [0.5, 0.25, 0.125, 0.0625]);
  t.deepEqual(of('aggregated', 12), [0.75, 0.75]);
  t.deepEqual(of('lastLoss', 12), [0.75, 0.75]);
  t.deepEqual(of('movingAverage', 12), [0.75, 0.75]);
  // S = 50 over 2² samples: ⌊50/4⌋ = 12.
  const overFour = { ...smallDefp('movingAverage', 3), averageShift: 2 };
  const delayedErrors = { raw: Int32Array.of(50), isValid: Uint8Array.of(1) };
  const averaged = delayedReals(
    chipImage(layers, { rule: overFour }),
    { delayedErrors },
    Uint8Array.of(1, 0),
  );
  t.deepEqual([...(averaged ?? [])], [0.75, 0.75]);
  // Before a first visit d is 1, in full vector that of the label alone.
  const first = Uint8Array.of(1, 0, 0);
  t.deepEqual(ofVisits(first, 'error', 8, 4, 2), [0.5, 1]);
  t.deepEqual(
    ofVisits(Uint8Array.of(0, 1, 1), 'fullVector', 8, 4, 2, 1, 6, 7),
    [0, 1, 0.125, 0.0625],
  );
  t.deepEqual(ofVisits(Uint8Array.of(0), 'aggregated', 0), [1, 1]);
  const drtp = chipImage(layers);
  t.is(delayedReals(drtp, new OracleEngine(drtp).learnedState(), Uint8Array.of(1, 0)), null);
});
