import test from 'ava';
import fc from 'fast-check';
import {
  assemble,
  disassemble,
  disassembleWord,
  formatListing,
  instructions,
} from '../../../firmware-sim/index.js';
import { holds } from '../../support/holds.js';

/** Words of the instruction set: each operand's field at random, the others 0. */
const instructionWord = fc
  .record({
    instruction: fc.constantFrom(...instructions),
    registers: fc.tuple(fc.nat(15), fc.nat(15), fc.nat(15)),
    immediate: fc.nat(0x3ffff),
  })
  .map(({ instruction, registers: [a, b, c], immediate }) => {
    const places = { a: a * 0x400000, b: b * 0x40000, c: c * 0x4000 };
    const fields = instruction.operands.map((operand) => {
      switch (operand.kind) {
        case 'register':
          return places[operand.field];
        case 'immediate':
          return operand.minimum < 0 ? immediate : Math.max(1, immediate % (operand.maximum + 1));
        case 'target':
          return immediate;
        case 'location':
          return places.b + immediate;
      }
    });
    return fields.reduce((sum, field) => sum + field, instruction.opcode * 0x4000000);
  });
const anyWord = fc.oneof(fc.nat(0xffffffff), instructionWord);

test('any memory image, disassembled and assembled again, is the same image (issue 4 item 5)', (t) => {
  let instructionCount = 0;
  holds(
    t,
    fc.property(fc.array(anyWord, { minLength: 1, maxLength: 40 }), (image) => {
      const text = disassemble(Uint32Array.from(image));
      instructionCount += image.length - text.split('.word').length + 1;
      t.deepEqual([...assemble(text, 'again.s').words], image);
    }),
    { seed: 402, numRuns: 500 },
  );
  t.true(instructionCount > 1000, `${instructionCount} instructions`);
});

test('a word that is no instruction, or jumps below address 0, is a .word (README §4)', (t) => {
  t.is(disassembleWord(0, 0), '.word 0x00000000');
  t.is(disassembleWord(0x50000000 + 0x3ffff, 0), '.word 0x5003ffff');
  t.is(disassembleWord(0x50000000 + 0x3ffff, 8), 'jmp 0x0004');
});

test('an image larger than any memory is refused with its size (README §1)', (t) => {
  t.throws(() => disassemble(new Uint32Array(65537)), {
    instanceOf: RangeError,
    message: /65537 words are more than a memory holds; at most 65536/,
  });
});

test('a listing has address, word, line and source of every word, without gaps (README §9)', (t) => {
  const program = assemble('; note\nhalt\n.org 0x10\n  .word 5  ; five', 'p.s');
  t.is(
    formatListing(program),
    'addr  word      line  source\n0000  fc000000     2  halt\n0010  00000005     4    .word 5  ; five\n',
  );
});
