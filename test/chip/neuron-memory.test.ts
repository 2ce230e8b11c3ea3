import test from 'ava';
import { AccessLedger } from '../../src/ledger/access-ledger.js';
import { inferenceReadout, trainingForward } from '../../src/chip/access-meter.js';
import { NeuronMemory } from '../../src/chip/neuron-memory.js';
import { countsOf } from './tiny-image.js';

/** Five neurons: two accumulators or four outputs a word, so three or two words. */
function makeDut(accumulate: 'registers' | 'memory') {
  const ledger = new AccessLedger();
  const spec = {
    neuronCount: 5,
    wordBits: 32,
    accumulatorsPerWord: 2,
    outputsPerWord: 4,
    accumulate,
  };
  return { dut: new NeuronMemory(spec, { layer: 1, core: 0 }, ledger), ledger };
}
const values = [1n, -2n, 3n, -4n, 5n];

test('partial sums in memory cost their words at every access (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut('memory');
  dut.writeAccumulators(values, trainingForward);
  t.deepEqual(dut.readAccumulators(trainingForward), values);
  t.deepEqual(dut.readAccumulators(trainingForward), values);
  t.deepEqual(countsOf(ledger.rows()), {
    'training forward 1 neurons.read/32': 6,
    'training forward 1 neurons.write/32': 3,
  });
});

test('partial sums in registers cost no access (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut('registers');
  dut.writeAccumulators(values, trainingForward);
  t.deepEqual(dut.readAccumulators(trainingForward), values);
  t.deepEqual(ledger.rows(), []);
});

test('outputs are kept apart from partial sums and cost their own words (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut('registers');
  dut.writeOutputs(values, trainingForward);
  dut.writeAccumulators([0n, 0n, 0n, 0n, 0n], trainingForward);
  t.deepEqual(dut.readOutputs(inferenceReadout), values);
  t.deepEqual(countsOf(ledger.rows()), {
    'inference readout 1 neurons.read/32': 2,
    'training forward 1 neurons.write/32': 2,
  });
});
