import test from 'ava';
import { logicEnergyFactor } from '../../src/hardware/logic-scaling.js';

/** Stillmaker & Baas 2017, HP columns. */
const factors = [
  { nodeNm: 45, b2: 1.018, b1: -0.3107, b0: 0.1539, areaFactor: 1 },
  { nodeNm: 20, b2: 0.373, b1: -0.1582, b0: 0.04104, areaFactor: 0.21 },
  { nodeNm: 32, b2: 0.8367, b1: -0.4341, b0: 0.1701, areaFactor: 0.46 },
];

test('at a stated node the factor is b2·V² + b1·V + b0 (Stillmaker & Baas 2017)', (t) => {
  // 45 nm, 0.9 V: 1.018 · 0.81 − 0.3107 · 0.9 + 0.1539 = 0.69885.
  t.true(Math.abs(logicEnergyFactor(factors, 45, 0.9) - 0.69885) < 1e-12);
});

test('between two nodes the factor is log-linear in the node', (t) => {
  // sqrt(32 · 20) nm lies halfway: the geometric mean of 0.358308 and 0.1532 (0.8 V).
  const actual = logicEnergyFactor(factors, Math.sqrt(640), 0.8);
  t.true(Math.abs(actual - Math.sqrt(0.358308 * 0.1532)) < 1e-9);
});

test('a node outside the stated ones, or a supply at which the polynomial is not positive, is refused', (t) => {
  t.throws(() => logicEnergyFactor(factors, 65, 0.9), {
    message: /65 nm is outside 20, 32, 45 nm/,
  });
  t.throws(() => logicEnergyFactor(factors, 10, 0.9), { message: /10 nm is outside/ });
  const falling = factors.map((factor) => ({ ...factor, b0: -5 }));
  t.throws(() => logicEnergyFactor(falling, 28, 0.8), { message: /0\.8 V is outside the range/ });
});
