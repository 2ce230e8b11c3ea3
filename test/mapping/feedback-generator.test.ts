import test from 'ava';
import { generateFeedback } from '../../src/mapping/feedback-generator.js';
import type { FeedbackDraw } from '../../src/network/feedback.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';
import { parseFormat } from '../../src/numerics/format.js';

const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
const topology = buildTopology(parseTopologyString('FC_60_FC_24_FC_10'), 30, 10, activation);
const generator = { widthBits: 16, polynomialMask: 0xb400 };
const draw: FeedbackDraw = { kind: 'classes', distribution: 'heUniform', widthFactors: null };

function make(index: number, changes: Partial<Parameters<typeof generateFeedback>[2]> = {}) {
  const spec = { generator, format: parseFormat('s8.8'), draw, seed: 1, ...changes };
  const made = generateFeedback(topology, index, spec);
  if (made === null) throw new Error(`layer ${index + 1} has no B`);
  return made;
}

/** One clock of a Galois LFSR on the number's binary digits, an independent way to write §2.5. */
function clock(state: string, mask: string): string {
  const shifted = `0${state.slice(0, -1)}`;
  if (state.endsWith('0')) return shifted;
  return Array.from(shifted, (bit, place) => (bit === mask[place] ? '0' : '1')).join('');
}

test('each row is the top bits of consecutive words of one generator, shifted arithmetically (spec §2.14)', (t) => {
  // A generator of 8 bits as wide as B: values are its words, so value n + 1 follows from value n.
  const narrow = { widthBits: 8, polynomialMask: 0xb8 };
  const format = parseFormat('s8.7');
  // heUniform with 60 neurons: b² = 0.1, between 2^-5 and 2^-3, so ±2^-2; the format has ±1.
  const coarse = make(0, { generator: narrow, format });
  t.is(coarse.shiftBits, 2);
  // normal: b² = 3, between 2^1 and 2^3: ±2 is beyond the format, so no shift at all.
  const whole = make(0, { generator: narrow, format, draw: { ...draw, distribution: 'normal' } });
  t.is(whole.shiftBits, 0);
  t.is(whole.raw.length, 600);
  for (let row = 0; row < 10; row += 1) {
    const words = [...whole.raw.subarray(row * 60, (row + 1) * 60)].map((raw) =>
      (raw & 0xff).toString(2).padStart(8, '0'),
    );
    for (const [index, word] of words.slice(1).entries()) {
      t.is(word, clock(words[index] ?? '', '10111000'));
    }
  }
  t.deepEqual(
    coarse.raw,
    whole.raw.map((raw) => Math.floor(raw / 4)),
  );
});

test('a word wider than B gives its top bits, a narrower one is aligned with the top (spec §2.14)', (t) => {
  const normal: FeedbackDraw = { ...draw, distribution: 'normal' };
  const wide = make(0, { draw: normal, format: parseFormat('s16.15') });
  const top = make(0, { draw: normal, format: parseFormat('s8.7') });
  t.deepEqual(
    top.raw,
    wide.raw.map((raw) => Math.floor(raw / 256)),
  );
  const wider = make(0, { draw: normal, format: parseFormat('s20.19') });
  t.deepEqual(
    wider.raw,
    wide.raw.map((raw) => raw * 16),
  );
});

test('the range is the power of two nearest by ratio to that of the distribution asked for (spec §2.14)', (t) => {
  // s8.8 has ±2^-1; bound √(6/60) = 0.316, nearest ±2^-2 (2^-1.66); √(6/24) = 0.5 exactly; xavier √(6/70) = 0.293.
  t.is(make(0).shiftBits, 1);
  t.is(make(1).shiftBits, 0);
  t.is(make(0, { draw: { ...draw, distribution: 'heNormal' } }).shiftBits, 1);
  t.is(make(0, { draw: { ...draw, distribution: 'xavierUniform' } }).shiftBits, 1);
  // Factors of ½ and ¼ move it by 1 and 2 bits.
  t.is(make(0, { draw: { ...draw, widthFactors: [0.5, 1] } }).shiftBits, 2);
  t.is(make(1, { draw: { ...draw, widthFactors: [1, -0.25] } }).shiftBits, 2);
  // As small as the format has it: one bit is left.
  const least = make(0, { draw: { ...draw, widthFactors: [2 ** -20, 1] } });
  t.is(least.shiftBits, 7);
  t.true(least.raw.every((raw) => raw === 0 || raw === -1));
});

test('real values are raw·2^−F and lie within ±2^−j (spec §2.14)', (t) => {
  const { raw, real } = make(0);
  t.deepEqual(
    [...real],
    [...raw].map((value) => value / 256),
  );
  t.true(real.every((value) => Math.abs(value) <= 0.25));
  t.true(real.some((value) => value > 0.2) && real.some((value) => value < -0.2));
});

test('values depend on seed and layer and repeat; rows differ (spec §2.14)', (t) => {
  t.deepEqual(make(0), make(0));
  t.notDeepEqual(make(0).raw, make(0, { seed: 2 }).raw);
  const even = buildTopology(parseTopologyString('FC_60_FC_60_FC_10'), 30, 10, activation);
  const spec = { generator, format: parseFormat('s8.8'), draw, seed: 1 };
  t.notDeepEqual(generateFeedback(even, 0, spec)?.raw, generateFeedback(even, 1, spec)?.raw);
  const { raw } = make(0);
  const rows = Array.from({ length: 10 }, (_, row) => raw.subarray(row * 60, row * 60 + 60).join());
  t.is(new Set(rows).size, 10);
});

test("for fa B has the shape of the next layer's weights; the output layer has none", (t) => {
  t.is(make(0, { draw: { ...draw, kind: 'weights' } }).raw.length, 60 * 24);
  const spec = { generator, format: parseFormat('s8.8'), draw, seed: 1 };
  t.is(generateFeedback(topology, 2, spec), null);
  t.is(generateFeedback(topology, 0, { ...spec, draw: { ...draw, kind: 'none' } }), null);
});

test('unsigned formats, a factor of 0 and more rows than states are refused', (t) => {
  t.throws(() => make(0, { format: parseFormat('u8.8') }), { message: /u8\.8 is unsigned; use a/ });
  t.throws(() => make(1, { draw: { ...draw, widthFactors: [1, 0] } }), {
    message: /layer 2 has a width factor of 0/,
  });
  t.throws(() => make(0, { generator: { widthBits: 3, polynomialMask: 0b110 } }), {
    message: /10 rows of B need as many different seeds, a 3-bit generator has 7/,
  });
});
