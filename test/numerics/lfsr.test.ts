import test from 'ava';
import { checkLfsrSpec, type LfsrSpec, nextState } from '../../src/numerics/lfsr.js';

function periodOf(spec: LfsrSpec): number {
  let state = 1;
  for (let clock = 1; clock <= 2 ** spec.widthBits; clock += 1) {
    state = nextState(state, spec);
    if (state === 1) return clock;
  }
  return Infinity;
}

test('nextState shifts right and XORs the mask when a 1 falls out, mask 0xB400 (spec §2.5)', (t) => {
  // From 1: the 1 falls out, 0 ⊕ B400; then halves until the first odd state 2D: 16 ⊕ B400 = B416.
  const expected = [
    0xb400, 0x5a00, 0x2d00, 0x1680, 0x0b40, 0x05a0, 0x02d0, 0x0168, 0x00b4, 0x005a, 0x002d, 0xb416,
  ];
  let state = 1;
  const states = expected.map(
    () => (state = nextState(state, { widthBits: 16, polynomialMask: 0xb400 })),
  );
  t.deepEqual(states, expected);
});

test('nextState visits every non-zero state of the maximal-length masks once (spec §2.5)', (t) => {
  t.is(periodOf({ widthBits: 8, polynomialMask: 0xb8 }), 255);
  t.is(periodOf({ widthBits: 16, polynomialMask: 0xb400 }), 65535);
  t.is(periodOf({ widthBits: 24, polynomialMask: 0xe10000 }), 16777215);
});

test('nextState stays unsigned in a register of 32 bits (spec §2.5)', (t) => {
  const spec: LfsrSpec = { widthBits: 32, polynomialMask: 0x80200003 };
  t.is(nextState(1, spec), 0x80200003);
  // 80200003 is odd: 40100001 ⊕ 80200003 = C0300002.
  t.is(nextState(0x80200003, spec), 0xc0300002);
});

test('checkLfsrSpec accepts masks whose highest bit is that of the register (spec §2.5)', (t) => {
  t.notThrows(() => {
    checkLfsrSpec({ widthBits: 2, polynomialMask: 0b11 });
    checkLfsrSpec({ widthBits: 16, polynomialMask: 0xb400 });
    checkLfsrSpec({ widthBits: 32, polynomialMask: 0x80200003 });
  });
});

test('checkLfsrSpec refuses widths outside 2..32 (spec §2.5)', (t) => {
  for (const widthBits of [1, 33, 8.5]) {
    t.throws(
      () => {
        checkLfsrSpec({ widthBits, polynomialMask: 1 });
      },
      {
        instanceOf: RangeError,
        message: new RegExp(`width of ${widthBits} bits is outside 2..32`),
      },
    );
  }
});

test('checkLfsrSpec refuses masks that are too short, too long, negative or fractional (spec §2.5)', (t) => {
  for (const polynomialMask of [0x3400, 0x1b400, -1, 0.5]) {
    t.throws(
      () => {
        checkLfsrSpec({ widthBits: 16, polynomialMask });
      },
      { instanceOf: RangeError, message: /does not have bit 15 as its highest/ },
    );
  }
});
