import test from 'ava';
import fc from 'fast-check';
import {
  formatTrap,
  instructions,
  Machine,
  runToEnd,
  type TrapCause,
  trapCauses,
} from '../../../firmware-sim/index.js';
import { RecordingChip } from '../recording-chip.js';
import { makeDut, runSource, trapOf } from '../run-source.js';
import { holds } from '../../support/holds.js';

interface TrapCase {
  readonly source: string;
  readonly cause: TrapCause;
  /** Line of the source that traps, from 1. */
  readonly line: number | null;
  readonly message: RegExp;
}

const cases: readonly TrapCase[] = [
  { source: '.word 0', cause: 'illegalInstruction', line: 1, message: /word 0x00000000 is no/ },
  { source: '', cause: 'illegalInstruction', line: null, message: /word 0x00000000 is no/ },
  {
    source: 'nop\njmp 64\n',
    cause: 'illegalInstruction',
    line: null,
    message: /is no instruction/,
  },
  {
    source: 'nop\njmp 0x1000',
    cause: 'pcOutsideMemory',
    line: 2,
    message: /would be at 0x1000; program memory is 0x0000\.\.0x0fff/,
  },
  { source: '.word 0x5003ffff', cause: 'pcOutsideMemory', line: 1, message: /would be at -4;/ },
  { source: 'jmp 0xffc\n.org 0xffc\nnop', cause: 'pcOutsideMemory', line: 3, message: /0x1000/ },
  { source: 'li r1, -4\njr r1', cause: 'pcOutsideMemory', line: 2, message: /0xfffffffc/ },
  { source: 'li r1, 6\njr r1', cause: 'misalignedJump', line: 2, message: /jump to 0x0006/ },
  { source: 'ld r1, 2', cause: 'misalignedAccess', line: 1, message: /address 0x002 is not/ },
  {
    source: 'ld r1, 0x14',
    cause: 'unmappedRegister',
    line: 1,
    message: /no register at address 0x014/,
  },
  { source: 'st r1, -4(r0)', cause: 'unmappedRegister', line: 1, message: /address 0xfffffffc/ },
  { source: 'st r1, ID', cause: 'writeToReadOnly', line: 1, message: /^ID can only be read$/ },
  {
    source: 'st r1, CORE_BUSY + 4',
    cause: 'writeToReadOnly',
    line: 1,
    message: /^CORE_BUSY\[1\] can only be read$/,
  },
  {
    source: 'ld r1, INPUT_ACK',
    cause: 'readOfWriteOnly',
    line: 1,
    message: /INPUT_ACK can only be w/,
  },
  {
    source: 'li r1, 8\nst r1, RULE',
    cause: 'valueOutOfRange',
    line: 2,
    message: /^RULE = 0x8 does not fit its 3 bits$/,
  },
  {
    source: 'st r0, WATCHDOG_LIMIT',
    cause: 'valueOutOfRange',
    line: 1,
    message: /WATCHDOG_LIMIT = 0 would/,
  },
  {
    source: 'st r0, INPUT_ACK',
    cause: 'valueOutOfRange',
    line: 1,
    message: /INPUT_ACK takes 1, not 0/,
  },
  {
    source: 'li r1, 2\nsync r0, r1',
    cause: 'valueOutOfRange',
    line: 2,
    message: /bank offset 2 is none/,
  },
  {
    source: 'li r1, 32\nsync r0, r1',
    cause: 'valueOutOfRange',
    line: 2,
    message: /bank offset 32/,
  },
  {
    source: 'li r1, 7\nst r1, START_FORWARD',
    cause: 'coreNotMapped',
    line: 2,
    message: /^START_FORWARD\[0\]: cores 0x00000004 hold no layer; MAPPED_CORES\[0\] names/,
  },
  {
    source: 'li r1, 1\nst r1, START_READOUT + 4',
    cause: 'coreNotMapped',
    line: 2,
    message: /^START_READOUT\[1\]: cores 0x00000001/,
  },
  {
    source: 'li r1, 3\nli r2, 1\nst r1, START_UPDATE\nst r2, START_UPDATE\nst r1, START_UPDATE',
    cause: 'coreBusy',
    line: 5,
    message: /cores 0x00000001 work and have a further command waiting; use sync first/,
  },
  {
    source: 'li r1, 1\nst r1, EPOCH_END',
    cause: 'notReady',
    line: 2,
    message: /EPOCH_END needs EVENT_EPOCH, which is not up/,
  },
  {
    source: 'li r1, 3\nst r1, LAYER_SELECT',
    cause: 'refused',
    line: 2,
    message: /^LAYER_SELECT = 0x3: there is no layer 3; allowed are 1\.\.2$/,
  },
  { source: 'nop\ntrap 77', cause: 'software', line: 2, message: /stopped itself with code 77/ },
  {
    source: 'li r1, 9\nst r1, WATCHDOG_LIMIT\nwait r1, EVENT_EPOCH',
    cause: 'watchdog',
    line: 3,
    message: /^waited 9 cycles for wait r1, 32; WATCHDOG_LIMIT is 9$/,
  },
];

