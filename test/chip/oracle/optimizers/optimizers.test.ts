import test from 'ava';
import fc from 'fast-check';
import type { OptimizerSpec } from '../../../../src/chip/image/chip-image.js';
import { makeOptimizer } from '../../../../src/chip/oracle/optimizers/make-optimizer.js';
import {
  blankState,
  type OptimizerState,
} from '../../../../src/chip/oracle/optimizers/optimizer.js';
import { makeTensorChecks } from '../../../../src/chip/oracle/units/tensor-check.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import type { LearningRateFactor } from '../../../../src/numerics/learning-rate.js';
import { countsOf, type ImageOptions } from '../../images/chip-image.js';
import { smallNumerics } from '../../images/small-numerics.js';
import { holds } from '../../../support/holds.js';

/* Expected values: exact rationals (Python's fractions), from the table of docs/spec.md §2.11. */

const one: LearningRateFactor = { kind: 'shift', shiftBits: 0 };

/** Gradient and momentum s12.6, second moment u12.8 unless the options say otherwise. */
function makeDut(spec: OptimizerSpec, options: ImageOptions = {}, gradientScale = one) {
  const ledger = new AccessLedger();
  const numerics = smallNumerics(options);
  const checks = makeTensorChecks(1, numerics, { trainingOrdinal: 0 });
  const place = { layer: 1, core: 0 };
  const { rounding } = numerics;
  const dut = makeOptimizer(spec, { gradientScale, checks, rounding, place, ledger });
  return { dut, ledger, checks };
}

/** One parameter's steps: what η is multiplied with, and the state, after each gradient. */
function run({ dut }: ReturnType<typeof makeDut>, gradients: readonly bigint[]) {
  let state: OptimizerState = blankState;
  return gradients.map((gradient) => {
    dut.beginStep();
    const step = dut.step(gradient, state);
    ({ state } = step);
    return [step.directionRaw, state.momentum, state.secondMoment];
  });
}

test('sgd takes the gradient as it is and keeps nothing (spec §2.11)', (t) => {
  const made = makeDut({ kind: 'sgd' });
  t.deepEqual(run(made, [40n, -24n]), [
    [40n, 0n, 0n],
    [-24n, 0n, 0n],
  ]);
  t.deepEqual(made.dut.direction, { bits: 12, fractionBits: 6 });
  t.deepEqual([made.dut.keepsMomentum, made.dut.keepsSecondMoment], [false, false]);
  t.deepEqual(made.ledger.rows(), []);
});

test('momentum is β·v + G with one rounding (spec §2.11, §4.5)', (t) => {
  const made = makeDut({ kind: 'momentum', decayRaw: 58982, isNesterov: false });
  // 40; 0.9·40 − 24 = 11.9997.
  t.deepEqual(run(made, [40n, -24n]), [
    [40n, 40n, 0n],
    [12n, 12n, 0n],
  ]);
  t.deepEqual(countsOf(made.ledger.rows()), {
    'training update 1 datapath.multiply/12': 2,
    'training update 1 datapath.add/12': 2,
  });
});

test('Nesterov adds the gradient and the new momentum once more (spec §2.11, §4.5)', (t) => {
  const made = makeDut({ kind: 'momentum', decayRaw: 58982, isNesterov: true });
  // 40 + 0.9·40 = 75.9997; −24 + 0.9·12 = −13.2.
  t.deepEqual(run(made, [40n, -24n]), [
    [76n, 40n, 0n],
    [-13n, 12n, 0n],
  ]);
  t.deepEqual(countsOf(made.ledger.rows()), {
    'training update 1 datapath.multiply/12': 4,
    'training update 1 datapath.add/12': 4,
  });
});

test('momentum of fewer and of more fraction bits than the gradient is brought together exactly (spec §2.11)', (t) => {
  const spec = { kind: 'momentum', decayRaw: 32768, isNesterov: false } as const;
  // At 4 bits: 3/4 = 0.75 → 1; 1/2 + 5/4 = 1.75 → 2. At 20 bits exact: 3, then 1.5 + 5 = 6.5, ·2^14.
  const coarse = makeDut(spec, { formats: { momentum: 's12.4' } });
  t.deepEqual(
    run(coarse, [3n, 5n]).map(([direction]) => direction),
    [1n, 2n],
  );
  const fine = makeDut(spec, { formats: { momentum: 's32.20' } });
  t.deepEqual(
    run(fine, [3n, 5n]).map(([direction]) => direction),
    [3n << 14n, 13n << 13n],
  );
});

test('momentum is checked (spec §2.11)', (t) => {
  const spec = { kind: 'momentum', decayRaw: 65535, isNesterov: true } as const;
  const made = makeDut(spec, { formats: { momentum: 's8.6' } });
  // v = 100, n = 200 → 127; v = 200 → 127, n = 227 → 127.
  t.deepEqual(run(made, [100n, 100n]), [
    [127n, 100n, 0n],
    [127n, 127n, 0n],
  ]);
  t.is(made.checks.momentum.health().saturationCount, 3);
});

