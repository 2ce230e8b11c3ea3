import anyTest, { type TestFn } from 'ava';
import type {
  ResultLedgerRow,
  ResultRecord,
} from '../../../src/experiment/record/result-record.js';
import { runText } from '../small-run.js';

const experimentText = `
name: small
dataset: { name: digits, trainSamples: 300, testSamples: 100 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 2, learningRate: 2^-5 }
hardware: edge-28nm
reference: { enabled: false }
deployment: { samplesPerSecond: 50, trainingFraction: 0.2, battery: { energy: 2.4 kJ } }
`;

// One run for all: loading the chip takes longer than training does.
const test = anyTest as TestFn<ResultRecord>;
test.before(async (t) => {
  t.context = await runText(experimentText, []);
});

const sum = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0);
const isClose = (left: number, right: number): boolean =>
  Math.abs(left - right) <= 1e-12 * Math.abs(right);

const groupings: readonly ((row: ResultLedgerRow) => string)[] = [
  ({ phase }) => phase,
  ({ component }) => component,
  ({ component, action }) => `${component}.${action}`,
  ({ layer }) => String(layer),
  ({ core }) => String(core),
];

test('every grouping of a run adds up to its total at all three ends, and each price alone to the band (contracts)', (t) => {
  const result = t.context;
  for (const kind of ['inference', 'training'] as const) {
    const cost = result.perSample[kind];
    const rows = result.ledger.filter((row) => row.run === kind);
    const ends = [
      ['energyPj', cost.energyNj],
      ['energyLowPj', cost.energyLowNj],
      ['energyHighPj', cost.energyHighNj],
    ] as const;
    for (const groupOf of groupings) {
      const groups = [...new Set(rows.map(groupOf))];
      for (const [end, totalNj] of ends) {
        const parts = groups.map((group) =>
          sum(rows.filter((row) => groupOf(row) === group).map((row) => row[end] ?? NaN)),
        );
        t.true(parts.every((part) => part >= 0 && part < Infinity));
        t.true(isClose(sum(parts) / (rows[0]?.samples ?? NaN) / 1000, totalNj));
      }
    }
    const prices = result.sensitivity?.[kind] ?? [];
    const { energyNj, energyLowNj, energyHighNj } = cost;
    t.true(isClose(sum(prices.map((price) => price.energyNj)), energyNj));
    const down = prices.map(({ totalLowNj }) => energyNj - totalLowNj);
    const up = prices.map(({ totalHighNj }) => totalHighNj - energyNj);
    t.true(isClose(energyNj - sum(down), energyLowNj) && isClose(energyNj + sum(up), energyHighNj));
    t.true(isClose(cost.energyIndependentLowNj ?? NaN, energyNj - Math.hypot(...down)));
    t.true(isClose(cost.energyIndependentHighNj ?? NaN, energyNj + Math.hypot(...up)));
    const swings = prices.map(({ totalLowNj, totalHighNj }) => totalHighNj - totalLowNj);
    t.deepEqual(
      swings,
      [...swings].sort((left, right) => right - left),
    );
  }
});

test('bands of the epochs add up to those of all training, and the overhead lies in its range', (t) => {
  const result = t.context;
  const { training, learningOverheadPercent } = result.perSample;
  const byEpoch = (key: 'trainingEnergyLowUj' | 'trainingEnergyHighUj'): number =>
    sum(result.epochs.map((epoch) => epoch[key] ?? NaN));
  t.true(Math.abs(byEpoch('trainingEnergyLowUj') / (0.6 * training.energyLowNj) - 1) < 1e-9);
  t.true(Math.abs(byEpoch('trainingEnergyHighUj') / (0.6 * training.energyHighNj) - 1) < 1e-9);
  const { energy, energyLow, energyHigh } = learningOverheadPercent;
  t.true((energyLow ?? NaN) < (energy ?? NaN) && (energy ?? NaN) < (energyHigh ?? NaN));
});

test('power and NeuroBench metrics of a run follow from its own figures', (t) => {
  const result = t.context;
  const { inference, training } = result.perSample;
  const { power, neurobench } = result;
  if (neurobench === null) throw new Error('the run has NeuroBench metrics');
  const duty = 50e-6 * (0.8 * (inference.latencyUs ?? NaN) + 0.2 * (training.latencyUs ?? NaN));
  const workingUw = 50e-3 * (0.8 * inference.energyNj + 0.2 * training.energyNj);
  const idleUw = (1 - duty) * (power?.idle.powerUw ?? NaN);
  t.true(Math.abs((power?.deployment?.average?.powerUw ?? NaN) / (workingUw + idleUw) - 1) < 1e-9);
  // 64-20-10: 64·20 + 20·10 products and weights, 30 biases.
  t.is(neurobench.synapticOperations.dense, 1480);
  t.is(neurobench.parameterCount, 1510);
  const events = result.activity.map((layer) => layer.eventsInPerInferenceSample ?? NaN);
  const products = (events[0] ?? NaN) * 20 + (events[1] ?? NaN) * 10;
  t.true(isClose(neurobench.synapticOperations.nonZeroInputMacs ?? NaN, products));
  t.true(Math.abs((neurobench.activationSparsity ?? NaN) - (1 - (events[1] ?? NaN) / 20)) < 1e-12);
  const bits = result.memory.filter(({ trainingOnly }) => !trainingOnly);
  t.is(neurobench.footprintBytes, sum(bits.map(({ usedBits }) => usedBits)) / 8);
});

const wrongDeployments: readonly (readonly [string, RegExp])[] = [
  ['deployment.samplesPerSecond=0', /samplesPerSecond: 0 is too small; it must be above 0/],
  ['deployment.trainingFraction=1.5', /trainingFraction: 1\.5 is too large; it must be at most 1/],
  ['deployment.battery={ energy: 3 V }', /battery\.energy: "3 V" is not an energy/],
  ['deployment.battery={ capacity: 230 mAh }', /battery: states no energy, or states it twice/],
  ['deployment.battery={ energy: 1 J, voltage: 3 V }', /battery: states no energy, or states it/],
];
for (const [override, message] of wrongDeployments) {
  test.serial(`${override} is refused before anything is trained`, async (t) => {
    await t.throwsAsync(runText(experimentText, [override]), { message });
  });
}

test.serial(
  'the maximum that a refusal names is that of samples without events (spec §5)',
  async (t) => {
    const overrides = ['deployment.samplesPerSecond=1e9', 'deployment.trainingFraction=0'];
    // 64-20-10, words of 128 bits, 16 lanes, D = 4. Layer 1: ⌈20/8⌉ + ⌈20/16⌉ + 4 + 1 hop; layer 2: ⌈10/8⌉ + 1 + 4;
    // readout ⌈10/16⌉ + 9 + 1. 28 cycles at 100 MHz.
    await t.throwsAsync(runText(experimentText, overrides), {
      message:
        /1000000000 samples a second is more than the chip can do: at most 3571428 of this mix/,
    });
  },
);
