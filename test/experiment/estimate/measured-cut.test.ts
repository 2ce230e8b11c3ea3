import test from 'ava';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { estimate, hasSameLedger, run } from './run-and-estimate.js';

const onMesh = [
  'dataset.trainSamples=90',
  'hardware=mesh-28nm',
  'mapping={ layers: [{ layer: 1, neuronParts: 2, axonParts: 2 }, { layer: 2, axonParts: 2 }] }',
];
const onFour = 'mapping={ layers: [{ layer: 1, axonParts: 2 }, { layer: 2, neuronParts: 2 }] }';

/** What an estimate says where it knows of no cores what each of them has. */
const evenNote = /^Events are taken to spread evenly over the cores of a split layer\.$/;

const settings: readonly (readonly [string, readonly string[]])[] = [
  ['layers on 2 × 2 and 1 × 2 cores of a mesh', onMesh],
  [
    'such layers, a locked rule, and values that are no events delivered too',
    [...onMesh, 'training.rule=fa', 'events.dense=true'],
  ],
  [
    'such layers and a measuring pass',
    [...onMesh, 'training.rule=defp', 'training.defp.init=measure'],
  ],
  [
    'a split convolution below a split layer, with batches and a locked rule',
    [
      'network=CONV_4_3_1_1_FC_10',
      'hardware=large-28nm',
      'mapping={ layers: [{ layer: 1, neuronParts: 2 }, { layer: 2, axonParts: 2 }] }',
      'training.batch=20',
      'training.rule=bp',
    ],
  ],
  [
    'split layers on a chip that writes only the words that change',
    ['hardware=gated.yaml', onFour],
  ],
  [
    'split layers on such a chip, with values that are no events delivered too',
    ['hardware=gated.yaml', onFour, 'events.dense=true'],
  ],
];

for (const [what, overrides] of settings) {
  test.serial(
    `the estimate from a run's activity has that run's ledger, with ${what} (docs/spec.md §4, §7)`,
    async (t) => {
      const { record } = await hasSameLedger(t, overrides);
      t.false(record.notes.some((note) => evenNote.test(note)));
    },
  );
}

test.serial(
  'the events of a run that was cut otherwise spread evenly, and a note says so',
  async (t) => {
    const whole = await run(['hardware=mesh-28nm', 'dataset.trainSamples=50']);
    const rowsOf = (prepared: Awaited<ReturnType<typeof estimate>>) => {
      const { record, ledgers } = makeEstimate(prepared);
      return { record, rows: ledgers[0]?.rows ?? [] };
    };
    const split = ['mapping={ layers: [{ layer: 1, neuronParts: 2, axonParts: 2 }] }'];
    const { record, rows } = rowsOf(await estimate(whole, split));
    t.true(record.notes.some((note) => evenNote.test(note)));
    const training = whole.result.measuredRuns.find((one) => one.run === 'training');
    const measured = training?.layers[0];
    t.is(measured?.parts, null);
    const events = measured?.events ?? NaN;
    const reads = rows
      .filter((row) => row.run === 'training' && row.layer === 1 && row.phase === 'forward')
      .filter(({ componentAction }) => componentAction === 'synapses.read')
      .map(({ core, count }) => [core, count]);
    // Of 64 inputs 32 each, and 10 of the 20 neurons in one word of 128 bits.
    t.deepEqual(reads, [
      [0, Math.round(events / 2)],
      [1, events - Math.round(events / 2)],
      [2, Math.round(events / 2)],
      [3, events - Math.round(events / 2)],
    ]);
    // The other way round: what four cores had is not used for one, and there is nothing to spread.
    const cut = await run(['hardware=mesh-28nm', 'dataset.trainSamples=50', ...split]);
    const back = rowsOf(await estimate({ ...cut, overrides: cut.overrides.slice(0, -1) }));
    t.false(back.record.notes.some((note) => evenNote.test(note)));
    const ofLayer = back.rows.filter(({ layer }) => layer === 1);
    t.true(ofLayer.every(({ core }) => core === 0));
    const read = ofLayer.find(
      (row) =>
        row.run === 'training' &&
        row.phase === 'forward' &&
        row.componentAction === 'synapses.read',
    );
    const ran = cut.result.measuredRuns.find((one) => one.run === 'training')?.layers[0];
    const delivered = ran?.events ?? 0;
    t.true(delivered > 0);
    // 20 weights are two words; each of two axon parts had its share of the events.
    t.is(read?.count, 2 * delivered);
    const ofParts = ran?.parts?.slice(0, 2).map((part) => part.events) ?? [];
    t.is((ofParts[0] ?? 0) + (ofParts[1] ?? 0), delivered);
  },
);
