import test from 'ava';
import fc from 'fast-check';
import type { ChipImage, RuleSpec } from '../../../src/chip/image/chip-image.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { LayerActivity, PartActivity, RunActivity } from '../../../src/chip/image/activity.js';
import { closedFormCounts } from '../../../src/chip/counts/counts.js';
import { coreCycleRows } from './core-cycle-rows.js';
import { eventRoutes } from '../../../src/chip/image/event-routes.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { axonPartsOf, partsOf } from '../../../src/chip/image/layer-parts.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { convolutionImage, printRows } from './image.js';
import { gridImage, layerActivity, partActivity } from '../images/grid-image.js';
import { workedImage } from '../images/worked-image.js';
import { holds } from '../../support/holds.js';

/** A mesh of three columns: cores 0, 1, 2 above 3, 4, 5; events and labels enter one hop before core 0. */
const places = [0, 1, 2, 3, 4, 5].map((core) => ({ x: core % 3, y: core < 3 ? 0 : 1 }));
const mesh = {
  between(from: number, to: number): number {
    const [left, right] = [elementAt(places, from, 'cores'), elementAt(places, to, 'cores')];
    return Math.abs(left.x - right.x) + Math.abs(left.y - right.y);
  },
  ofLabel(core: number): number {
    return mesh.between(0, core) + 1;
  },
};

/**
 * 4-4-2. Layer 1: neurons 0 and 1 at home in core 0 (more axons in core 1), neurons 2 and 3 in core 2 (core 3). Layer 2:
 * class 0 in core 4, class 1 in core 5.
 *
 * | from, to | 4 | 5 | home | label |
 * | 0        | 2 | 3 |      | 1     |
 * | 1        |   |   | 1    |       |
 * | 2        | 2 | 1 |      | 3     |
 * | 3        |   |   | 3    |       |
 * | 5        |   |   | 1    |       |
 */
function meshImage(rule: RuleSpec): ChipImage {
  const base = workedImage({ chip: { rule } });
  const layers = base.layers.map((layer) => ({
    ...layer,
    inputCount: 4,
    neuronCount: layer.isOutput ? 2 : 4,
    weightsRaw: new Int32Array(layer.isOutput ? 8 : 16).fill(8),
    biasesRaw: new Int32Array(layer.isOutput ? 2 : 4),
    feedbackRaw: layer.isOutput || rule.kind === 'bp' ? null : new Int32Array(8).fill(8),
  }));
  const half = { axonCount: 2, columnCount: 2 };
  return gridImage({ ...base, layers }, [half, { axonCount: 4, columnCount: 1 }], mesh);
}

/** A_0 = 4, two for each axon part; A_1 = 3, two from core 0 and one from core 2. */
const meshSample: RunActivity = {
  run: 'training',
  sampleCount: 1,
  stepCount: 0,
  flushCount: 0,
  layers: [
    layerActivity(
      1,
      partActivity(4, 8),
      new Array<PartActivity>(4).fill(partActivity(2, 2)),
      [2, 2],
    ),
    layerActivity(
      2,
      partActivity(3, 6),
      new Array<PartActivity>(2).fill(partActivity(3, 3)),
      [2, 1],
    ),
  ],
};

/** Rows of hops: phase, layer, core, bits and hops. */
function hopsOf(rows: readonly LedgerRow[]): readonly string[] {
  return printRows(rows)
    .filter((row) => row.includes('router.hop'))
    .map((row) => row.replace('router.hop ', ''));
}

const hopsOfFeedback: Readonly<Record<string, readonly string[]>> = {
  // The label to each home.
  drtp: ['feedback 1 0 1 1', 'feedback 1 2 1 3'],
  // C = 2 values of e by way of core 4.
  dfa: ['feedback 1 0 11 4', 'feedback 1 2 11 4'],
  // δz of class 0 from core 4, of class 1 from core 5: 2 + 3, 2 + 1.
  fa: ['feedback 1 0 11 5', 'feedback 1 2 11 3'],
  // Of each of two outputs an error from core 4 and one from core 5.
  bp: ['feedback 1 0 11 10', 'feedback 1 2 11 6'],
};