test('each misdeed is the trap the datasheet says, at its line (README §6; issue 4, bad input)', (t) => {
  for (const { source, cause, line, message } of cases) {
    const trap = trapOf(source);
    t.is(trap.cause, cause, source);
    t.is(trap.source?.line ?? null, line, source);
    t.regex(trap.message, message, source);
  }
  t.deepEqual(
    new Set(cases.map(({ cause }) => cause)),
    new Set(trapCauses.map(({ name }) => name)),
  );
});

test('INPUT_ACK without a sample traps (README §6)', (t) => {
  const trap = trapOf('li r1, 1\nst r1, INPUT_ACK', { epochs: [0] });
  t.is(trap.cause, 'notReady');
  t.regex(trap.message, /INPUT_ACK needs EVENT_INPUT/);
});

test('a command to a core that works waits its turn; only a second one traps (README §5)', (t) => {
  const { machine, chip } = runSource(
    'li r1, 1\nst r1, START_UPDATE\nst r1, START_UPDATE\nsync r1, r0\nst r1, START_UPDATE\nsync r1, r0\nhalt',
  );
  t.is(machine.state, 'halted');
  const [first, second, third] = chip.commands;
  t.is(second?.begin, first?.end);
  t.true((third?.cycle ?? 0) >= (second?.end ?? Infinity));
});

test('TRAP_CAUSE shows the code of the table to the host (README §5)', (t) => {
  const { machine } = runSource('trap 1');
  t.is(machine.readRegister('TRAP_CAUSE'), 13);
  t.is(machine.state, 'trapped');
});

test('a trap writes nothing, takes no cycles and counts as fetched only (README §6)', (t) => {
  const { machine } = runSource('li r1, 5\nld r1, START_FORWARD');
  t.is(machine.registers()[1], 5);
  t.is(machine.cycle, 1);
  t.like(machine.counts(), { fetchCount: 2, executeCount: 1 });
  t.is(machine.step().kind, 'trap');
  t.is(machine.cycle, 1);
});

test('the dump of a trap has place, cause, cycle, source and all registers (issue 4, bad input)', (t) => {
  const trap = trapOf('li r3, 0xbeef\n  st r3, ID ; no');
  t.is(
    formatTrap(trap),
    [
      'test.s:2: trap writeToReadOnly in cycle 1: ID can only be read',
      '  0x0004  st r3, ID ; no',
      '   r0 0x00000000   r1 0x00000000   r2 0x00000000   r3 0x0000beef',
      '   r4 0x00000000   r5 0x00000000   r6 0x00000000   r7 0x00000000',
      '   r8 0x00000000   r9 0x00000000  r10 0x00000000  r11 0x00000000',
      '  r12 0x00000000  r13 0x00000000  r14 0x00000000  r15 0x00000000',
      '',
    ].join('\n'),
  );
  t.regex(
    formatTrap(trapOf('nop\njmp 20')),
    /^test\.s:2: led to address 0x0014, where no line is: trap illegalInstruction in cycle 3: .*\n {2}0x0014 {2}\(no source\)\n/,
  );
  t.regex(
    formatTrap(trapOf('')),
    /^address 0x0000: trap illegalInstruction in cycle 0: .*\n {2}0x0000 {2}\(no source\)\n/,
  );
});

