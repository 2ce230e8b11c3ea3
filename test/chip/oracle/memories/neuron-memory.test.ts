import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { inferenceReadout, trainingForward } from '../../../../src/ledger/access-meter.js';
import { NeuronMemory } from '../../../../src/chip/oracle/memories/neuron-memory.js';
import { countsOf } from '../../images/chip-image.js';

/** Five neurons a position: two accumulators or four outputs a word, so three or two words. */
function makeDut(accumulate: 'registers' | 'memory', positionCount = 1) {
  const ledger = new AccessLedger();
  const spec = {
    columnCount: 5,
    positionCount,
    winnerCount: 17,
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
  dut.writeSums(0, values, trainingForward);
  t.deepEqual(dut.readSums(0, trainingForward), values);
  t.deepEqual(dut.readAllSums(trainingForward), values);
  t.deepEqual(countsOf(ledger.rows()), {
    'training forward 1 neurons.read/32': 6,
    'training forward 1 neurons.write/32': 3,
  });
});

test('partial sums in registers cost no access (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut('registers');
  dut.writeSums(0, values, trainingForward);
  t.deepEqual(dut.readSums(0, trainingForward), values);
  t.deepEqual(ledger.rows(), []);
});

test('outputs are kept apart from partial sums and cost their own words (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut('registers');
  dut.writeOutputs(values, trainingForward);
  dut.writeSums(0, [0n, 0n, 0n, 0n, 0n], trainingForward);
  t.deepEqual(dut.readOutputs(inferenceReadout), values);
  t.deepEqual(countsOf(ledger.rows()), {
    'inference readout 1 neurons.read/32': 2,
    'training forward 1 neurons.write/32': 2,
  });
});

test('each position has words of its own, and all neurons are numbered column by column (spec §2.10, §4.5)', (t) => {
  const { dut, ledger } = makeDut('memory', 2);
  dut.writeSums(1, [6n, 7n, 8n, 9n, 10n], trainingForward);
  dut.writeSums(0, values, trainingForward);
  t.deepEqual(dut.readAllSums(trainingForward), [1n, 6n, -2n, 7n, 3n, 8n, -4n, 9n, 5n, 10n]);
  dut.writeOutputs(values, trainingForward);
  // Three words of sums a position and access; two of h a position.
  t.deepEqual(countsOf(ledger.rows()), {
    'training forward 1 neurons.read/32': 6,
    'training forward 1 neurons.write/32': 6 + 4,
  });
});

test('winners take two bits each (spec §4.5)', (t) => {
  const { dut, ledger } = makeDut('registers');
  const winners = Array.from({ length: 17 }, (_, window) => window % 4);
  dut.writeWinners(winners, trainingForward);
  t.deepEqual(dut.readWinners(trainingForward), winners);
  // 34 bits in words of 32.
  t.deepEqual(countsOf(ledger.rows()), {
    'training forward 1 neurons.read/32': 2,
    'training forward 1 neurons.write/32': 2,
  });
});
