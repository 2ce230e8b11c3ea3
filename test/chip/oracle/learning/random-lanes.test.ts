import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { trainingUpdate } from '../../../../src/ledger/access-meter.js';
import { RandomLanes } from '../../../../src/chip/oracle/learning/random-lanes.js';
import { countsOf } from '../../images/chip-image.js';

const spec = { widthBits: 4, polynomialMask: 0xc };

function makeDut(laneSeeds: readonly number[]) {
  const ledger = new AccessLedger();
  const place = { layer: 1, core: 0 };
  return { dut: new RandomLanes(spec, Uint32Array.from(laneSeeds), place, ledger), ledger };
}

test('lane n mod lanes serves neuron n and draws the register after its clock (spec §2.5)', (t) => {
  const { dut, ledger } = makeDut([1, 8]);
  // x⁴ + x³ + 1 from 1: 12, 6, 3, 13; from 8: 4, 2.
  t.is(dut.draw(0, trainingUpdate), 12);
  t.is(dut.draw(1, trainingUpdate), 4);
  t.is(dut.draw(2, trainingUpdate), 6);
  t.is(dut.draw(4, trainingUpdate), 3);
  t.is(dut.draw(3, trainingUpdate), 2);
  t.is(dut.draw(0, trainingUpdate), 13);
  t.deepEqual([...dut.states()], [13, 2]);
  t.deepEqual(countsOf(ledger.rows()), { 'training update 1 random.draw/4': 6 });
});

test('the given seeds stay as they were: the lanes hold copies', (t) => {
  const laneSeeds = Uint32Array.of(1);
  const dut = new RandomLanes(spec, laneSeeds, { layer: 1, core: 0 }, new AccessLedger());
  dut.draw(0, trainingUpdate);
  dut.states()[0] = 5;
  t.deepEqual([...laneSeeds], [1]);
  t.deepEqual([...dut.states()], [12]);
});

test('seeds of 0 and seeds wider than the register are refused (spec §2.5)', (t) => {
  t.throws(() => makeDut([1, 0]), {
    instanceOf: RangeError,
    message: /seed 0 of lane 1 is outside 1\.\.2\^4 − 1/,
  });
  t.throws(() => makeDut([16]), { instanceOf: RangeError, message: /seed 16 of lane 0/ });
});

test('a generator that cannot work is refused (spec §2.5)', (t) => {
  const place = { layer: 1, core: 0 };
  const make = () =>
    new RandomLanes(
      { widthBits: 4, polynomialMask: 4 },
      Uint32Array.of(1),
      place,
      new AccessLedger(),
    );
  t.throws(make, { instanceOf: RangeError, message: /mask 0x4 does not have bit 3/ });
});
