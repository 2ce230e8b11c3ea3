import test from 'ava';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import {
  countsOf,
  samples,
  chipImage,
  type SmallLayer,
  type ImageOptions,
} from '../images/chip-image.js';

/* Counts by hand, from docs/spec.md §4.5 with the symbols of §2.10. */

const ones = (count: number, value = 1) => Array.from({ length: count }, () => value);

const formats = {
  input: 'u4.0',
  weight: 's8.2',
  bias: 's8.2',
  accumulator: 's16.2',
  activation: 's8.2',
  gradient: 's16.6',
} as const;

function imageOf(layers: readonly SmallLayer[], options: ImageOptions): ChipImage {
  return chipImage(layers, { ...options, formats: { ...formats, ...options.formats } });
}

/** Rows of one layer (`-`: none) and run, its name and run left out. */
function rowsOf(dut: OracleEngine, layer: number | '-', run = 'training'): Record<string, number> {
  const name = ` ${layer} `;
  return Object.fromEntries(
    Object.entries(countsOf(dut.ledgerRows()))
      .filter(([key]) => key.startsWith(run) && key.includes(name))
      .map(([key, count]) => [key.replace(`${run} `, '').replace(name, ' '), count]),
  );
}

/*
 * 3 × 3, three kernels of 2 × 2, then two outputs. Layer 1: ρ 4, κ 3, Q 4, N 12, P 3; of the six events one is in four
 * fields, two in two, three in one: V = 11. Words of 16 bits: two weights, one sum, two h, two biases, one gradient; one
 * optimizer state in 24 bits. Layer 2: ρ 3, κ 2. All h are positive: A_1 = 3.
 */
const factor = { kind: 'factor', mantissaRaw: 40000, fractionBits: 20 } as const;
const conv: SmallLayer = {
  weights: ones(12, 4),
  biases: [0, 0, 0],
  function: 'none',
  learningRate: factor,
  gradientScale: factor,
  convolution: { inputShape: [1, 3, 3], kernelSize: 2 },
};
const output: SmallLayer = { weights: ones(6), biases: [0, 0], function: 'sigmoid' };
const sample = samples([1, 0, 2, 0, 3, 1, 2, 1, 0], [0]);
const adam = {
  kind: 'adam',
  firstDecayRaw: 58982,
  secondDecayRaw: 65470,
  epsilonRaw: 1,
} as const;

function trained(options: ImageOptions): OracleEngine {
  const accumulate = { accumulate: 'memory', ...options.organisation } as const;
  const dut = new OracleEngine(imageOf([conv, output], { ...options, organisation: accumulate }));
  dut.train(sample);
  dut.endEpoch();
  return dut;
}

test('a sample and a step of a CONV layer cost the rows of the table: bp, adam, a batch that is not full (spec §4.5)', (t) => {
  const dut = trained({ rule: { kind: 'bp' }, optimizer: adam, batchSize: 2 });
  t.deepEqual(rowsOf(dut, '-'), { 'forward io.eventIn/11': 6, 'feedback io.label/3': 1 });
  t.deepEqual(rowsOf(dut, 1), {
    'forward synapses.read/16': 22,
    'forward datapath.multiplyAccumulate/8': 33,
    'forward neurons.read/16': (11 + 4) * 3,
    // Sums, h of four positions, six bits of winners.
    'forward neurons.write/16': (11 + 4) * 3 + 4 * 2 + 1,
    'forward bias.read/16': 2,
    'forward activation.lookup/8': 12,
    'forward datapath.compare/8': 9,
    'forward eventBuffer.write/20': 6,
    'forward router.hop/11': 3,
    'feedback datapath.multiplyAccumulate/8': 3 * 2,
    'feedback router.hop/11': 3,
    'update neurons.read/16': 4 * 2 + 1,
    'update eventBuffer.read/20': 6,
    'update datapath.multiplyAccumulate/8': 33,
    // Per sample V·Rg + 3, per step ρ·Rg + 3.
    'update gradient.read/16': 11 * 3 + 3 + 4 * 3 + 3,
    'update gradient.write/16': 11 * 3 + 3 + 4 * 3 + 3,
    'update optimizerState.read/24': 4 * 3 + 3,
    'update optimizerState.write/24': 4 * 3 + 3,
    'update synapses.read/16': 8,
    'update synapses.write/16': 8,
    'update bias.read/16': 2,
    'update bias.write/16': 2,
    // w − u and b − u.
    'update datapath.add/8': 12 + 3,
    // Bias gradients, and three of adam for each parameter.
    'update datapath.add/16': 12 + 3 * 15,
    // Eight of adam and the scale; η of 32-bit ratios, and two of r.
    'update datapath.multiply/16': 8 * 15 + 15,
    'update datapath.multiply/32': 15 + 2,
    'update datapath.squareRoot/16': 15,
    'update datapath.reciprocal/16': 15,
    'update datapath.reciprocal/32': 2,
  });
  t.deepEqual(rowsOf(dut, 2), {
    'forward synapses.read/16': 3,
    'forward datapath.multiplyAccumulate/8': 6,
    'forward neurons.read/16': (3 + 1) * 2,
    'forward neurons.write/16': (3 + 1) * 2 + 1,
    'forward bias.read/16': 1,
    'forward activation.lookup/4': 2,
    'forward eventBuffer.write/20': 3,
    'feedback synapses.read/16': 3,
    'update neurons.read/16': 1,
    'update eventBuffer.read/20': 3,
    'update datapath.multiplyAccumulate/8': 6,
    'update gradient.read/16': 3 * 2 + 2 + 3 * 2 + 2,
    'update gradient.write/16': 3 * 2 + 2 + 3 * 2 + 2,
    'update optimizerState.read/24': 3 * 2 + 2,
    'update optimizerState.write/24': 3 * 2 + 2,
    'update synapses.read/16': 3,
    'update synapses.write/16': 3,
    'update bias.read/16': 1,
    'update bias.write/16': 1,
    // y − t, w − u, b − u.
    'update datapath.add/8': 2 + 6 + 2,
    'update datapath.add/16': 2 + 3 * 8,
    'update datapath.multiply/16': 8 * 8,
    'update datapath.multiply/32': 2,
    'update datapath.squareRoot/16': 8,
    'update datapath.reciprocal/16': 8,
    'update datapath.reciprocal/32': 2,
  });
});