for (const kind of ['drtp', 'dfa', 'fa', 'bp'] as const) {
  test(`hops on a mesh of 3 × 2 with ${kind}: events to every core that has them, sums home, δz back (spec §7)`, (t) => {
    const rows = closedFormCounts(meshImage({ kind }), [meshSample]);
    t.deepEqual(hopsOf(rows), [
      // Two events, and one, to both cores of layer 2: 2·(2 + 3), 1·(2 + 1).
      'forward 1 0 11 10',
      // Two sums of 24 bits, 1 hop and 3.
      'forward 1 1 24 2',
      'forward 1 2 11 3',
      'forward 1 3 24 6',
      ...(hopsOfFeedback[kind] ?? []),
      // Two δz to core 1, and to core 3.
      'update 1 0 11 2',
      'update 1 2 11 6',
    ]);
  });
}

test('with bp every core of the next layer reads its part of the rows of all homes (spec §7)', (t) => {
  const rows = printRows(closedFormCounts(meshImage({ kind: 'bp' }), [meshSample]));
  t.deepEqual(
    rows.filter((row) => /^feedback 2/.test(row)),
    ['feedback 2 4 synapses.read 16 4', 'feedback 2 5 synapses.read 16 4'],
  );
  const cycles = printRows(coreCycleRows(meshImage({ kind: 'bp' }), [meshSample]));
  // Each home: 2 rows of max(⌈1/2⌉, 2 columns on one lane), 3 and 2 hops.
  t.true(cycles.includes('feedback 1 0 clock.cycle - 7'));
  t.true(cycles.includes('feedback 1 2 clock.cycle - 6'));
  // With two lanes a home takes 2 cycles, but a core of layer 2 reads 4 rows for both: with 3 hops 7 cycles.
  const image = meshImage({ kind: 'bp' });
  const withLanes = (learningLaneCount: number): ChipImage => ({
    ...image,
    layers: image.layers.map((layer) => ({
      ...layer,
      organisation: { ...layer.organisation, learningLaneCount },
    })),
  });
  const totalOf = (learningLaneCount: number) =>
    coreCycleRows(withLanes(learningLaneCount), [meshSample]).at(-1)?.count;
  // One lane: 4 + 3 of feedback, and a cycle in which the second home waits for its first row, which the first one reads; δz of 2,
  // 2 visits of 2, of class 1, 3 visits of 2.
  const [oneLane, twoLanes] = [8 + 2 + 2 * 2 + 1 + 3 * 2, 7 + 1 + 2 * 2 + 1 + 3 * 2];
  t.is((totalOf(1) ?? 0) - (totalOf(2) ?? 0), oneLane - twoLanes);
});

test('the engines hop as the mesh says, for events of both homes to both classes (spec §7)', async (t) => {
  const image = meshImage({ kind: 'drtp' });
  const samples = { inputsRaw: Int32Array.of(40, 0, 80, 120), labels: Uint8Array.of(0) };
  for (const engine of [new OracleEngine(image), await makeFastEngine(image)]) {
    engine.infer(samples);
    // h = ±64 in all four neurons; C = 2: core 5 sends its y to core 4.
    t.deepEqual(hopsOf(engine.ledgerRows()), [
      'forward 1 0 11 10',
      'forward 1 1 24 2',
      'forward 1 2 11 6',
      'forward 1 3 24 6',
      'readout 2 5 11 1',
    ]);
  }
});

