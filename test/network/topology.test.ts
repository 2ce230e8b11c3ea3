import test from 'ava';
import { buildTopology, parseTopologyString, printTopology } from '../../src/network/topology.js';

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
  ]) {
    t.throws(() => parseTopologyString(text), { message: /for example FC_500_FC_10/ }, text);
  }
  t.throws(() => parseTopologyString('CONV_32_5_1_2_FC_10'), {
    message: /CONV layers are not part/,
  });
});

test('a last layer without one neuron per class is refused', (t) => {
  t.throws(() => buildTopology(parseTopologyString('FC_500'), 784, 10, activation), {
    message: /500 neurons, the data set has 10 classes/,
  });
});
