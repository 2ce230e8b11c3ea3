import test from 'ava';
import fc from 'fast-check';
import { largestCorrection } from '../../../../src/chip/checks/datapath-width-steps.js';
import { BiasCorrection } from '../../../../src/chip/oracle/optimizers/bias-correction.js';
import { RatioUnit } from '../../../../src/chip/oracle/optimizers/ratio-unit.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { integerSquareRoot } from '../../../../src/numerics/square-root.js';
import { holds } from '../../../support/holds.js';

const place = { layer: 1, core: 0 };

function ratio(numerator: bigint, square: bigint, squareFractionBits: number, epsilonRaw: number) {
  const dut = new RatioUnit(epsilonRaw, 20, place, new AccessLedger());
  return dut.ratio(
    { raw: numerator, fractionBits: 6 },
    { raw: square, fractionBits: squareFractionBits },
  );
}

test('the root is the largest integer whose square is not larger (spec §2.11)', (t) => {
  for (const [value, root] of [
    [0n, 0n],
    [1n, 1n],
    [3n, 1n],
    [4n, 2n],
    [99n, 9n],
    [100n, 10n],
    [(1n << 62n) - 1n, (1n << 31n) - 1n],
  ] as const) {
    t.is(integerSquareRoot(value), root);
  }
  holds(
    t,
    fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (value) => {
      const root = integerSquareRoot(value);
      t.true(root * root <= value && (root + 1n) * (root + 1n) > value);
    }),
    { seed: 83, numRuns: 200 },
  );
});

test('an odd fraction of V is made even, the quotient rounds half away from zero (spec §2.11)', (t) => {
  // V = 5 at 7 bits is 10 at 8: root 3 at 4 bits; 3·2^14/(3 + 1), −3·2^14/5 = −9830.4.
  t.is(ratio(3n, 5n, 7, 1), 12288n);
  t.is(ratio(-3n, 5n, 7, 2), -9830n);
  // 7/(0 + 2) at gained 14 − 14 = 0 bits: V = 0 at −20 bits, root at −10: 16 − 10 − 6 = 0: ±3.5 → ±4.
  t.is(ratio(7n, 0n, -20, 2), 4n);
  t.is(ratio(-7n, 0n, -20, 2), -4n);
});

test('the ratio saturates to s32.16 (spec §2.11)', (t) => {
  t.is(ratio(1n << 30n, 0n, 8, 1), (1n << 31n) - 1n);
  t.is(ratio(-(1n << 30n), 0n, 8, 1), -(1n << 31n));
});

test('r of a bias correction falls from step to step, from 1/(1 − β) to 1 (spec §2.11)', (t) => {
  const dut = new BiasCorrection(58982, place, new AccessLedger());
  const factors = Array.from({ length: 300 }, () => {
    dut.advance();
    return dut.factorRaw;
  });
  t.deepEqual(factors.slice(0, 2), [655320n, 344906n]);
  t.is(largestCorrection(58982), 655320n);
  t.true(factors.every((factor, step) => step === 0 || factor <= (factors[step - 1] ?? 0n)));
  t.is(factors.at(-1), 65536n);
  // β = 0 corrects nothing; the largest β needs a factor of 2^16.
  t.is(largestCorrection(0), 65536n);
  t.is(largestCorrection(65535), 1n << 32n);
});