test('the fast engine measures what each core takes, and where its events come from (spec §5, §7)', async (t) => {
  // Classes 0 and 1 share a core; its axons are cut into 3 and 1, so that those of core 2 go to both.
  const half = { axonCount: 2, columnCount: 2 };
  const image = gridImage(
    { ...meshImage({ kind: 'drtp' }), isDense: false },
    [half, { axonCount: 3, columnCount: 2 }],
    mesh,
  );
  const engine = await makeFastEngine(image);
  engine.infer({
    inputsRaw: Int32Array.of(40, 0, 80, 120, 1, 0, 0, 0),
    labels: Uint8Array.of(0, 0),
  });
  const [first, second] = engine.activity()[0]?.layers ?? [];
  const eventsOf = (layer: LayerActivity | undefined) =>
    layer?.parts?.map(({ deliveredEventCount }) => deliveredEventCount);
  t.deepEqual(eventsOf(first), [2, 2, 2, 2]);
  // Sample 1 has an event and two; sample 2 one and none.
  t.deepEqual(first?.traffic, {
    slowestEventCount: 2 + 1,
    slowestVisitCount: 2 + 1,
    routeEventCounts: [2, 2],
  });
  t.deepEqual(eventsOf(second), [6, 2]);
  // Of two samples all neurons send: two of core 0 and one of core 2 to three axons, one of core 2 to the last.
  t.deepEqual(second?.traffic, {
    slowestEventCount: 6,
    slowestVisitCount: 6,
    routeEventCounts: [4, 2, 2],
  });
});

/** Words and hops belong to cores; these add up over the cores to what one core does. */
const sharedActions =
  /multiplyAccumulate|lookup|compare|draw|generate|squareRoot|multiply|^update.*add/;

function sharedTotals(rows: readonly LedgerRow[]): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const row of rows) {
    const name = `${row.phase} ${row.layer ?? '-'} ${row.componentAction} ${row.bits ?? '-'}`;
    if (!sharedActions.test(name)) continue;
    totals.set(name, (totals.get(name) ?? 0) + row.count);
  }
  return new Map([...totals].sort());
}

/** Activity of a layer on a grid: events by axon part, the same in each neuron part. */
function drawnActivity(image: ChipImage, counts: readonly number[]): readonly LayerActivity[] {
  return image.layers.map((layer, index): LayerActivity => {
    const events = axonPartsOf(layer).map(
      (_, part) => counts[(index + 3 * part) % counts.length] ?? 0,
    );
    const sum = events.reduce((total, count) => total + count, 0);
    const parts = partsOf(layer).map(({ axonPart }) => partActivity(events[axonPart] ?? 0, 1));
    const routes = eventRoutes(image, layer).map(() => 1);
    return layerActivity(layer.layer, partActivity(sum, parts.length), parts, routes);
  });
}

test('operations of all cores together are those of one core, for every rule (spec §7)', (t) => {
  const sizes = fc.array(
    fc.record({
      axonCount: fc.integer({ min: 1, max: 3 }),
      columnCount: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 4, maxLength: 4 },
  );
  const settings = fc.record({
    kind: fc.constantFrom('drtp', 'dfa', 'sdfa', 'fa', 'bp', 'shallow'),
    batchSize: fc.constantFrom(1, 2),
    optimizer: fc.constantFrom(
      { kind: 'sgd' } as const,
      {
        kind: 'rmsprop',
        decayRaw: 58_982,
        epsilonRaw: 1,
      } as const,
    ),
    feedbackSource: fc.constantFrom('memory', 'generator'),
    loss: fc.constantFrom('mse', 'ce'),
  });
  const counts = fc.array(fc.nat(50), { minLength: 7, maxLength: 7 });
  holds(
    t,
    fc.property(
      settings,
      sizes,
      counts,
      fc.nat(3),
      ({ kind, ...chip }, parts, drawn, stepCount) => {
        const whole = convolutionImage({ chip: { ...chip, rule: { kind } } });
        const image = gridImage(whole, parts, { between: () => 1, ofLabel: () => 1 });
        const layers = drawnActivity(image, drawn);
        const run = { run: 'training', sampleCount: 5, stepCount, flushCount: 0 } as const;
        const ofOne = layers.map((layer) => ({ ...layer, parts: null, traffic: null }));
        t.deepEqual(
          sharedTotals(closedFormCounts(image, [{ ...run, layers }])),
          sharedTotals(closedFormCounts(whole, [{ ...run, layers: ofOne }])),
        );
      },
    ),
    { seed: 20_261_124, numRuns: 200 },
  );
});
