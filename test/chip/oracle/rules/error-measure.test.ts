import test from 'ava';
import {
  errorMeasureOf,
  oneOf,
  type SampleVariant,
} from '../../../../src/chip/oracle/rules/error-measure.js';
import { FeedbackUpkeep } from '../../../../src/chip/oracle/rules/feedback-upkeep.js';
import { makeTensorChecks } from '../../../../src/chip/oracle/units/tensor-check.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { parseFormat } from '../../../../src/numerics/format.js';
import { countsOf, chipImage } from '../../images/chip-image.js';

/** Three classes, output u8.7. */
function makeDut(variant: SampleVariant, loss: 'bce' | 'mse', delayedError: string) {
  const layer = { weights: [1, 1, 1], biases: [0, 0, 0], function: 'sigmoid' } as const;
  const image = chipImage([layer], { loss, formats: { output: 'u8.7', delayedError } });
  const ledger = new AccessLedger();
  const outputChecks = makeTensorChecks(1, image.numerics, { trainingOrdinal: 3 });
  const dut = errorMeasureOf(variant, {
    image,
    outputChecks,
    softmax: null,
    delayedErrors: null,
    ledger,
    feedback: new FeedbackUpkeep(image, [], ledger),
  });
  return { dut, ledger, health: () => outputChecks.delayedError.health() };
}

test('1 saturates where a format lacks it and is rounded where the format is too coarse (spec §2.9)', (t) => {
  const ones = [
    ['s8.7', 127n],
    ['u8.8', 255n],
    ['s8.6', 64n],
    ['u1.0', 1n],
    ['s1.0', 0n],
    ['s4.-1', 1n],
    ['s4.-2', 0n],
    ['u16.48', 65535n],
  ] as const;
  for (const [text, one] of ones) t.is(oneOf({ format: parseFormat(text) }), one, text);
});

test('a first visit counts no overflow: 1, for the full vector the target (spec §2.9)', (t) => {
  for (const variant of ['error', 'loss'] as const) {
    const { dut, health } = makeDut(variant, 'bce', 's8.7');
    t.deepEqual(dut.first(2), [127n]);
    t.is(health().saturationCount, 0);
  }
  const { dut, health } = makeDut('fullVector', 'bce', 'u8.8');
  t.deepEqual(dut.first(1), [0n, 255n, 0n]);
  t.is(health().saturationCount, 0);
});

test('error keeps 1 − y of the label (spec §2.9)', (t) => {
  // 128 − 37 = 91 at 7 bits; at 5: 22.75 → 23; y = 0 is 1, which s8.7 lacks.
  t.deepEqual(makeDut('error', 'bce', 's8.7').dut.next(1, [9n, 37n, 5n]), [91n]);
  t.deepEqual(makeDut('error', 'mse', 's8.5').dut.next(1, [9n, 37n, 5n]), [23n]);
  const { dut, health } = makeDut('error', 'bce', 's8.7');
  t.deepEqual(dut.next(0, [0n, 37n, 5n]), [127n]);
  t.like(health(), { saturationCount: 1, wrapCount: 0, firstTrainingSample: 3 });
});

test('delayed errors round to the nearest, half away from zero (spec §2.9)', (t) => {
  // t − y = −1, 1, −3 at 7 bits; at 6 bits −0.5, 0.5, −1.5.
  const { dut } = makeDut('fullVector', 'bce', 's8.6');
  t.deepEqual(dut.next(1, [1n, 127n, 3n]), [-1n, 1n, -2n]);
});

test('loss with squared error keeps 2(1 − y) (spec §2.9)', (t) => {
  // 91 at 6 bits.
  t.deepEqual(makeDut('loss', 'mse', 's8.6').dut.next(1, [9n, 37n, 5n]), [91n]);
  t.deepEqual(makeDut('loss', 'mse', 's8.5').dut.next(1, [9n, 37n, 5n]), [46n]);
});

test('loss with cross-entropy keeps 1/y, nearest, by one reciprocal a sample (spec §2.9, §4.2)', (t) => {
  // 2^(7 + 4)/37 = 55.35; /9 = 227.6; y = 1.0 gives 16.
  const { dut, ledger, health } = makeDut('loss', 'bce', 'u8.4');
  t.deepEqual(dut.next(1, [9n, 37n, 128n]), [55n]);
  t.deepEqual(dut.next(0, [9n, 37n, 128n]), [228n]);
  t.deepEqual(dut.next(2, [9n, 37n, 128n]), [16n]);
  t.is(health().saturationCount, 0);
  // 2^11/5 = 409.6 > 255.
  t.deepEqual(dut.next(0, [5n, 37n, 128n]), [255n]);
  t.is(health().saturationCount, 1);
  t.deepEqual(countsOf(ledger.rows()), { 'training update - datapath.reciprocal/8': 4 });
});

test('loss with cross-entropy keeps the largest value where y ≤ 0, which is no overflow (spec §2.9)', (t) => {
  const { dut, ledger, health } = makeDut('loss', 'bce', 's8.4');
  t.deepEqual(dut.next(0, [0n, -1n, 5n]), [127n]);
  t.deepEqual(dut.next(1, [0n, -1n, 5n]), [127n]);
  t.is(health().saturationCount, 0);
  t.deepEqual(countsOf(ledger.rows()), { 'training update - datapath.reciprocal/8': 2 });
});

test('1/y of a format too coarse for any is 0 (spec §2.9)', (t) => {
  // 2^(7 − 8) = 1/2: ⌊(1/2 + ⌊y/2⌋)/y⌋.
  const { dut } = makeDut('loss', 'bce', 'u8.-8');
  t.deepEqual(dut.next(0, [1n, 2n, 3n]), [0n]);
  t.deepEqual(dut.next(2, [1n, 2n, 3n]), [0n]);
});
