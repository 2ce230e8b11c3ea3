import test from 'ava';
import { trainingFeedback, trainingUpdate } from '../../../../src/ledger/access-meter.js';
import { DelayedErrorMemory } from '../../../../src/chip/oracle/memories/delayed-error-memory.js';
import type { LearnedState } from '../../../../src/chip/engine.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { countsOf } from '../../images/chip-image.js';

/** Three samples with vectors of five, two a word of 16 bits: three words a sample. */
function makeDut(errorsPerSample = 5, contents: LearnedState['delayedErrors'] = null) {
  const ledger = new AccessLedger();
  const spec = { sampleCount: 3, errorsPerSample, wordBits: 16, errorsPerWord: 2 };
  return { dut: new DelayedErrorMemory(spec, contents, ledger), ledger };
}

test('a sample has no errors until they are written; its words are read either way (spec §2.9, §4.2)', (t) => {
  const { dut, ledger } = makeDut();
  t.is(dut.read(1, trainingFeedback), null);
  dut.write(1, [1n, -2n, 3n, -4n, 5n], trainingUpdate);
  t.deepEqual(dut.read(1, trainingFeedback), [1n, -2n, 3n, -4n, 5n]);
  t.is(dut.read(0, trainingFeedback), null);
  t.deepEqual(countsOf(ledger.rows()), {
    'training feedback - delayedError.read/16': 9,
    'training update - delayedError.write/16': 3,
  });
});

test('one error of a sample takes one access, also where more fit a word (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut(1);
  dut.write(2, [7n], trainingUpdate);
  t.deepEqual(countsOf(ledger.rows()), { 'training update - delayedError.write/16': 1 });
});

test('contents give all words, 0 where never written, and the valid bits (spec §2.9)', (t) => {
  const { dut } = makeDut(2);
  dut.write(2, [7n, -7n], trainingUpdate);
  t.deepEqual(dut.contents(), {
    raw: Int32Array.of(0, 0, 0, 0, 7, -7),
    isValid: Uint8Array.of(0, 0, 1),
  });
});

test('a memory begins with the contents of another, valid bits included (spec §2.9)', (t) => {
  const contents = { raw: Int32Array.of(1, 2, 3, 4, 7, -7), isValid: Uint8Array.of(1, 0, 1) };
  const { dut, ledger } = makeDut(2, contents);
  t.deepEqual(ledger.rows(), []);
  t.deepEqual(dut.read(0, trainingFeedback), [1n, 2n]);
  t.is(dut.read(1, trainingFeedback), null);
  t.deepEqual(dut.read(2, trainingFeedback), [7n, -7n]);
});

test('samples outside the memory are refused and not counted', (t) => {
  const { dut, ledger } = makeDut();
  const expectation = {
    instanceOf: RangeError,
    message: /delayed-error memory: index 3 is outside 0..2/,
  };
  t.throws(() => dut.read(3, trainingFeedback), expectation);
  t.throws(() => {
    dut.write(3, [1n], trainingUpdate);
  }, expectation);
  t.deepEqual(ledger.rows(), []);
});
