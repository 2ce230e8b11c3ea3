import test from 'ava';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import { closedFormCounts } from '../../../src/chip/counts/counts.js';
import { cyclesPerSample } from '../../../src/chip/counts/cycles.js';
import { coreCycleRows } from './core-cycle-rows.js';
import type { RunKind } from '../../../src/ledger/ledger-row.js';
import { printRows } from './image.js';
import { gridImage, layerActivity, partActivity } from '../images/grid-image.js';
import { workedImage, type WorkedOverrides } from '../images/worked-image.js';

/*
 * The worked example 3-2-2 of docs/spec.md §4.3 with layer 1 on cores 0 and 1, layer 2 on core 2: hops 3 from core 0 to
 * core 2, 4 from core 1, 2 between cores 0 and 1; the label hops 5 to core 0, 6 to core 1.
 */
const distances = {
  between: (from: number, to: number) => (from === to ? 0 : to === 2 ? from + 3 : 2),
  ofLabel: (core: number) => core + 5,
};
const whole = { axonCount: 3, columnCount: 2 };

function inNeuronParts(overrides?: WorkedOverrides): ChipImage {
  return gridImage(workedImage(overrides), [{ ...whole, columnCount: 1 }, whole], distances);
}

function inAxonParts(overrides?: WorkedOverrides): ChipImage {
  return gridImage(workedImage(overrides), [{ ...whole, axonCount: 2 }, whole], distances);
}

/** A_0 = 3: every neuron part has all events. A_1 = 2: one from each home. A row of one weight is a word. */
function neuronPartsSample(run: RunKind): RunActivity {
  const words = run === 'training' ? 1 : 0;
  const part = partActivity(3, 3 * words);
  return {
    run,
    sampleCount: 1,
    stepCount: 0,
    flushCount: 0,
    layers: [
      layerActivity(1, partActivity(3, 6 * words), [part, part], null),
      layerActivity(2, partActivity(2, 2 * words), null, [1, 1]),
    ],
  };
}

/** A_0 = 3: two events at home, one at the other core. */
function axonPartsSample(run: RunKind): RunActivity {
  const words = run === 'training' ? 1 : 0;
  const parts = [partActivity(2, 2 * words), partActivity(1, words)];
  return {
    run,
    sampleCount: 1,
    stepCount: 0,
    flushCount: 0,
    layers: [
      layerActivity(1, partActivity(3, 3 * words), parts, [2, 1]),
      layerActivity(2, partActivity(2, 2 * words), null, null),
    ],
  };
}

const outputForward = [
  'forward 2 2 synapses.read 16 2',
  'forward 2 2 neurons.write 32 1',
  'forward 2 2 bias.read 16 2',
  'forward 2 2 eventBuffer.write 12 2',
  'forward 2 2 activation.lookup 8 2',
  'forward 2 2 datapath.multiplyAccumulate 8 4',
];
const outputUpdate = [
  'update 2 2 synapses.read 16 2',
  'update 2 2 synapses.write 16 2',
  'update 2 2 neurons.read 32 1',
  'update 2 2 bias.read 16 2',
  'update 2 2 bias.write 16 2',
  'update 2 2 eventBuffer.read 12 2',
  'update 2 2 datapath.multiplyAccumulate 9 4',
  'update 2 2 datapath.add 9 2',
  'update 2 2 datapath.add 12 2',
  'update 2 2 random.draw 16 4',
];

