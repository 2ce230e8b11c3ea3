import { type RuleName, rulesWhere } from '../../src/network/rule-facts.js';
import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../src/chip/oracle/oracle-engine.js';
import type { ChipImage, RuleSpec } from '../../src/chip/image/chip-image.js';
import type { ChipEngine, SampleBatch } from '../../src/chip/engine.js';
import { makeFastEngine } from '../../src/chip/engines.js';
import type { ChipModel } from '../../src/hardware/chip-model.js';
import { loadChip } from '../../src/hardware/load-chip.js';
import type { GridRequest } from '../../src/mapping/placement/layer-grid.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';
import type { RoundingMode } from '../../src/numerics/modes.js';
import { Draws } from '../chip/oracle/draws.js';
import { placedImage } from './placed-image.js';
import { makeLearning } from './small-chip.js';
import { holds } from '../support/holds.js';

/*
 * What the mapping changes and what it does not (docs/spec.md §7), through `placeNetwork` and the engines.
 */

const classCount = 5;
const sampleCount = 6;
const ruleNames = rulesWhere(() => true);

/** A network, how it learns, and how its layers shall lie. */
interface Case {
  readonly seed: number;
  readonly network: string;
  readonly rule: RuleName;
  readonly rounding: RoundingMode;
  readonly optimizer: 'sgd' | 'adam';
  readonly batchSize: number;
  /** Least numbers of parts, one pair per layer. */
  readonly parts: readonly (readonly [neuronParts: number, axonParts: number])[];
}

const parts = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }));
const cases = (rounding: fc.Arbitrary<Case['rounding']>): fc.Arbitrary<Case> =>
  fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    network: fc.constantFrom('FC_5', 'FC_19_FC_5', 'FC_33_FC_7_FC_5', 'CONV_6_2_1_1_FC_9_FC_5'),
    rule: fc.constantFrom(...ruleNames),
    rounding,
    optimizer: fc.constantFrom('sgd', 'adam'),
    batchSize: fc.constantFrom(1, 4),
    parts: fc.array(parts, { minLength: 4, maxLength: 4 }),
  });

const large = loadChip('large-28nm');
/** large-28nm on a mesh, with a core for every part, and tables of 64 entries, which are quickly computed. */
const chip: ChipModel = {
  ...large,
  core: {
    ...large.core,
    activationTable: { ...large.core.activationTable, indexBits: 6 },
  },
  coreCount: 64,
  router: { kind: 'mesh', columns: 8 },
};

function ruleSpec(kind: Case['rule']): RuleSpec {
  if (kind !== 'defp') return { kind };
  return { kind, variant: 'error', sampleCount, wordBits: 8, delayedErrorsPerWord: 1 };
}

function place(given: Case, requests: readonly GridRequest[]): ChipImage {
  const { seed, rule, rounding, optimizer, batchSize } = given;
  const topology = buildTopology(parseTopologyString(given.network), [4, 3, 4], classCount, {
    hidden: 'tanh',
    output: 'sigmoid',
  });
  const learning = makeLearning({ rule: ruleSpec(rule), optimizer, batchSize });
  return placedImage(topology, chip, learning, { seed, rounding, requests });
}

/** Parts that are asked for; those of layers that the network has not are left out. */
function placeSplit(given: Case): ChipImage {
  const layerCount = given.network.match(/FC|CONV/g)?.length ?? 0;
  const requests = given.parts
    .map(([neuronParts, axonParts], index) => ({ layer: index + 1, neuronParts, axonParts }))
    .filter(({ layer }) => layer <= layerCount);
  return place(given, requests);
}

function samples({ seed }: Case): Required<SampleBatch> {
  const draws = new Draws(seed, 'samples');
  return {
    inputsRaw: Int32Array.from({ length: sampleCount * 48 }, () =>
      draws.chance(0.4) ? 0 : draws.integer(1, 255),
    ),
    labels: Uint8Array.from({ length: sampleCount }, () => draws.integer(0, classCount - 1)),
    sampleIndices: Uint32Array.from({ length: sampleCount }, (_, index) => index),
  };
}

/** What an engine has learned of the samples, twice over, and what it then says to them. */
function trained(engine: ChipEngine, batch: Required<SampleBatch>) {
  for (let epoch = 0; epoch < 2; epoch += 1) {
    engine.train(batch);
    engine.endEpoch();
  }
  const outputsRaw = engine.infer({ inputsRaw: batch.inputsRaw, labels: batch.labels });
  const { laneStates, ...learned } = engine.learnedState();
  const accumulatorOverflows = engine
    .tensorHealth()
    .filter(({ tensor }) => tensor === 'accumulator')
    .reduce((sum, health) => sum + health.saturationCount, 0);
  return { learned: { ...learned, outputsRaw }, laneStates, accumulatorOverflows };
}

test('the mapping changes no weight, with deterministic rounding and no overflow of the accumulator (spec §7)', async (t) => {
  let splitCount = 0;
  let learnedCount = 0;
  await holds(
    t,
    fc.asyncProperty(
      cases(fc.constantFrom('truncate', 'nearest', 'nearestEven')),
      async (given) => {
        const batch = samples(given);
        const wholeImage = place(given, []);
        const splitImage = placeSplit(given);
        const whole = trained(await makeFastEngine(wholeImage), batch);
        const split = trained(await makeFastEngine(splitImage), batch);
        t.is(whole.accumulatorOverflows + split.accumulatorOverflows, 0);
        t.deepEqual(split.learned, whole.learned);
        if (splitImage.layers.some((layer) => layer.parts !== null)) splitCount += 1;
        const first = wholeImage.layers[0]?.weightsRaw;
        if (whole.learned.weightsRaw[0]?.some((raw, index) => raw !== first?.[index])) {
          learnedCount += 1;
        }
      },
    ),
    { seed: 20_261_301, numRuns: 60 },
  );
  // Enough of the cases are split and learn for the law to mean something.
  t.true(splitCount >= 50);
  t.true(learnedCount >= 30);
});

test('with stochastic rounding the same mapping gives the same bits, twice and in both engines (spec §3, §7)', async (t) => {
  await holds(
    t,
    fc.asyncProperty(cases(fc.constant('stochastic')), async (given) => {
      const batch = samples(given);
      const first = trained(await makeFastEngine(placeSplit(given)), batch);
      const second = trained(await makeFastEngine(placeSplit(given)), batch);
      const oracle = trained(new OracleEngine(placeSplit(given)), batch);
      t.deepEqual(second, first);
      t.deepEqual(oracle, first);
    }),
    { seed: 20_261_302, numRuns: 12 },
  );
});

test('with stochastic rounding another mapping meets other draws (spec §7)', async (t) => {
  const given: Case = {
    seed: 3,
    network: 'FC_33_FC_7_FC_5',
    rule: 'drtp',
    rounding: 'stochastic',
    optimizer: 'sgd',
    batchSize: 1,
    parts: [
      [2, 2],
      [1, 1],
      [1, 1],
    ],
  };
  const whole = trained(await makeFastEngine(place(given, [])), samples(given));
  const split = trained(await makeFastEngine(placeSplit(given)), samples(given));
  t.notDeepEqual(split.learned.weightsRaw, whole.learned.weightsRaw);
});
