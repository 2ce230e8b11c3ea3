import test from 'ava';
import fc from 'fast-check';
import { assemble, instructions, Machine } from '../../../firmware-sim/index.js';
import { RecordingChip } from '../recording-chip.js';
import { makeDut, runSource } from '../run-source.js';
import { holds } from '../../support/holds.js';

const word = fc.nat(0xffffffff);
/** Source lines that put a 32-bit constant into a register. */
const load = (register: string, value: number): string =>
  `li ${register}, ${value & 0xffff}\nlih ${register}, ${value >>> 16}\n`;

test('arithmetic is that of integers modulo 2^32 (README §3)', (t) => {
  const laws: Readonly<Record<string, (b: bigint, c: bigint) => bigint>> = {
    add: (b, c) => b + c,
    sub: (b, c) => b - c,
    and: (b, c) => b & c,
    or: (b, c) => b | c,
    xor: (b, c) => b ^ c,
    shl: (b, c) => b << (c % 32n),
    shr: (b, c) => b >> (c % 32n),
  };
  for (const [mnemonic, law] of Object.entries(laws)) {
    holds(
      t,
      fc.property(word, word, (b, c) => {
        const source = `${load('r2', b)}${load('r3', c)}${mnemonic} r1, r2, r3\nhalt`;
        const expected = Number(BigInt.asUintN(32, law(BigInt(b), BigInt(c))));
        t.is(runSource(source).machine.registers()[1], expected, `${mnemonic} ${b} ${c}`);
      }),
      { seed: 403, numRuns: 30 },
    );
  }
});

test('li extends the sign, lih keeps the lower half, addi takes negative numbers (README §3)', (t) => {
  const source =
    'li r1, -1\nlih r1, 0x1234\nli r2, -131072\naddi r3, r2, -1\nli r0, 5\nadd r4, r0, r0\nhalt';
  const registers = runSource(source).machine.registers();
  t.deepEqual([...registers.subarray(0, 5)], [0, 0x1234ffff, 0xfffe0000, 0xfffdffff, 0]);
});

test('branches compare unsigned numbers and are taken where their law says (README §3)', (t) => {
  const laws: Readonly<Record<string, (a: number, b: number) => boolean>> = {
    beq: (a, b) => a === b,
    bne: (a, b) => a !== b,
    bltu: (a, b) => a < b,
    bgeu: (a, b) => a >= b,
  };
  const pairs = [
    [0, 0],
    [1, 2],
    [2, 1],
    [0xffffffff, 0],
    [0, 0xffffffff],
    [0x80000000, 0x7fffffff],
  ] as const;
  for (const [mnemonic, law] of Object.entries(laws)) {
    for (const [a, b] of pairs) {
      const source = `${load('r1', a)}${load('r2', b)}${mnemonic} r1, r2, taken\nhalt\ntaken: li r3, 1\nhalt`;
      const { machine } = runSource(source);
      t.is(machine.registers()[3] === 1, law(a, b), `${mnemonic} ${a} ${b}`);
    }
  }
});

test('loop runs its body as often as its counter says (README §3)', (t) => {
  const { machine } = runSource('li r1, 5\nagain: addi r2, r2, 3\nloop r1, again\nhalt');
  t.deepEqual([...machine.registers().subarray(1, 3)], [0, 15]);
});

test('jal keeps the address behind it, and jr returns there (README §3)', (t) => {
  const { machine } = runSource('jal r14, routine\nli r2, 2\nhalt\nroutine: li r1, 1\njr r14');
  const registers = machine.registers();
  t.deepEqual([registers[1], registers[2], registers[14]], [1, 2, 4]);
});

test('every instruction takes the cycles of the table, branches more where taken (README §3)', (t) => {
  // Cycles of the datasheet, summed by hand: the instruction in question and halt (1), or those it runs before.
  const cases: readonly (readonly [string, number])[] = [
    ['nop\nhalt', 2],
    ['li r1, 1\nlih r1, 1\naddi r1, r1, 1\nhalt', 4],
    ['add r1, r1, r1\nsub r1, r1, r1\nand r1, r1, r1\nor r1, r1, r1\nxor r1, r1, r1\nhalt', 6],
    ['shl r1, r1, r1\nshr r1, r1, r1\nhalt', 3],
    ['beq r0, r0, 4\nhalt', 3],
    ['bne r0, r0, 4\nhalt', 2],
    ['bltu r0, r0, 4\nhalt', 2],
    ['bgeu r0, r0, 4\nhalt', 3],
    ['jmp 4\nhalt', 3],
    ['jal r1, 4\nhalt', 3],
    ['li r1, 8\njr r1\nhalt', 4],
    ['li r1, 2\nloop r1, 8\nloop r1, 0\nhalt', 5],
    ['ld r1, RULE\nst r1, RULE\nhalt', 5],
    ['wait r1, EVENT_ALL_IDLE\nsync r1, r0\ncount\nhalt', 4],
  ];
  const covered = new Set<string>();
  for (const [source, cycles] of cases) {
    const { machine } = runSource(source);
    t.is(machine.state, 'halted', source);
    t.is(machine.cycle, cycles, source);
    for (const line of source.split('\n')) covered.add(line.split(' ')[0] ?? '');
  }
  const missing = instructions.map(({ mnemonic }) => mnemonic).filter((name) => !covered.has(name));
  t.deepEqual(missing, ['trap'], 'trap ends the program; its test is in trap.test.ts');
});

