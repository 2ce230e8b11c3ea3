import test from 'ava';
import { drawParameters } from '../../src/network/parameters.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';

const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
const topology = buildTopology(parseTopologyString('FC_300_FC_10'), 100, 10, activation);

function largestMagnitude(values: Float32Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

test('weights and biases are uniform in ±1/√fan-in, B in ±√(6/N) (rules, initial values)', (t) => {
  const [hidden, output] = drawParameters(topology, 1);
  t.is(hidden?.weights.length, 100 * 300);
  t.is(output?.feedback, null);
  for (const [values, bound] of [
    [hidden?.weights, 1 / Math.sqrt(100)],
    [output?.weights, 1 / Math.sqrt(300)],
    [hidden?.feedback, Math.sqrt(6 / 300)],
  ] as const) {
    const drawn = values ?? new Float32Array();
    const largest = largestMagnitude(drawn);
    t.true(largest <= bound && largest > 0.99 * bound);
    // The mean of n uniform numbers in ±b has deviation b/√(3n): five of them is far out.
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    t.true(Math.abs(mean) < (5 * bound) / Math.sqrt(3 * drawn.length));
  }
});

test('the same seed draws the same bytes, another seed others', (t) => {
  t.deepEqual(drawParameters(topology, 5), drawParameters(topology, 5));
  t.notDeepEqual(drawParameters(topology, 5), drawParameters(topology, 6));
});

test('a layer keeps its numbers when another layer changes', (t) => {
  const deeper = buildTopology(parseTopologyString('FC_300_FC_40_FC_10'), 100, 10, activation);
  t.deepEqual(drawParameters(deeper, 5)[0], drawParameters(topology, 5)[0]);
});