test('each of two neuron parts has all events and half of the neurons: the worked example, every row (spec §4.3, §7)', (t) => {
  t.deepEqual(printRows(closedFormCounts(inNeuronParts(), [neuronPartsSample('training')])), [
    'forward - - io.eventIn 11 3',
    ...[0, 1].flatMap((core) => [
      `forward 1 ${core} synapses.read 16 3`,
      `forward 1 ${core} neurons.write 32 1`,
      `forward 1 ${core} bias.read 16 1`,
      `forward 1 ${core} eventBuffer.write 12 3`,
      `forward 1 ${core} activation.lookup 8 1`,
      `forward 1 ${core} datapath.multiplyAccumulate 8 3`,
      // One event of each: 3 hops from core 0, 4 from core 1.
      `forward 1 ${core} router.hop 11 ${3 + core}`,
    ]),
    ...outputForward,
    'feedback - - io.label 1 1',
    'feedback 1 0 feedback.read 16 1',
    'feedback 1 0 router.hop 1 5',
    'feedback 1 1 feedback.read 16 1',
    'feedback 1 1 router.hop 1 6',
    ...[0, 1].flatMap((core) => [
      `update 1 ${core} synapses.read 16 3`,
      `update 1 ${core} synapses.write 16 3`,
      `update 1 ${core} neurons.read 32 1`,
      `update 1 ${core} bias.read 16 1`,
      `update 1 ${core} bias.write 16 1`,
      `update 1 ${core} eventBuffer.read 12 3`,
      `update 1 ${core} datapath.multiplyAccumulate 9 3`,
      `update 1 ${core} datapath.multiply 8 1`,
      `update 1 ${core} datapath.multiply 9 1`,
      `update 1 ${core} datapath.add 8 1`,
      `update 1 ${core} datapath.add 12 1`,
      `update 1 ${core} random.draw 16 3`,
    ]),
    ...outputUpdate,
  ]);
});

test('of two axon parts the home adds the sums of the other and sends it δz: the worked example, every row (spec §4.3, §7)', (t) => {
  t.deepEqual(printRows(closedFormCounts(inAxonParts(), [axonPartsSample('training')])), [
    'forward - - io.eventIn 11 3',
    'forward 1 0 synapses.read 16 2',
    'forward 1 0 neurons.write 32 1',
    'forward 1 0 bias.read 16 2',
    'forward 1 0 eventBuffer.write 12 2',
    'forward 1 0 activation.lookup 8 2',
    'forward 1 0 datapath.multiplyAccumulate 8 4',
    'forward 1 0 datapath.add 24 2',
    'forward 1 0 router.hop 11 6',
    'forward 1 1 synapses.read 16 1',
    'forward 1 1 eventBuffer.write 12 1',
    'forward 1 1 datapath.multiplyAccumulate 8 2',
    // Two sums of 24 bits, 2 hops each.
    'forward 1 1 router.hop 24 4',
    ...outputForward,
    'feedback - - io.label 1 1',
    'feedback 1 0 feedback.read 16 1',
    'feedback 1 0 router.hop 1 5',
    'update 1 0 synapses.read 16 2',
    'update 1 0 synapses.write 16 2',
    'update 1 0 neurons.read 32 1',
    'update 1 0 bias.read 16 2',
    'update 1 0 bias.write 16 2',
    'update 1 0 eventBuffer.read 12 2',
    'update 1 0 datapath.multiplyAccumulate 9 4',
    'update 1 0 datapath.multiply 8 2',
    'update 1 0 datapath.multiply 9 2',
    'update 1 0 datapath.add 8 2',
    'update 1 0 datapath.add 12 2',
    'update 1 0 random.draw 16 4',
    // Two δz, 2 hops each.
    'update 1 0 router.hop 11 4',
    'update 1 1 synapses.read 16 1',
    'update 1 1 synapses.write 16 1',
    'update 1 1 eventBuffer.read 12 1',
    'update 1 1 datapath.multiplyAccumulate 9 2',
    'update 1 1 random.draw 16 2',
    ...outputUpdate,
  ]);
});

test('sums in memory are read to be sent, and read and written where they are added (spec §7)', (t) => {
  const image = inAxonParts({ organisation: { accumulate: 'memory' } });
  const rows = printRows(closedFormCounts(image, [axonPartsSample('inference')]));
  t.deepEqual(
    rows.filter((row) => /^forward 1 \d neurons/.test(row)),
    [
      // Home: (2 events + 1)·2 words, 2 more for the sums received; a word of h.
      'forward 1 0 neurons.read 32 8',
      'forward 1 0 neurons.write 32 9',
      // (1 event + 1)·2 words, and no h.
      'forward 1 1 neurons.read 32 4',
      'forward 1 1 neurons.write 32 4',
    ],
  );
});