test('inference of a CONV layer costs forward and readout rows only (spec §4.5)', (t) => {
  const dut = new OracleEngine(imageOf([conv, output], { rule: { kind: 'bp' } }));
  dut.infer(sample);
  t.deepEqual(rowsOf(dut, 1, 'inference'), {
    'forward synapses.read/16': 22,
    'forward datapath.multiplyAccumulate/8': 33,
    'forward neurons.write/16': 4 * 2,
    'forward bias.read/16': 2,
    'forward activation.lookup/8': 12,
    'forward datapath.compare/8': 9,
    'forward router.hop/11': 3,
  });
});

test('a fully-connected layer without batches has no gradient memory; other optimizers keep their states (spec §4.5)', (t) => {
  const layer: SmallLayer = { weights: ones(6), biases: [0, 0], function: 'sigmoid' };
  const update = (optimizer: NonNullable<ImageOptions['optimizer']>) => {
    const dut = new OracleEngine(
      imageOf([layer], { optimizer, organisation: { optimizerStatesPerWord: 2 } }),
    );
    dut.train(samples([1, 0, 2], [0]));
    return Object.fromEntries(
      Object.entries(rowsOf(dut, 1)).filter(([key]) => key.startsWith('update')),
    );
  };
  // A = 2 of 3 rows; the step goes through all three.
  const common = {
    'update neurons.read/16': 1,
    'update eventBuffer.read/20': 2,
    'update datapath.multiplyAccumulate/8': 4,
    'update synapses.read/16': 3,
    'update synapses.write/16': 3,
    'update bias.read/16': 1,
    'update bias.write/16': 1,
    'update datapath.add/8': 2 + 6 + 2,
    'update optimizerState.read/24': 4,
    'update optimizerState.write/24': 4,
  };
  t.deepEqual(update({ kind: 'momentum', decayRaw: 58982, isNesterov: true }), {
    ...common,
    'update datapath.multiply/16': 2 * 8,
    'update datapath.add/16': 2 + 2 * 8,
  });
  t.deepEqual(update({ kind: 'rmsprop', decayRaw: 64881, epsilonRaw: 1 }), {
    ...common,
    'update datapath.multiply/16': 4 * 8,
    'update datapath.add/16': 2 + 2 * 8,
    'update datapath.squareRoot/16': 8,
    'update datapath.reciprocal/16': 8,
  });
});

test('sgd multiplies by η as wide as the gradient, draws once a parameter, and gating saves words (spec §4.5)', (t) => {
  const layer: SmallLayer = {
    weights: ones(6, 4),
    biases: [0, 0],
    function: 'sigmoid',
    learningRate: factor,
  };
  const dut = new OracleEngine(
    imageOf([layer], {
      batchSize: 2,
      formats: { gradient: 's20.6' },
      rounding: { weight: 'stochastic', bias: 'stochastic' },
      organisation: { hasWordWriteGating: true },
    }),
  );
  dut.train(samples([0, 0, 0, 0, 0, 0], [0, 1]));
  t.like(rowsOf(dut, 1), {
    'update datapath.multiply/20': 8,
    'update random.draw/4': 6 + 2,
    'update synapses.read/16': 3,
  });
  // Without events no weight has a gradient: nothing is written.
  t.false('update synapses.write/16' in rowsOf(dut, 1));
  t.is(dut.wear()[0]?.totalWrites, 0);
});