test('sleep lasts to the cycle in which the core is done, and not one more (README §3)', (t) => {
  // st: cycles 2, 3; the core works from 4 to 104; sync in cycle 4, asleep from 5; halt in 104.
  const source = 'li r1, 1\nli r2, 0\nst r1, START_UPDATE\nsync r1, r0\nhalt';
  const durations = { forward: 1, feedback: 1, update: 100, readout: 1 };
  const { machine, chip } = runSource(source, { durations });
  t.like(chip.commands[0], { cycle: 3, begin: 4, end: 104 });
  t.is(machine.cycle, 105);
  t.like(machine.counts(), { cycleCount: 105, sleepCycleCount: 99 });
});

test('a sleep in steps of one cycle is the sleep in one step (README §3)', (t) => {
  const source = 'li r1, 1\nst r1, START_UPDATE\nwait r2, EVENT_CORE_DONE\nhalt';
  const { machine: slow } = makeDut(source);
  while (slow.state !== 'halted') slow.step();
  const { machine: fast, steps } = runSource(source);
  t.deepEqual(slow.counts(), fast.counts());
  t.deepEqual(slow.registers(), fast.registers());
  t.is(steps.filter(({ kind }) => kind === 'sleep').length, 1);
});

test('fetches and executions are counted once an instruction, not while asleep (chip.md §7)', (t) => {
  const { machine } = runSource('li r1, 1\nst r1, START_UPDATE\nsync r1, r0\nhalt');
  t.like(machine.counts(), { fetchCount: 4, executeCount: 4 });
});

test('the timer goes up after its cycles, stays up, and 0 turns it off (README §5)', (t) => {
  // st writes in cycle 2, so the line is up from cycle 42; wait in 3; then the two ld and st.
  const source =
    'li r1, 40\nst r1, TIMER\nwait r2, EVENT_TIMER | EVENT_END\nwait r3, EVENT_TIMER\nld r4, TIMER\nst r0, TIMER\nld r5, EVENTS\nhalt';
  const { machine, steps } = runSource(source);
  t.is(steps.find(({ kind }) => kind === 'wake')?.cycle, 42);
  const timerLine = 0x10;
  const registers = machine.registers();
  t.deepEqual([...registers.subarray(2, 5)], [timerLine, timerLine, 0]);
  t.is((registers[5] ?? 0) & timerLine, 0);
});

test('TIMER reads the cycles that remain (README §5)', (t) => {
  const { machine } = runSource('li r1, 40\nst r1, TIMER\nnop\nld r2, TIMER\nhalt');
  // Written in cycle 2, read in cycle 5.
  t.is(machine.registers()[2], 37);
});

test('cycle counter and sample counter read what has passed, and the host reads them too (README §5)', (t) => {
  const { machine } = runSource(
    'count\ncount\nld r1, CYCLE_LOW\nld r2, CYCLE_HIGH\nld r3, ID\nhalt',
  );
  t.deepEqual([...machine.registers().subarray(1, 4)], [3, 0, 0x53504b4c]);
  t.is(machine.readRegister('SAMPLE_COUNT'), 2);
  t.is(machine.readRegister('TRAP_CAUSE'), 0);
  t.is(machine.readRegister('VERSION'), 0x0100);
});

test('WATCHDOG_LIMIT resets to 2^20 and reads what was written (README §5)', (t) => {
  const source =
    'ld r1, WATCHDOG_LIMIT\nli r2, 77\nst r2, WATCHDOG_LIMIT\nld r3, WATCHDOG_LIMIT\nhalt';
  const registers = runSource(source).machine.registers();
  t.deepEqual([registers[1], registers[3]], [1_048_576, 77]);
});

test('SAMPLE_COUNT can be set, and counts on modulo 2^32 (README §5)', (t) => {
  const { machine } = runSource('li r1, -1\nst r1, SAMPLE_COUNT\ncount\nld r2, SAMPLE_COUNT\nhalt');
  t.is(machine.registers()[2], 0);
});

test('CORE_DONE shows what has finished until 1 is written, bit by bit (README §5)', (t) => {
  const source =
    'li r1, 3\nst r1, START_UPDATE\nsync r1, r0\nld r2, CORE_DONE\nli r3, 1\nst r3, CORE_DONE\nld r4, CORE_DONE\nhalt';
  const registers = runSource(source).machine.registers();
  t.deepEqual([registers[2], registers[4]], [3, 2]);
});

test('after its end a machine stays as it is (README §6)', (t) => {
  const { machine } = runSource('halt');
  const before = machine.counts();
  t.is(machine.step().kind, 'halt');
  t.deepEqual(machine.counts(), before);
});

test('a program or a memory that cannot be is refused before it runs (README §1)', (t) => {
  const program = assemble('nop\nhalt', 'two.s');
  const chip = new RecordingChip({});
  t.notThrows(() => new Machine({ programWords: 2 }, program, chip));
  t.throws(() => new Machine({ programWords: 1 }, program, chip), {
    message: /^two\.s: the program has 2 words, program memory 1; make/,
  });
  for (const programWords of [0, 1.5, 65537]) {
    t.throws(() => new Machine({ programWords }, program, chip), {
      message: /allowed are 1\.\.65536/,
    });
  }
});

test('step refuses to sleep for no time (README §3)', (t) => {
  for (const cycles of [0, -1, 1.5, Number.POSITIVE_INFINITY]) {
    t.throws(() => makeDut('halt').machine.step(cycles), {
      message: /allowed are integers from 1/,
    });
  }
});
