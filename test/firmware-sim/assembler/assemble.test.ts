import test from 'ava';
import { assemble } from '../../../firmware-sim/index.js';
import { InputError } from '../../../src/units/input-error.js';

const words = (source: string): readonly number[] => [...assemble(source, 'p.s').words];

/** Lines of the message that a faulty source gets. */
function faults(source: string): readonly string[] {
  try {
    assemble(source, 'p.s');
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('every form of operand lands in its field (README §2, §4)', (t) => {
  t.deepEqual(words('nop'), [0x04000000]);
  t.deepEqual(words('li r1, -2'), [0x08000000 + 0x400000 + 0x3fffe]);
  t.deepEqual(words('addi r3, r4, 0x10'), [0x10000000 + 3 * 0x400000 + 4 * 0x40000 + 16]);
  t.deepEqual(words('xor r1, r2, r15'), [0x30000000 + 0x400000 + 2 * 0x40000 + 15 * 0x4000]);
  t.deepEqual(words('jr r14'), [0x58000000 + 14 * 0x400000]);
  t.deepEqual(words('st r2, 0x200(r3)'), [0x84000000 + 2 * 0x400000 + 3 * 0x40000 + 0x200]);
  t.deepEqual(words('ld r2, (r3)'), [0x80000000 + 2 * 0x400000 + 3 * 0x40000]);
  t.deepEqual(words('ld r2, 0b101'), [0x80000000 + 2 * 0x400000 + 5]);
});

test('targets are distances in words, forwards and backwards (README §2)', (t) => {
  t.deepEqual(words('top: jmp end\nnop\nend: loop r1, top'), [
    0x50000000 + 2,
    0x04000000,
    0x5c000000 + 0x400000 + 0x3fffe,
  ]);
});

test('labels, .equ, .org and .word place what they say; gaps are 0 (README §4)', (t) => {
  const program = assemble(
    '.equ FOUR, 2 + 2 ; four\nfirst: second: halt\n.org FOUR | 8\ndata: .word data - 1\n.word -1',
    'p.s',
  );
  t.deepEqual([...program.words], [0xfc000000, 0, 0, 11, 0xffffffff]);
  t.deepEqual(
    [...program.symbols],
    [
      ['FOUR', 4],
      ['first', 0],
      ['second', 0],
      ['data', 12],
    ],
  );
  t.deepEqual(program.sourceMap, [
    { file: 'p.s', line: 2, text: 'first: second: halt' },
    null,
    null,
    { file: 'p.s', line: 4, text: 'data: .word data - 1' },
    { file: 'p.s', line: 5, text: '.word -1' },
  ]);
});

test('names of the register map stand for addresses, masks and codes (README §5)', (t) => {
  t.deepEqual(words('ld r1, LAYER_COUNT'), [0x80000000 + 0x400000 + 0x10]);
  t.deepEqual(words('st r1, START_FORWARD + 4(r2)'), [0x84000000 + 0x400000 + 2 * 0x40000 + 0x204]);
  t.deepEqual(words('wait r1, EVENT_INPUT | EVENT_END'), [0xa0000000 + 0x400000 + 0x41]);
  t.deepEqual(words('li r1, RULE_BP'), [0x08000000 + 0x400000 + 6]);
  t.deepEqual(words('li r1, LEARNING_MEASURE'), [0x08000000 + 0x400000 + 2]);
});

test('comments, empty lines and Windows line ends make no words (README §4)', (t) => {
  t.deepEqual(words('; a\r\n\r\n  # b\r\nhalt # c ; d\r\n'), [0xfc000000]);
  t.deepEqual(words(''), []);
});

test('each fault is named with file, line, column and what is allowed (issue 4, bad input)', (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['  foo r1', /^p\.s:1:3: "foo" is not an instruction/],
    ['.data 1', /^p\.s:1:1: "\.data" is not a directive; allowed are \.equ, \.org and \.word$/],
    ['add r1, r2', /^p\.s:1:1: add has 2 operands; it takes 3: add a, b, c$/],
    ['halt r1', /^p\.s:1:6: halt has 1 operands; it takes none$/],
    ['li r16, 1', /^p\.s:1:4: "r16" is not a register; allowed are r0\.\.r15$/],
    ['li 4, 1', /^p\.s:1:4: "4" is not a register/],
    ['li r1 2', /^p\.s:1:1: li has 1 operands; it takes 2: li a, immediate$/],
    ['add r1 2, r3, r4', /^p\.s:1:8: "2" after a register; write a comma/],
    ['li r1, 131072', /^p\.s:1:8: 131072 is outside -131072\.\.131071/],
    ['wait r1, 0', /^p\.s:1:10: 0 is outside 1\.\.127/],
    ['trap 65536', /^p\.s:1:6: 65536 is outside 0\.\.65535/],
    ['jmp 6', /^p\.s:1:5: target 6 is not the address of an instruction/],
    ['jmp 0 - 4', /^p\.s:1:5: target -4 is not the address/],
    ['jmp 0xfffffffc', /^p\.s:1:5: 4294967292 is outside -524288\.\.524284/],
    ['jmp nowhere', /^p\.s:1:5: "nowhere" is not defined/],
    ['li r1, r2', /^p\.s:1:8: register r2 stands where a number is needed$/],
    ['li r1, 08x', /^p\.s:1:8: "08x" is not a number; write 12, 0x0c or 0b1100$/],
    ['li r1, 4294967296', /^p\.s:1:8: 4294967296 does not fit a word/],
    ['li r1, 1 +', /^p\.s:1:8: the expression ends before its last number$/],
    ['li r1, 1 2', /^p\.s:1:10: "2" does not fit here/],
    ['li r1, + 2', /^p\.s:1:8: "\+" does not fit here/],
    ['li r1, -1 | 2', /^p\.s:1:13: -1 does not fit the 32 bits that \| joins$/],
    ['li r1,', /^p\.s:1:7: an operand is missing here/],
    ['li , 1', /^p\.s:1:4: an operand is missing here/],
    ['ld r1, 4(r2', /^p\.s:1:8: a location is written OFFSET\(rN\), OFFSET or \(rN\)$/],
    ['ld r1, 4(r2) 5', /^p\.s:1:14: a location is written/],
    ['ld r1, 4()', /^p\.s:1:10: "\)" is not a register|^p\.s:1:\d+: a location is written/],
    ['li r1, $5', /^p\.s:1:8: character "\$" begins nothing/],
    ['li r1, \u0000', /^p\.s:1:8: character "\\u0000" begins nothing/],
    ['5: halt', /^p\.s:1:1: "5" cannot be a label/],
    ['(halt', /^p\.s:1:1: "\(" cannot begin a statement/],
    ['a: halt\na: halt', /^p\.s:2:1: "a" is defined in line 1 already/],
    ['EVENTS: halt', /^p\.s:1:1: "EVENTS" belongs to the register map/],
    ['.equ add, 1', /^p\.s:1:6: "add" names an instruction or a register/],
    ['r3: halt', /^p\.s:1:1: "r3" names an instruction or a register/],
    ['.equ A', /^p\.s:1:1: \.equ has 1 operands; write \.equ NAME, VALUE$/],
    ['.equ 1, 1', /^p\.s:1:6: \.equ needs a name first/],
    ['.equ A, B\n.equ B, 1', /^p\.s:1:9: "B" is not defined/],
    [
      '.org 2',
      /^p\.s:1:6: \.org 2 is no address of a word; allowed are multiples of 4 from 0 to 262140/,
    ],
    ['.org 262144', /^p\.s:1:6: \.org 262144 is no address/],
    ['.org 262140\nhalt\nhalt', /^p\.s:3:1: the program goes beyond address 262140/],
    ['halt\n.org 0\nhalt', /^p\.s:3:1: address 0 is taken by line 1/],
    ['.word 0x80000000 + 0x80000000', /^p\.s:1:7: \.word 4294967296 does not fit 32 bits/],
    ['.word', /^p\.s:1:1: \.word has 0 operands; write \.word VALUE$/],
  ];
  for (const [source, expected] of cases) {
    t.regex(faults(source).join('\n'), expected, source);
  }
});

test('one run reports every fault, in the order of the source (README §4)', (t) => {
  const found = faults('jmp nowhere\nfoo\nhalt\nli r1, 999999');
  t.deepEqual(
    found.map((line) => line.split(': ')[0]),
    ['p.s:1:5', 'p.s:2:1', 'p.s:4:8'],
  );
});