/*
 * 7 × 7, two kernels of 2 × 2: maps of 6 × 6, pooled 3 × 3; then three kernels of 2 × 2: of its 2·9 inputs the visits
 * are 1 2 1, 2 4 2, 1 2 1 in each map: X = 32. Then two outputs from three values.
 */
function deep(rule: ImageOptions['rule'], options: ImageOptions = {}): OracleEngine {
  const first: SmallLayer = {
    weights: ones(8),
    biases: [0, 0],
    feedback: ones(8 * 3),
    function: 'none',
    convolution: { inputShape: [1, 7, 7], kernelSize: 2 },
  };
  const second: SmallLayer = {
    weights: ones(8 * 3),
    biases: [0, 0, 0],
    feedback: ones(3 * 2),
    function: 'relu',
    convolution: { inputShape: [2, 3, 3], kernelSize: 2 },
  };
  const dut = new OracleEngine(
    imageOf([first, second, output], { rule: rule ?? { kind: 'bp' }, ...options }),
  );
  dut.train(samples(ones(49), [1]));
  return dut;
}

const feedbackOf = (dut: OracleEngine, layer: number) =>
  Object.fromEntries(
    Object.entries(rowsOf(dut, layer)).filter(([key]) => key.startsWith('feedback')),
  );

test('bp through a CONV layer reads a row of its weights a visit (spec §4.5)', (t) => {
  const dut = deep({ kind: 'bp' });
  // X·κ_2 operations; P_1 values go down. Layer 2 does the reads, and its own: P_2·N_3 operations.
  t.deepEqual(feedbackOf(dut, 1), {
    'feedback datapath.multiplyAccumulate/8': 32 * 3,
    'feedback router.hop/11': 18,
  });
  t.deepEqual(feedbackOf(dut, 2), {
    'feedback synapses.read/16': 32 * 2,
    'feedback datapath.multiplyAccumulate/8': 3 * 2,
    'feedback router.hop/11': 2 * 3,
  });
  t.like(rowsOf(dut, 2), {
    // relu: one comparison a neuron in the update; pooling three a pooled value.
    'update datapath.compare/8': 12,
    'forward datapath.compare/8': 9,
  });
});

test('fa through a CONV layer reads a row of B a visit, or makes it anew (spec §2.14, §4.5)', (t) => {
  // B_1 in the shape of the weights of layer 2, 8 × 3, four values a word; N_2 = 12 values go down.
  t.deepEqual(feedbackOf(deep({ kind: 'fa' }), 1), {
    'feedback feedback.read/16': 32,
    'feedback datapath.multiplyAccumulate/8': 32 * 3,
    'feedback router.hop/11': 12,
  });
  t.deepEqual(feedbackOf(deep({ kind: 'fa' }, { feedbackSource: 'generator' }), 2), {
    'feedback feedback.generate/4': 3 * 2,
    'feedback datapath.multiplyAccumulate/8': 3 * 2,
    'feedback router.hop/11': 2 * 2,
  });
});

test('a frozen CONV layer below which nothing learns keeps no winners and has no row of feedback and update (spec §4.5)', (t) => {
  const frozen = { ...conv, isTrainable: false };
  const dut = new OracleEngine(imageOf([frozen, output], { rule: { kind: 'bp' } }));
  dut.train(sample);
  const rows = rowsOf(dut, 1);
  t.is(rows['forward neurons.write/16'], 8);
  t.true(Object.keys(rows).every((key) => key.startsWith('forward')));
  t.false('forward eventBuffer.write/20' in rows);
});

test('events of value 0 cost what others do and change nothing (spec §4.5)', (t) => {
  const [dense, sparse] = [true, false].map((isDense) =>
    trained({ rule: { kind: 'bp' }, batchSize: 2, isDense }),
  );
  if (dense === undefined || sparse === undefined) throw new Error('two chips were made');
  // All nine inputs are delivered: X = 16 visits.
  t.like(rowsOf(dense, 1), {
    'update gradient.read/16': 16 * 3 + 3 + 15,
    'update datapath.multiplyAccumulate/8': 16 * 3,
  });
  t.deepEqual(dense.learnedState(), sparse.learnedState());
});