test('every core multiplies δz by a mantissa of η itself; in steps a core that is no home has ρ rows, without one for biases (spec §7)', (t) => {
  const image = inAxonParts({
    chip: { batchSize: 2, optimizer: { kind: 'momentum', decayRaw: 58_982, isNesterov: false } },
    layer: { learningRate: { kind: 'factor', mantissaRaw: 40_000, fractionBits: 20 } },
  });
  const sample = { ...axonPartsSample('training'), stepCount: 1 };
  const rows = printRows(closedFormCounts(image, [sample]));
  t.deepEqual(
    rows.filter((row) => /^update 1 1 /.test(row)),
    [
      // A row of 2 columns: P = 2, a gradient and a state a word; 1 event, 1 row a step.
      'update 1 1 synapses.read 16 1',
      'update 1 1 synapses.write 16 1',
      'update 1 1 eventBuffer.read 12 1',
      'update 1 1 optimizerState.read 64 2',
      'update 1 1 optimizerState.write 64 2',
      'update 1 1 gradient.read 32 4',
      'update 1 1 gradient.write 32 4',
      'update 1 1 datapath.multiplyAccumulate 9 2',
      // η·v and β·v of 2 weights, in 24 bits both.
      'update 1 1 datapath.multiply 24 4',
      // w − u, and the sum in v.
      'update 1 1 datapath.add 8 2',
      'update 1 1 datapath.add 24 2',
      'update 1 1 random.draw 16 2',
    ],
  );
  const atOnce = inAxonParts({
    layer: { learningRate: { kind: 'factor', mantissaRaw: 40_000, fractionBits: 20 } },
  });
  const products = printRows(closedFormCounts(atOnce, [axonPartsSample('training')]));
  t.true(products.includes('update 1 1 datapath.multiply 16 2'));
});

test('two homes of an output layer send y, and get p − t back, by way of the first (spec §7)', (t) => {
  const image = gridImage(
    workedImage({ chip: { loss: 'ce' } }),
    [whole, { ...whole, columnCount: 1 }],
    { between: (from, to) => (from === to ? 0 : from + to), ofLabel: () => 0 },
  );
  const part = partActivity(2, 2);
  const sample = (run: RunKind): RunActivity => ({
    run,
    sampleCount: 1,
    stepCount: 0,
    flushCount: 0,
    layers: [
      layerActivity(1, partActivity(3, 3), null, null),
      layerActivity(2, partActivity(2, 4), [part, part], null),
    ],
  });
  const rows = printRows(closedFormCounts(image, [sample('inference'), sample('training')]));
  // The two events of layer 1 go to both cores: 1 + 2 hops each. y goes from core 2 to core 1: 3 hops.
  t.deepEqual(
    rows.filter((row) => /readout|router\.hop/.test(row)),
    [
      'forward 1 0 router.hop 11 6',
      'readout 2 1 neurons.read 32 1',
      'readout 2 1 datapath.compare 8 1',
      'readout 2 1 io.eventOut 1 1',
      'readout 2 2 neurons.read 32 1',
      'readout 2 2 router.hop 11 3',
      'forward 1 0 router.hop 11 6',
      'update 2 1 router.hop 11 3',
      'update 2 2 router.hop 11 3',
    ],
  );
  // The softmax of both classes is at the first home: C sums of E, C of 32 bits. Each home has its own p − t.
  t.deepEqual(
    rows.filter((row) => /^update 2 .*(lookup|reciprocal|compare|add 9)/.test(row)),
    [
      'update 2 1 activation.lookup 16 2',
      'update 2 1 datapath.add 9 1',
      'update 2 1 datapath.compare 8 1',
      'update 2 1 datapath.reciprocal 32 1',
      'update 2 2 datapath.add 9 1',
    ],
  );
  const cycles = printRows(coreCycleRows(image, [sample('inference')]));
  // ⌈1/2⌉ + 1 comparison + 1; ⌈1/2⌉ + 1 value + 3 hops. The layer: as the first home, and 1 value and 3 hops more.
  t.true(cycles.includes('readout 2 1 clock.cycle - 3'));
  t.true(cycles.includes('readout 2 2 clock.cycle - 5'));
  const [forward1, forward2] = [2 + 3 + 2 + 4 + 2, 1 + 2 + 1 + 4];
  t.is(cyclesPerSample(image, 'inference', [3, 2]), forward1 + forward2 + 3 + 1 + 3);
});

