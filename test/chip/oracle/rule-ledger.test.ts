import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { ChipImage, RuleSpec } from '../../../src/chip/image/chip-image.js';
import { closedFormRows, type LayerActivity } from '../counts/closed-form.js';
import { randomChips } from '../images/random-chips.js';
import { plainImage, randomSamples } from '../images/random-image.js';
import {
  countsOf,
  samples,
  smallDefp,
  chipImage,
  type ImageOptions,
} from '../images/chip-image.js';
import { agree } from '../../support/agree.js';
import { holds } from '../../support/holds.js';

/*
 * A 2-3-4-2 network, one weight and two feedback weights a word. Layer 1 is 5 hops from the label and 1 from layer 2,
 * layer 2 is 6 from the label and 2 from layer 3. Bits: weight 6, delta 8, feedback 4, delayedError 4, event 11, label 3.
 */
const shapes = [
  [2, 3],
  [3, 4],
  [4, 2],
] as const;

function imageOf(rule: RuleSpec, options: ImageOptions = {}, frozen: readonly number[] = []) {
  const image = chipImage(
    shapes.map(([inputCount, neuronCount], index) => ({
      weights: Array.from({ length: inputCount * neuronCount }, (_, place) => (place % 5) - 2),
      biases: Array.from({ length: neuronCount }, (_, place) => place + 4),
      // Two classes; for fa the shape is (N_i × N_{i+1}).
      feedback: Array.from(
        { length: neuronCount * (rule.kind === 'fa' ? (shapes[index + 1]?.[1] ?? 0) : 2) },
        (_, place) => (place % 7) - 3,
      ),
      function: index === 2 ? 'sigmoid' : 'tanh',
      isTrainable: !frozen.includes(index + 1),
    })),
    { ...options, rule, organisation: { weightsPerWord: 1, feedbacksPerWord: 2 } },
  );
  return image;
}

const sample = samples([3, 2], [1], [0]);

/** The rows of a run that are not forward: of phase feedback, and in update those in no layer. */
function feedbackRows(image: ChipImage, work: 'train' | 'measure' = 'train') {
  const dut = new OracleEngine(image);
  dut[work](sample);
  const rows = dut
    .ledgerRows()
    .filter(({ phase, layer }) => phase === 'feedback' || (phase === 'update' && layer === null));
  return Object.fromEntries(
    Object.entries(countsOf(rows)).map(([key, count]) => [key.replace('training ', ''), count]),
  );
}

const label = { 'feedback - io.label/3': 1 };
const selected = {
  // ⌈3/2⌉ and ⌈4/2⌉ words of the row the label selects.
  'feedback 1 feedback.read/16': 2,
  'feedback 2 feedback.read/16': 2,
};
const scaled = {
  ...selected,
  'feedback 1 datapath.multiply/4': 3,
  'feedback 1 router.hop/3': 10,
  'feedback 2 datapath.multiply/4': 4,
  'feedback 2 router.hop/3': 12,
};
/** C = 2 rows of B, sent as C events. */
const projected = {
  'feedback 1 feedback.read/16': 4,
  'feedback 1 router.hop/11': 2,
  'feedback 2 feedback.read/16': 4,
  'feedback 2 router.hop/11': 4,
};
const oneAccess = {
  'feedback - delayedError.read/8': 1,
  'update - delayedError.write/8': 1,
};

const expected: readonly (readonly [string, RuleSpec, Record<string, number>, ImageOptions?])[] = [
  [
    'drtp',
    { kind: 'drtp' },
    { ...selected, 'feedback 1 router.hop/3': 5, 'feedback 2 router.hop/3': 6 },
  ],
  ['defp error', smallDefp('error', 1), { ...scaled, ...oneAccess }],
  [
    'defp loss with cross-entropy',
    smallDefp('loss', 1),
    { ...scaled, ...oneAccess, 'update - datapath.reciprocal/4': 1 },
  ],
  [
    'defp loss with squared error',
    smallDefp('loss', 1),
    { ...scaled, ...oneAccess },
    { loss: 'mse' },
  ],
  ['defp aggregated', smallDefp('aggregated', 1), scaled],
  [
    'defp fullVector, one error a word',
    smallDefp('fullVector', 1, 1),
    {
      'feedback 1 feedback.read/16': 4,
      'feedback 1 datapath.multiplyAccumulate/4': 6,
      'feedback 1 router.hop/3': 15,
      'feedback 2 feedback.read/16': 4,
      'feedback 2 datapath.multiplyAccumulate/4': 8,
      'feedback 2 router.hop/3': 18,
      'feedback - delayedError.read/8': 2,
      'update - delayedError.write/8': 2,
    },
  ],
  [
    'dfa',
    { kind: 'dfa' },
    {
      ...projected,
      'feedback 1 datapath.multiplyAccumulate/8': 6,
      'feedback 2 datapath.multiplyAccumulate/8': 8,
    },
  ],
  [
    'sdfa',
    { kind: 'sdfa' },
    { ...projected, 'feedback 1 datapath.add/4': 6, 'feedback 2 datapath.add/4': 8 },
  ],
  [
    // B_1 is 3 × 4, B_2 4 × 2.
    'fa',
    { kind: 'fa' },
    {
      'feedback 1 feedback.read/16': 6,
      'feedback 1 datapath.multiplyAccumulate/8': 12,
      'feedback 1 router.hop/11': 4,
      'feedback 2 feedback.read/16': 4,
      'feedback 2 datapath.multiplyAccumulate/8': 8,
      'feedback 2 router.hop/11': 4,
    },
  ],
  [
    // The rows of layers 2 and 3: 3 of 4 words, 4 of 2 words.
    'bp',
    { kind: 'bp' },
    {
      'feedback 2 synapses.read/16': 12,
      'feedback 1 datapath.multiplyAccumulate/8': 12,
      'feedback 1 router.hop/11': 3,
      'feedback 3 synapses.read/16': 8,
      'feedback 2 datapath.multiplyAccumulate/8': 8,
      'feedback 2 router.hop/11': 8,
    },
  ],
  ['shallow', { kind: 'shallow' }, {}],
];
for (const [name, rule, rows, options] of expected) {
  test(`feedback costs the rows of the table, ${name} (spec §4.2)`, (t) => {
    t.deepEqual(feedbackRows(imageOf(rule, options)), { ...label, ...rows });
  });
}

