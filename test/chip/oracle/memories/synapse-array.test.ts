import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { inferenceForward, trainingUpdate } from '../../../../src/ledger/access-meter.js';
import {
  SynapseArray,
  type SynapseArraySpec,
} from '../../../../src/chip/oracle/memories/synapse-array.js';
import { countsOf } from '../../images/chip-image.js';

/** Two axons of five neurons, two weights a word: three words a row, the last half empty. */
function makeDut(overrides: Partial<SynapseArraySpec> = {}) {
  const ledger = new AccessLedger();
  const spec = {
    layer: 3,
    rowCount: 2,
    columnCount: 5,
    wordBits: 16,
    weightsPerWord: 2,
    hasWordWriteGating: false,
    ...overrides,
  };
  const weights = Int32Array.of(1, 2, 3, 4, 5, -1, -2, -3, -4, -5);
  return { dut: new SynapseArray(spec, weights, { layer: 3, core: 7 }, ledger), ledger };
}

test('readRow gives the weights of one axon and charges every word of the row (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut();
  t.deepEqual(dut.readRow(1, inferenceForward), [-1n, -2n, -3n, -4n, -5n]);
  dut.readRow(0, trainingUpdate);
  dut.readRow(0, trainingUpdate);
  t.deepEqual(countsOf(ledger.rows()), {
    'inference forward 3 synapses.read/16': 3,
    'training update 3 synapses.read/16': 6,
  });
  t.true(ledger.rows().every(({ core }) => core === 7));
});

test('writeRow stores the row and charges every word of it (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut();
  dut.writeRow(0, [9n, 2n, 3n, 4n, 5n], trainingUpdate);
  t.deepEqual(dut.weightsRaw(), Int32Array.of(9, 2, 3, 4, 5, -1, -2, -3, -4, -5));
  t.deepEqual(countsOf(ledger.rows()), { 'training update 3 synapses.write/16': 3 });
});

test('writeRow with write gating charges only words in which a weight changed (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut({ hasWordWriteGating: true });
  dut.writeRow(1, [-1n, -2n, -3n, -4n, -5n], trainingUpdate);
  t.deepEqual(ledger.rows(), []);
  dut.writeRow(1, [0n, 0n, -3n, -4n, 6n], trainingUpdate);
  t.deepEqual(countsOf(ledger.rows()), { 'training update 3 synapses.write/16': 2 });
  t.deepEqual(dut.readRow(1, trainingUpdate), [0n, 0n, -3n, -4n, 6n]);
});

test('wear gives the largest and the total writes of the words (spec §4.4)', (t) => {
  const { dut } = makeDut({ hasWordWriteGating: true });
  t.deepEqual(dut.wear(), { layer: 3, largestWritesPerWord: 0, totalWrites: 0, wordCount: 6 });
  dut.writeRow(0, [9n, 2n, 3n, 4n, 5n], trainingUpdate);
  dut.writeRow(0, [8n, 2n, 3n, 4n, 6n], trainingUpdate);
  t.deepEqual(dut.wear(), { layer: 3, largestWritesPerWord: 2, totalWrites: 3, wordCount: 6 });
});

test('rows outside the array are refused', (t) => {
  const { dut, ledger } = makeDut();
  t.throws(() => dut.readRow(2, trainingUpdate), {
    instanceOf: RangeError,
    message: 'synapse array row: index 2 is outside 0..1',
  });
  t.deepEqual(ledger.rows(), []);
});