test('two neuron parts work at once: the layer takes as long as the slower, whose hops are farther (spec §5)', (t) => {
  const rows = printRows(coreCycleRows(inNeuronParts(), [neuronPartsSample('training')]));
  // Forward 1 + 3·1 + 1 + 4 and 3 or 4 hops; feedback 5 or 6 hops and a word; update 1 + 3·2 + 2 + 4.
  t.deepEqual(rows, [
    'forward 1 0 clock.cycle - 12',
    'forward 1 1 clock.cycle - 13',
    'forward 2 2 clock.cycle - 10',
    'feedback 1 0 clock.cycle - 6',
    'feedback 1 1 clock.cycle - 7',
    'update 1 0 clock.cycle - 13',
    'update 1 1 clock.cycle - 13',
    'update 2 2 clock.cycle - 14',
    ...[0, 1, 2].map((core) => `idle - ${core} leakage.cycle - ${13 + 7 + 13 + 10 + 14}`),
  ]);
  t.is(cyclesPerSample(inNeuronParts(), 'training', [3, 2]), 57);
});

test('two axon parts work at once, then their sums go home one a cycle, and δz back (spec §5)', (t) => {
  const rows = printRows(coreCycleRows(inAxonParts(), [axonPartsSample('training')]));
  t.deepEqual(rows, [
    // 2 + 2·1 + 2 + 4 + 3 hops, and the sums of one core: ⌈2/2⌉.
    'forward 1 0 clock.cycle - 14',
    // 1·1 + 4, 2 sums and 2 hops.
    'forward 1 1 clock.cycle - 9',
    'forward 2 2 clock.cycle - 10',
    'feedback 1 0 clock.cycle - 6',
    // 2 + 2·2 + 4 + 4, and 2 δz with 2 hops.
    'update 1 0 clock.cycle - 18',
    // 1·2 + 4.
    'update 1 1 clock.cycle - 6',
    'update 2 2 clock.cycle - 14',
    // Forward of the layer: the home's 14, and 2 sums with 2 hops that it waits for.
    ...[0, 1, 2].map((core) => `idle - ${core} leakage.cycle - ${18 + 6 + 18 + 10 + 14}`),
  ]);
  t.is(cyclesPerSample(inAxonParts(), 'training', [2, 2]), 66);
});

test('sums in memory take as long to add as to read and write, and a step the rows of the largest part (spec §5)', (t) => {
  const memory = inAxonParts({ organisation: { accumulate: 'memory', eventOverheadCycles: 1 } });
  const rows = printRows(coreCycleRows(memory, [axonPartsSample('inference')]));
  // M = 4 a visit and L = 4: 2 + 2·(1 + 4) + 2 + 4 + 3 + 4; 1·(1 + 4) + 4 + 2 + 2. The layer waits for 2 sums and 2 hops.
  t.true(rows.includes('forward 1 0 clock.cycle - 25'));
  t.true(rows.includes('forward 1 1 clock.cycle - 13'));
  t.true(rows.includes(`idle - 0 leakage.cycle - ${29 + (2 + 2 * 5 + 2 + 4) + 3}`));
  const steps = inAxonParts({ chip: { batchSize: 2 } });
  const sample = { ...axonPartsSample('training'), stepCount: 1 };
  const update = printRows(coreCycleRows(steps, [sample])).filter((row) =>
    row.startsWith('update 1'),
  );
  // Rows of 2 gradients: 4 cycles. Home 2 + 4 + 4 of δz, 2 events, the biases; a step of 2 rows, 4 for biases, 4 to drain.
  const home = 2 + 4 + 4 + 2 * 4 + 4 + (2 * 4 + 4 + 4);
  t.deepEqual(update, [
    `update 1 0 clock.cycle - ${home}`,
    `update 1 1 clock.cycle - ${4 + 4 + (4 + 4)}`,
  ]);
});