test('rmsprop divides the gradient by the root of the mean of its squares (spec §2.11, §4.5)', (t) => {
  const made = makeDut({ kind: 'rmsprop', decayRaw: 64881, epsilonRaw: 1 });
  // g² = 1600 at 12 bits → 100; 0.01·100 → 1; root 1 at 4 bits, d = 2: 40·2^14/2 = 5. Then 36, 0.99 + 0.36 → 1: −3.
  t.deepEqual(run(made, [40n, -24n]), [
    [327680n, 0n, 1n],
    [-196608n, 0n, 1n],
  ]);
  t.deepEqual(made.dut.direction, { bits: 32, fractionBits: 16 });
  t.deepEqual(countsOf(made.ledger.rows()), {
    'training update 1 datapath.multiply/12': 8,
    'training update 1 datapath.add/12': 4,
    'training update 1 datapath.squareRoot/12': 2,
    'training update 1 datapath.reciprocal/12': 2,
  });
});

test('rmsprop with an odd fraction of the second moment (spec §2.11)', (t) => {
  const formats = { gradient: 's16.8', secondMoment: 'u16.11' };
  const made = makeDut({ kind: 'rmsprop', decayRaw: 58982, epsilonRaw: 2 }, { formats });
  // s = 2812.5 → 2813, v = 281, √562 = 23 at 6 bits, d = 25; then 1250, 378, √756 = 27, d = 29.
  t.deepEqual(run(made, [300n, -200n]), [
    [196608n, 0n, 281n],
    [-112993n, 0n, 378n],
  ]);
});

test('a scale of the gradient comes before all else, with one rounding and a check (spec §2.11, §4.5)', (t) => {
  const formats = { gradient: 's16.8', secondMoment: 'u16.11' };
  const spec = { kind: 'rmsprop', decayRaw: 58982, epsilonRaw: 2 } as const;
  const scale = { kind: 'factor', mantissaRaw: 3, fractionBits: 2 } as const;
  const made = makeDut(spec, { formats }, scale);
  // ¾·300 = 225; s = 1582, v = 158, √316 = 17, d = 19.
  t.deepEqual(run(made, [300n]), [[194021n, 0n, 158n]]);
  t.like(countsOf(made.ledger.rows()), { 'training update 1 datapath.multiply/16': 5 });
  // 2·20000 leaves s16.
  const doubling = makeDut(spec, { formats }, { kind: 'shift', shiftBits: -1 });
  run(doubling, [20000n]);
  t.is(doubling.checks.gradient.health().saturationCount, 1);
});

test('adam corrects both means for their beginning at 0 (spec §2.11, §4.5)', (t) => {
  const formats = { gradient: 's16.8', momentum: 's16.10', secondMoment: 'u24.16' };
  const spec = {
    kind: 'adam',
    firstDecayRaw: 58982,
    secondDecayRaw: 65470,
    epsilonRaw: 1,
  } as const;
  const made = makeDut(spec, { formats });
  // r₁ = 655320, r₂ = 65075262: m̂ = 1200, √(91·r₂) = 76953; then 344906, 32554023: 147, 65303.
  t.deepEqual(run(made, [300n, -200n]), [
    [65405n, 120n, 91n],
    [9441n, 28n, 131n],
  ]);
  t.deepEqual(countsOf(made.ledger.rows()), {
    'training update 1 datapath.multiply/24': 16,
    'training update 1 datapath.add/24': 6,
    'training update 1 datapath.squareRoot/24': 2,
    'training update 1 datapath.reciprocal/24': 2,
    'training update 1 datapath.multiply/32': 4,
    'training update 1 datapath.reciprocal/32': 4,
  });
});

test('adam and rmsprop in fine formats are those of PyTorch, m̂/(√v̂ + ε) and g/(√v + ε) (spec §2.11)', (t) => {
  const formats = { gradient: 's32.24', momentum: 's32.26', secondMoment: 'u31.30' };
  const gradients = fc.array(
    fc.double({ min: 0.25, max: 1, noNaN: true }).chain((size) => fc.constantFrom(size, -size)),
    { minLength: 15, maxLength: 15 },
  );
  holds(
    t,
    fc.property(gradients, (values) => {
      const raw = values.map((value) => BigInt(Math.round(value * 2 ** 24)));
      const adam = makeDut(
        { kind: 'adam', firstDecayRaw: 58982, secondDecayRaw: 65470, epsilonRaw: 1 },
        { formats },
      );
      const rmsprop = makeDut({ kind: 'rmsprop', decayRaw: 64881, epsilonRaw: 1 }, { formats });
      const [adamSteps, rmspropSteps] = [run(adam, raw), run(rmsprop, raw)];
      const [beta1, beta2, alpha] = [58982 / 65536, 65470 / 65536, 64881 / 65536];
      let [m, v, square] = [0, 0, 0];
      for (const [index, g] of values.entries()) {
        m = beta1 * m + (1 - beta1) * g;
        v = beta2 * v + (1 - beta2) * g * g;
        square = alpha * square + (1 - alpha) * g * g;
        const mean = m / (1 - beta1 ** (index + 1));
        const variance = v / (1 - beta2 ** (index + 1));
        const adamStep = mean / (Math.sqrt(variance) + 1e-8);
        const rmspropStep = g / (Math.sqrt(square) + 1e-8);
        // The floor of a root and ε are a step of it each, 2^−15 for rmsprop, 2^−23 for adam; the moments err little.
        const errorOf = (raw: bigint | undefined, step: number) =>
          Math.abs(Number(raw) / 65536 - step);
        const rootError = (2 * 2 ** -15) / Math.sqrt(square);
        t.true(errorOf(adamSteps[index]?.[0], adamStep) < 1e-3);
        t.true(
          errorOf(rmspropSteps[index]?.[0], rmspropStep) < 1e-3 + Math.abs(rmspropStep) * rootError,
        );
      }
    }),
    { seed: 82, numRuns: 20 },
  );
});
