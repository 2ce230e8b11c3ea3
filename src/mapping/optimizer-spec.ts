import type { ChipNumerics, OptimizerSpec } from '../chip/image/chip-image.js';
import type { OptimizerName } from '../network/optimizer-name.js';

/* Decays as 16-bit fractions (docs/spec.md §2.11): those of PyTorch's defaults and of the reference. */
const decay90Raw = 58_982;
const decay99Raw = 64_881;
const decay999Raw = 65_470;
const epsilon = 1e-8;

/** ε with the F_q fraction bits of the root of a value with `fractionBits`; at least one step (docs/spec.md §2.11). */
function epsilonRaw(fractionBits: number): number {
  const rootFractionBits = Math.ceil(fractionBits / 2);
  return Math.max(1, Math.round(epsilon * 2 ** rootFractionBits));
}

/** An optimizer as the chip knows it. */
export function optimizerSpec(name: OptimizerName, { formats }: ChipNumerics): OptimizerSpec {
  const { fractionBits } = formats.secondMoment;
  switch (name) {
    case 'sgd':
      return { kind: 'sgd' };
    case 'momentum':
    case 'nag':
      return { kind: 'momentum', decayRaw: decay90Raw, isNesterov: name === 'nag' };
    case 'rmsprop':
      return { kind: 'rmsprop', decayRaw: decay99Raw, epsilonRaw: epsilonRaw(fractionBits) };
    case 'adam':
      return {
        kind: 'adam',
        firstDecayRaw: decay90Raw,
        secondDecayRaw: decay999Raw,
        // The second moment is divided by 1 − β₂ⁿ, which has 16 fraction bits.
        epsilonRaw: epsilonRaw(fractionBits + 16),
      };
  }
}

/** Bits that one weight's optimizer state takes: all of it is in one word (docs/spec.md §4.5). */
export function optimizerStateBits(name: OptimizerName, { formats }: ChipNumerics): number {
  const momentum = formats.momentum.totalBits;
  const secondMoment = formats.secondMoment.totalBits;
  const bits = { sgd: 0, momentum, nag: momentum, rmsprop: secondMoment };
  return name === 'adam' ? momentum + secondMoment : bits[name];
}
