import test from 'ava';
import {
  buildTopology,
  parseTopologyString,
  printTopology,
  weightShape,
} from '../../src/network/topology.js';

const activation = { hidden: 'tanh', output: 'sigmoid' } as const;

test('a topology string gives its layers, and prints as it was written', (t) => {
  const topology = buildTopology(parseTopologyString('FC_500_FC_10'), 784, 10, activation);
  t.deepEqual(topology.layers, [
    { kind: 'fc', inputCount: 784, neuronCount: 500, activation: 'tanh' },
    { kind: 'fc', inputCount: 500, neuronCount: 10, activation: 'sigmoid' },
  ]);
  t.is(printTopology(topology), 'FC_500_FC_10');
});

test('a malformed topology string is refused with an example', (t) => {
  for (const text of [
    '',
    'FC',
    'FC_0',
    'FC_-3',
    'FC_1.5',
    '500_FC',
    'FC_500_',
    'fc_500',
    'FC_500 FC_10',
    'CONV_32_5_1_FC_10',
    'CONV_0_5_1_2_FC_10',
    'CONV_32_5_0_2_FC_10',
    'CONV_32_5_1_2_7_FC_10',
  ]) {
    t.throws(() => parseTopologyString(text), { message: /for example FC_500_FC_10/ }, text);
  }
});

test('a last layer without one neuron per class is refused', (t) => {
  t.throws(() => buildTopology(parseTopologyString('FC_500'), 784, 10, activation), {
    message: /500 neurons, the data set has 10 classes/,
  });
});

test('CONV layers come out with their maps before and after pooling, and print as they were written', (t) => {
  const text = 'CONV_32_5_1_2_CONV_8_3_2_0_FC_10';
  const topology = buildTopology(parseTopologyString(text), [1, 28, 28], 10, activation);
  const [first, second, output] = topology.layers;
  // 28 + 2·2 − 5 + 1 = 28, pooled 14; ⌊(14 − 3)/2⌋ + 1 = 6, pooled 3.
  t.like(first, { inputCount: 784, mapShape: [32, 28, 28], outputShape: [32, 14, 14] });
  t.like(second, { inputShape: [32, 14, 14], mapShape: [8, 6, 6], neuronCount: 288 });
  t.like(output, { kind: 'fc', inputCount: 72, activation: 'sigmoid' });
  t.deepEqual(topology.layers.map(weightShape), [
    [25, 32],
    [288, 8],
    [72, 10],
  ]);
  t.is(printTopology(topology), text);
});

test('an odd side loses its last row or column to pooling (PyTorch MaxPool2d)', (t) => {
  const layers = parseTopologyString('CONV_2_2_1_0_FC_10');
  const [first] = buildTopology(layers, [3, 8, 6], 10, activation).layers;
  t.like(first, { mapShape: [2, 7, 5], outputShape: [2, 3, 2] });
});

test('CONV layers that cannot be are refused with the reason', (t) => {
  const build = (text: string, input: number | [number, number, number]) => () =>
    buildTopology(parseTopologyString(text), input, 10, activation);
  t.throws(build('CONV_4_9_1_0_FC_10', [1, 8, 8]), {
    message: /layer 1: a kernel of 9×9 is larger than its input of 8×8 with padding 0/,
  });
  t.throws(build('CONV_4_8_1_0_FC_10', [1, 8, 8]), { message: /its maps are 1×1, too small/ });
  t.throws(build('FC_64_CONV_4_3_1_1_FC_10', [1, 8, 8]), { message: /layer 2: .* an FC layer/ });
  t.throws(build('CONV_4_3_1_1_FC_10', 64), { message: /layer 1: .* a plain vector/ });
  t.throws(build('CONV_10_3_1_1', [1, 8, 8]), {
    message: /layer 1 is the last one and must be FC/,
  });
});