test('a sleep may last as long as the limit, and one cycle more is too long (README §7)', (t) => {
  // The core works from cycle 6 to 106; sync runs in cycle 6 and sleeps from 7: 99 cycles.
  const source = (limit: number): string =>
    `li r1, ${limit}\nst r1, WATCHDOG_LIMIT\nli r1, 1\nst r1, START_UPDATE\nsync r1, r0\nhalt`;
  const durations = { forward: 1, feedback: 1, update: 100, readout: 1 };
  t.is(runSource(source(99), { durations }).machine.trap, null);
  t.like(trapOf(source(98), { durations }), { cause: 'watchdog', cycle: 7 + 98 });
});

test('the watchdog does not count the sleep in which events of a sample are still to come, to the cycle (README §7)', (t) => {
  const { machine } = makeDut('li r1, 9\nst r1, WATCHDOG_LIMIT\nwait r1, EVENT_TIMER');
  machine.holdWatchdog(50);
  runToEnd(
    machine,
    () => 7,
    () => undefined,
  );
  // li, st, wait: asleep from cycle 4, held until 50.
  t.like(machine.trap, { cause: 'watchdog', cycle: 50 + 9 });
});

test('as many instructions as the limit may run without a command, and no more (README §7)', (t) => {
  const source = (count: number): string =>
    `li r1, 20\nst r1, WATCHDOG_LIMIT\nli r2, ${count}\nagain: loop r2, again\nhalt`;
  // li, st, li, halt and the loops: 20 instructions with 16 loops.
  t.is(runSource(source(16)).machine.trap, null);
  const trap = trapOf(source(17));
  t.is(trap.cause, 'watchdog');
  t.is(trap.source?.line, 5);
  t.regex(trap.message, /^20 instructions without a command to the chip; WATCHDOG_LIMIT is 20$/);
});

test('a command lets the instructions begin anew, but commands without a sample end too (README §7)', (t) => {
  const source =
    'li r1, 30\nst r1, WATCHDOG_LIMIT\nli r1, 1\nagain: st r1, START_UPDATE\nsync r1, r0\njmp again';
  const durations = { forward: 1, feedback: 1, update: 5, readout: 1 };
  const { machine, chip } = runSource(source, { durations });
  t.regex(machine.trap?.message ?? '', /^30 commands without a sample released or an epoch ended/);
  t.is(chip.commands.length, 30);
});

test('a start of no core is no command (README §5)', (t) => {
  const { machine, chip } = runSource(
    'li r1, 25\nst r1, WATCHDOG_LIMIT\nagain: st r0, START_UPDATE\njmp again',
  );
  t.deepEqual(chip.commands, []);
  t.regex(machine.trap?.message ?? '', /instructions without a command/);
});

test('any memory content ends in halt or trap, and the machine throws nothing (issue 4 item 5)', (t) => {
  const ends = new Set<string>();
  const sparseWord = fc
    .tuple(
      fc.constantFrom(...instructions),
      fc.nat(0x3ffffff),
      fc.nat(0x3ffffff),
      fc.nat(0x3ffffff),
    )
    .map(([{ opcode }, x, y, z]) => ((opcode << 26) | (x & y & z)) >>> 0);
  holds(
    t,
    fc.property(fc.array(sparseWord, { minLength: 1, maxLength: 24 }), (words) => {
      // A short limit first: li r15, 50; st r15, WATCHDOG_LIMIT.
      const image = Uint32Array.from([0x0bc00032, 0x87c0030c, ...words]);
      const program = { file: 'any', words: image, sourceMap: [], symbols: new Map() };
      const chip = new RecordingChip({ epochs: [3] });
      const machine = new Machine({ programWords: 64 }, program, chip);
      let stepCount = 0;
      runToEnd(
        machine,
        (cycle) => chip.idleCycles(cycle),
        () => {
          stepCount += 1;
          if (stepCount > 100_000) throw new Error('no end in sight');
        },
      );
      ends.add(machine.trap?.cause ?? 'halt');
    }),
    { seed: 404, numRuns: 1500 },
  );
  t.true(ends.size >= 6, [...ends].join(', '));
});
