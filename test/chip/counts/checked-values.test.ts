import test from 'ava';
import { checkedValues } from '../../../src/chip/counts/checked-values.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import type { TensorName } from '../../../src/chip/image/chip-image.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { TensorCheck } from '../../../src/chip/oracle/units/tensor-check.js';
import { randomImage, randomSamples } from '../images/random-image.js';

/** Tensors whose initial values are compared where they are made from real numbers, not on the chip. */
const initialised: readonly TensorName[] = ['weight', 'bias', 'feedback'];

test.serial(
  'drawn chips: the values of each tensor are as many as the oracle compares with its format (spec §2.3, §2.6)',
  async (t) => {
    const counts = new Map<TensorCheck, number>();
    const original = Object.getOwnPropertyDescriptor(TensorCheck.prototype, 'confine');
    const confine = original?.value as (this: TensorCheck, raw: bigint) => bigint;
    TensorCheck.prototype.confine = function counted(this: TensorCheck, raw: bigint): bigint {
      counts.set(this, (counts.get(this) ?? 0) + 1);
      return confine.call(this, raw);
    };
    t.teardown(() => {
      TensorCheck.prototype.confine = confine;
    });
    let comparedCount = 0;
    let denseCount = 0;
    const compared = new Map<TensorName, number>();
    for (let seed = 1; seed <= 90; seed += 1) {
      counts.clear();
      const image = randomImage(seed);
      const batch = randomSamples(image, seed, 3);
      const [oracle, fast] = [new OracleEngine(image), await makeFastEngine(image)];
      // What is compared while a chip is set up belongs to no run.
      counts.clear();
      for (const engine of [oracle, fast]) {
        engine.train(batch);
        engine.endEpoch();
        engine.infer(batch);
      }
      for (const [check, count] of counts) {
        const { layer: number, tensor } = check.health();
        const layer = image.layers[number - 1] ?? t.fail();
        const values = checkedValues(image, layer, tensor, fast.activity(), 1);
        // Only what ends inside the activation unit is not counted (spec §2.3).
        if (values === null) {
          t.true(['activation', 'output'].includes(tensor), tensor);
          continue;
        }
        const initial = initialised.includes(tensor)
          ? (checkedValues(image, layer, tensor, [], 0) ?? 0)
          : 0;
        t.is(
          values - initial,
          count,
          `seed ${seed}, layer ${number}, ${tensor}, ${image.rule.kind}`,
        );
        comparedCount += 1;
        compared.set(tensor, (compared.get(tensor) ?? 0) + 1);
        if (tensor === 'gradient' && image.isDense && layer.convolution !== null) denseCount += 1;
      }
    }
    t.true(comparedCount > 300);
    t.true(denseCount > 3, `${denseCount} gradients of CONV layers that events of value 0 reach`);
    for (const tensor of ['gradient', 'momentum', 'secondMoment'] as const) {
      t.true((compared.get(tensor) ?? 0) > 5, tensor);
    }
  },
);