test('operands are as wide as the wider tensor (spec §4.2)', (t) => {
  const rowsOf = (rule: RuleSpec, formats: ImageOptions['formats'] = {}) =>
    Object.keys(feedbackRows(imageOf(rule, { formats })));
  const has = (rows: readonly string[], action: string) =>
    t.true(rows.includes(`feedback 1 datapath.${action}`), `${action} in ${rows.join(', ')}`);
  has(rowsOf(smallDefp('error', 1), { delayedError: 'u9.8' }), 'multiply/9');
  has(rowsOf(smallDefp('error', 1), { feedback: 's7.4' }), 'multiply/7');
  has(rowsOf({ kind: 'dfa' }, { feedback: 's13.4' }), 'multiplyAccumulate/13');
  has(rowsOf({ kind: 'sdfa' }, { feedback: 's13.4' }), 'add/13');
  has(rowsOf({ kind: 'fa' }, { feedback: 's13.4' }), 'multiplyAccumulate/13');
  has(rowsOf({ kind: 'bp' }, { weight: 's13.3' }), 'multiplyAccumulate/13');
});

test('a frozen hidden layer has no row of feedback and update; what is booked once a sample stays (spec §4.2)', (t) => {
  const frozen = imageOf(smallDefp('error', 1), {}, [1, 2]);
  t.deepEqual(feedbackRows(frozen), { ...label, ...oneAccess });
  const dut = new OracleEngine(frozen);
  dut.train(sample);
  const rows = dut.ledgerRows().filter(({ layer }) => layer === 1 || layer === 2);
  t.true(rows.every(({ phase }) => phase === 'forward'));
  t.false(rows.some(({ componentAction }) => componentAction.startsWith('eventBuffer')));
});

test('a frozen layer that hands its error down reads h, makes f′ and δz, and nothing after (spec §2.9, §4.2)', (t) => {
  const dut = new OracleEngine(imageOf({ kind: 'bp' }, {}, [2, 3]));
  dut.train(sample);
  const rows = dut.ledgerRows().filter(({ layer, phase }) => layer !== 1 && phase === 'update');
  // Layer 2: f′ at 5 bits, δz at 8; layer 3: y − t at 8 bits.
  t.deepEqual(countsOf(rows), {
    'training update 2 neurons.read/16': 2,
    'training update 2 datapath.multiply/5': 4,
    'training update 2 datapath.add/5': 4,
    'training update 2 datapath.multiply/8': 4,
    'training update 3 neurons.read/16': 1,
    'training update 3 datapath.add/8': 2,
  });
});

test('the measuring pass costs the forward rows of training, the label, the write and the reciprocal (spec §4.2)', (t) => {
  const write = { 'update - delayedError.write/8': 1 };
  t.deepEqual(feedbackRows(imageOf(smallDefp('error', 1)), 'measure'), { ...label, ...write });
  t.deepEqual(feedbackRows(imageOf(smallDefp('loss', 1)), 'measure'), {
    ...label,
    ...write,
    'update - datapath.reciprocal/4': 1,
  });
  t.deepEqual(feedbackRows(imageOf(smallDefp('aggregated', 1)), 'measure'), label);
  const [measured, trained] = [imageOf(smallDefp('error', 1)), imageOf(smallDefp('error', 1))].map(
    (image, index) => {
      const dut = new OracleEngine(image);
      dut[index === 0 ? 'measure' : 'train'](sample);
      return dut.ledgerRows().filter(({ phase }) => phase === 'forward');
    },
  );
  t.deepEqual(measured, trained);
});

test('the ledger of measuring a random one-layer chip has the closed form (spec §4.2)', (t) => {
  holds(
    t,
    fc.property(
      randomChips(plainImage),
      fc.constantFrom('error', 'loss', 'aggregated', 'fullVector'),
      ({ image: drawn, seed }, variant) => {
        const [first] = drawn.layers;
        const last = drawn.layers.at(-1);
        if (first === undefined || last === undefined) throw new Error('an image has layers');
        const image: ChipImage = {
          ...drawn,
          rule: smallDefp(variant, 3, 2),
          layers: [{ ...last, layer: 1, inputFormat: first.inputFormat }],
        };
        const batch = {
          ...randomSamples(image, seed, 3),
          sampleIndices: Uint32Array.of(2, 2, 0),
        };
        const dut = new OracleEngine(image);
        dut.measure(batch);
        const activities = Array.from({ length: 3 }, (_, index): LayerActivity[] => {
          const inputs = batch.inputsRaw.slice(
            index * last.inputCount,
            (index + 1) * last.inputCount,
          );
          const events = inputs.filter((value) => Math.abs(value) > last.eventThresholdRaw).length;
          const eventCount = image.isDense ? inputs.length : events;
          return [{ eventCount, nonZeroEventCount: events, changedWordCount: 0 }];
        });
        const expected = closedFormRows(image, 'measuring', activities);
        agree(t, image, { oracle: dut.ledgerRows(), 'closed form': expected });
      },
    ),
    { seed: 71, numRuns: 40 },
  );
});
