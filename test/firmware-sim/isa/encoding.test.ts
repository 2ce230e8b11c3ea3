import test from 'ava';
import fc from 'fast-check';
import { decode, encode } from '../../../firmware-sim/isa/encoding.js';
import { instructionNamed, instructions } from '../../../firmware-sim/isa/instruction-set.js';
import { holds } from '../../support/holds.js';

test('fields lie where the datasheet says: opcode 31–26, a 25–22, b 21–18, c 17–14 (README §2)', (t) => {
  const add = instructionNamed('add');
  t.truthy(add);
  if (add === undefined) return;
  // 0x08 · 2^26 + 1 · 2^22 + 2 · 2^18 + 3 · 2^14
  t.is(encode(add, { a: 1, b: 2, c: 3, immediate: 0 }), 0x20000000 + 0x400000 + 0x80000 + 0xc000);
});

test('immediates are two’s complement in bits 17–0 (README §2)', (t) => {
  const li = instructionNamed('li');
  t.truthy(li);
  if (li === undefined) return;
  t.is(encode(li, { a: 15, b: 0, c: 0, immediate: -1 }), 0x08000000 + 15 * 0x400000 + 0x3ffff);
  t.is(decode(0x08000000 + 0x20000)?.immediate, -131072);
  t.is(decode(0x08000000 + 0x1ffff)?.immediate, 131071);
});

test('opcodes and mnemonics are each given once, and 0 is no opcode (README §2)', (t) => {
  t.is(new Set(instructions.map(({ opcode }) => opcode)).size, instructions.length);
  t.is(new Set(instructions.map(({ mnemonic }) => mnemonic)).size, instructions.length);
  t.true(instructions.every(({ opcode }) => opcode > 0 && opcode < 64));
  t.is(decode(0), null);
});

test('a word that is decoded encodes to itself; any other is null (README §2)', (t) => {
  let decodedCount = 0;
  const opcodes = fc.constantFrom(...instructions.map(({ opcode }) => opcode));
  // Few bits set below the opcode, so that many words are instructions.
  const sparse = fc
    .tuple(opcodes, fc.integer({ min: 0, max: 0x3ffffff }), fc.integer({ min: 0, max: 0x3ffffff }))
    .map(([opcode, left, right]) => ((opcode << 26) | (left & right)) >>> 0);
  const words = fc.oneof(sparse, fc.integer({ min: 0, max: 0xffffffff }));
  holds(
    t,
    fc.property(words, (word) => {
      const decoded = decode(word);
      if (decoded === null) return;
      decodedCount += 1;
      t.is(encode(decoded.instruction, decoded), word);
    }),
    { seed: 401, numRuns: 2000 },
  );
  t.true(decodedCount > 200, `${decodedCount} words were instructions`);
});

test('a bit outside the fields of an instruction makes it none (README §2)', (t) => {
  const halt = 0x3f * 0x4000000;
  t.is(decode(halt)?.instruction.mnemonic, 'halt');
  for (let bit = 0; bit < 26; bit += 1) t.is(decode(halt + (1 << bit)), null, `halt, bit ${bit}`);
  const add = 0x08 * 0x4000000;
  for (let bit = 0; bit < 14; bit += 1) t.is(decode(add + (1 << bit)), null, `add, bit ${bit}`);
});

test('immediates outside the range of an instruction make it none (README §3)', (t) => {
  const wait = 0x28 * 0x4000000;
  t.is(decode(wait), null, 'a wait for no event');
  t.is(decode(wait + 0x7f)?.immediate, 0x7f);
  t.is(decode(wait + 0x80), null, 'an event line that does not exist');
  const lih = 0x03 * 0x4000000;
  t.is(decode(lih + 0xffff)?.immediate, 0xffff);
  t.is(decode(lih + 0x10000), null);
});
