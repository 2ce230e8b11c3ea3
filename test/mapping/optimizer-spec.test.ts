import test from 'ava';
import { loadChip } from '../../src/hardware/load-chip.js';
import { optimizerSpec, optimizerStateBits } from '../../src/mapping/optimizer-spec.js';
import { resolveNumerics } from '../../src/mapping/resolve-numerics.js';

const chip = loadChip('large-28nm');

test('decays are 16-bit fractions of 0.9, 0.99 and 0.999; nag is momentum after Nesterov (spec §2.11)', (t) => {
  const numerics = resolveNumerics(chip, {});
  t.deepEqual(optimizerSpec('sgd', numerics), { kind: 'sgd' });
  t.deepEqual(optimizerSpec('momentum', numerics), {
    kind: 'momentum',
    decayRaw: 58982, // 0.9·65536 = 58982.4
    isNesterov: false,
  });
  t.deepEqual(optimizerSpec('nag', numerics), {
    kind: 'momentum',
    decayRaw: 58982,
    isNesterov: true,
  });
  t.deepEqual(optimizerSpec('rmsprop', numerics), {
    kind: 'rmsprop',
    decayRaw: 64881, // 0.99·65536 = 64880.64
    epsilonRaw: 1,
  });
  t.deepEqual(optimizerSpec('adam', numerics), {
    kind: 'adam',
    firstDecayRaw: 58982,
    secondDecayRaw: 65470, // 0.999·65536 = 65470.464
    epsilonRaw: 1,
  });
});

test('ε is 1e-8 at the fraction of the root, at least one step (spec §2.11)', (t) => {
  // rmsprop: F_v = 48, F_q = 24: 0.17, so 1. adam: F_v + 16 = 64, F_q = 32: 42.9.
  const fine = resolveNumerics(chip, { secondMoment: 'u31.48' });
  t.like(optimizerSpec('rmsprop', fine), { epsilonRaw: 1 });
  t.like(optimizerSpec('adam', fine), { epsilonRaw: 43 });
  // An odd fraction is made even: 43 + 16 = 59, F_q = 30: 10.7.
  const odd = resolveNumerics(chip, { secondMoment: 'u31.43' });
  t.like(optimizerSpec('adam', odd), { epsilonRaw: 11 });
});

test('the state of a weight has the bits of its momentum, its second moment, or both (spec §4.5)', (t) => {
  const numerics = resolveNumerics(chip, { momentum: 's24.20', secondMoment: 'u20.20' });
  const bits = (['sgd', 'momentum', 'nag', 'rmsprop', 'adam'] as const).map((name) =>
    optimizerStateBits(name, numerics),
  );
  t.deepEqual(bits, [0, 24, 24, 20, 44]);
});
