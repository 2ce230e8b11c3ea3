import test from 'ava';
import { assemble, FirmwareStop } from '../../../firmware-sim/index.js';
import type { RuleSpec } from '../../../src/chip/image/chip-image.js';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import type { EventDrivenEngine } from '../../../src/chip/timed/engine/event-driven-engine.js';
import type { TimedBatch } from '../../../src/chip/timed/run-in-flight.js';
import { layersOfFour, samplesOfFour } from '../../chip/timed/timed-image.js';
import { makeDut } from './driven-chip.js';

const samples = samplesOfFour(2, 7, 2);

/* Cores of layers 1, 2, 3 are 10, 11, 12: bits 0x400, 0x800, 0x1000. */
const prologue = `
    li   r1, LEARNING_TRAIN
    st   r1, LEARNING
    li   r2, 0x400
    li   r3, 0x800
    wait r4, EVENT_INPUT
`;

interface Case {
  readonly what: string;
  readonly body: string;
  readonly message: RegExp;
  readonly rule?: RuleSpec;
  /** Training if left out. */
  readonly run?: (engine: EventDrivenEngine) => unknown;
}

async function stopOf({ body, rule = { kind: 'drtp' }, run }: Case): Promise<FirmwareStop> {
  const image = layersOfFour(2, rule, 4);
  try {
    const { engine, controller } = await makeDut(image, assemble(prologue + body, 'wrong.s'));
    if (run === undefined) {
      engine.train(samples);
      engine.endEpoch();
    } else {
      run(engine);
    }
    controller.endStream();
  } catch (error) {
    if (error instanceof FirmwareStop) return error;
    throw error;
  }
  throw new Error(`nothing stopped the program:\n${body}`);
}

const forward = (register: string) => `st ${register}, START_FORWARD\n sync ${register}, r0\n`;
const feedback = (register: string) => `st ${register}, START_FEEDBACK\n sync ${register}, r0\n`;

const cases: readonly Case[] = [
  {
    what: 'a jump out of program memory',
    body: 'li r5, 1024\njr r5',
    message:
      /^wrong\.s:8: trap pcOutsideMemory in cycle \d+: the next instruction would be at 0x0400/,
  },
  {
    what: 'a read of an address that no register has',
    body: 'ld r5, 0x3fc',
    message: /^wrong\.s:7: trap unmappedRegister in cycle 6: no register at address 0x3fc/,
  },
  {
    what: 'a start of a core that no layer is mapped to',
    body: 'li r5, 1\nst r5, START_FORWARD',
    message:
      /^wrong\.s:8: trap coreNotMapped in cycle \d+: START_FORWARD\[0\]: cores 0x00000001 hold no layer/,
  },
  {
    what: 'an illegal instruction',
    body: '.word 0xffffffff',
    message: /^wrong\.s:7: trap illegalInstruction in cycle \d+: word 0xffffffff is no instruction/,
  },
  {
    what: 'an update before the error signal',
    body: `${forward('r2')}st r2, START_UPDATE`,
    message:
      /^wrong\.s:9: trap refused in cycle \d+: .*core 10 of layer 1: command update came after forward and works on what feedback makes; start that first/,
  },
  {
    what: 'a third command for a core that has two',
    body: 'st r2, START_FORWARD\nst r2, START_FEEDBACK\nst r2, START_UPDATE',
    message: /^wrong\.s:9: trap coreBusy in cycle \d+: START_UPDATE\[0\]: cores 0x00000400 work/,
  },
  {
    what: 'a sample taken twice',
    body: `${forward('r2')}st r2, START_FORWARD`,
    message: /trap refused .*taken already; release it with INPUT_ACK/,
  },
  {
    what: 'a release before layer 1 has finished the sample',
    body: 'st r2, START_FORWARD\nli r5, 1\nst r5, INPUT_ACK',
    message: /trap refused .*INPUT_ACK = 0x1: layer 1 has not finished the sample/,
  },
  {
    what: 'a layer that goes forward for a sample that the one below does not have',
    body: 'st r3, START_FORWARD',
    message:
      /trap refused .*core 11 of layer 2: command forward came for a sample that layer 1 was not told/,
  },
  {
    what: 'a rule that the chip is not set up for',
    body: 'li r5, RULE_BP\nst r5, RULE',
    message:
      /trap refused .*RULE = 0x6: the chip is set up for rule drtp \(1\); run a program for it/,
  },
  {
    what: 'a layer that is none',
    body: 'li r5, 3\nst r5, LAYER_SELECT',
    message: /trap refused .*LAYER_SELECT = 0x3: there is no layer 3; allowed are 1\.\.2/,
  },
  {
    what: 'a measuring pass with a rule that measures nothing',
    body: 'li r5, LEARNING_MEASURE\nst r5, LEARNING',
    message: /trap refused .*rule drtp keeps no errors that could be measured; only defp does/,
  },
  {
    what: 'a readout in training',
    body: `${forward('r2')}${forward('r3')}st r3, START_READOUT`,
    message: /trap refused .*command readout came in a pass of training; only inference reads out/,
  },
  {
    what: 'learning in inference',
    body: 'st r2, START_FORWARD',
    message:
      /trap refused .*LEARNING = 1, and the host brings samples for inference, which is LEARNING = 0/,
    run: (engine) => engine.infer(samples),
  },
  {
    what: 'a readout of a hidden layer',
    body: `li r1, LEARNING_OFF\nst r1, LEARNING\n${forward('r2')}st r2, START_READOUT`,
    message: /trap refused .*command readout came, but only layer 2 has outputs/,
    run: (engine) => engine.infer(samples),
  },
  {
    what: 'dfa: a projection before the error of layer k',
    rule: { kind: 'dfa' },
    body: `${forward('r2')}${forward('r3')}st r2, START_FEEDBACK`,
    message:
      /trap refused .*before layer 2 has made its error for this sample, which rule dfa needs/,
  },
  {
    what: 'bp: feedback before that of the layer above',
    rule: { kind: 'bp' },
    body: `${forward('r2')}${forward('r3')}st r2, START_FEEDBACK`,
    message:
      /trap refused .*before layer 2 has made its error for this sample, which rule bp needs/,
  },
  {
    what: 'bp: weights that change before the layer below has read them',
    rule: { kind: 'bp' },
    body: `${forward('r2')}${forward('r3')}${feedback('r3')}st r3, START_UPDATE\nst r2, START_FEEDBACK`,
    message: /trap refused .*came after update was started in layer 2, whose weights bp needs/,
  },
  {
    what: 'bp: weights that change while the layer below reads them',
    rule: { kind: 'bp' },
    body: `${forward('r2')}${forward('r3')}${feedback('r3')}st r2, START_FEEDBACK\nst r3, START_UPDATE`,
    message: /trap refused .*came while feedback of layer 1 reads the weights/,
  },
  {
    what: 'an epoch that ends while cores work',
    body: `${forward('r2')}li r6, 1\nst r6, INPUT_ACK\n${forward('r3')}wait r4, EVENT_EPOCH\nst r3, START_FEEDBACK\nst r6, EPOCH_END`,
    message: /trap refused .*EPOCH_END = 0x1: cores still work; wait for EVENT_ALL_IDLE first/,
    run: (engine) => {
      engine.train(samplesOfFour(1, 7));
      engine.endEpoch();
    },
  },
  {
    what: 'a program that halts with samples left',
    body: 'halt',
    message:
      /the program halted in cycle \d+ and left work undone: 0 of 2 samples are released, layers 1\.\.2 went forward with 0, 0/,
  },
];

for (const wrong of cases) {
  test(`${wrong.what}: stopped with program line, cycle and register dump (issue 4)`, async (t) => {
    const { message, trap } = await stopOf(wrong);
    t.regex(message, wrong.message);
    if (trap !== null)
      t.regex(message, /\n {3}r0 0x00000000 {3}r1 0x0000000\d .*\n(?:.*\n)* {2}r12/);
  });
}

test('a program that waits for what never comes is stopped by the watchdog, to the cycle of its limit (README §7)', async (t) => {
  const { message, trap } = await stopOf({
    what: '',
    body: `li r5, 500\nst r5, WATCHDOG_LIMIT\n${forward('r2')}wait r4, EVENT_END`,
    message: /./,
  });
  t.regex(message, /^wrong\.s:11: trap watchdog in cycle \d+: waited 500 cycles for wait r4, 64/);
  const hardwired = await makeEventDrivenEngine(layersOfFour(2, { kind: 'drtp' }, 4));
  hardwired.infer(samplesOfFour(1, 7));
  const forwardCycles =
    hardwired
      .ledgerRows()
      .find(({ layer, componentAction }) => layer === 1 && componentAction === 'clock.cycle')
      ?.count ?? NaN;
  // li st li li wait (6 cycles); li, st (3); st, told in its last cycle, the 11th; then the pass without the one hop that
  // its events take after it, and wait in the cycle in which it ends.
  t.is(trap?.cycle, 10 + (forwardCycles - 1) + 1 + 500);
});

/** A sample whose four events come so late: all at once. */
function lateSample(endTick: number): TimedBatch {
  const batch = samplesOfFour(1, 7);
  const arrivals = {
    offsets: Uint32Array.of(0, 4),
    axons: Uint32Array.of(0, 1, 2, 3),
    valuesRaw: batch.inputsRaw,
    ticks: Float64Array.of(endTick, endTick, endTick, endTick),
    endTicks: Float64Array.of(endTick),
  };
  return { ...batch, arrivals };
}

test('a recording that lasts longer than the watchdog allows is no standstill; what comes after it is, to the cycle (README §7, spec §9)', async (t) => {
  const { message, trap } = await stopOf({
    what: '',
    body: `li r5, 500\nst r5, WATCHDOG_LIMIT\n${forward('r2')}wait r4, EVENT_END`,
    message: /./,
    run: (engine) => engine.train(lateSample(30_000)),
  });
  // sync has slept through the recording; the wait after it is the one that lasts too long.
  t.regex(message, /^wrong\.s:11: trap watchdog in cycle \d+: waited 500 cycles for wait r4, 64/);
  const without = await stopOf({
    what: '',
    body: 'li r5, 500\nst r5, WATCHDOG_LIMIT\nst r2, START_FORWARD\nwait r4, EVENT_TIMER',
    message: /./,
    run: (engine) => engine.train(lateSample(30_000)),
  });
  // li st li li wait (6 cycles), li, st (3), st: told in its last cycle, which is cycle 10; there the sample begins.
  t.is(without.trap?.cycle, 10 + 30_000 + 500);
  t.true((trap?.cycle ?? 0) > 30_500);
});

test('a program that leaves h in layer 1 waits for ever in its next forward pass, and is stopped there (issue 4)', async (t) => {
  const { message } = await stopOf({
    what: '',
    body: `li r5, 5000\nst r5, WATCHDOG_LIMIT\nli r6, 1\nnext: ${forward('r2')}st r6, INPUT_ACK\njmp next`,
    message: /./,
  });
  t.regex(message, /^wrong\.s:11: trap watchdog in cycle \d+: waited 5000 cycles for sync r2, r0/);
});

test('a program that forgets the last layer of the last sample is stopped, not believed (issue 4)', async (t) => {
  const { message } = await stopOf({
    what: '',
    body: `li r5, 5000\nst r5, WATCHDOG_LIMIT\nli r6, 1\n${forward('r2')}st r6, INPUT_ACK\nwait r4, EVENT_END`,
    message: /./,
    run: (engine) => engine.train(samplesOfFour(1, 7)),
  });
  t.regex(message, /^wrong\.s:13: trap watchdog in cycle \d+: waited 5000 cycles for wait/);
});

test('a program that polls for ever is stopped by the watchdog: more than its limit of instructions without a command (README §7)', async (t) => {
  const { message } = await stopOf({
    what: '',
    body: 'li r5, 100\nst r5, WATCHDOG_LIMIT\npoll: jmp poll',
    message: /./,
  });
  t.regex(message, /^wrong\.s:9: trap watchdog in cycle \d+: 100 instructions without a command/);
});

test('a program that has halted takes no more samples, and says where it halted', async (t) => {
  const { engine, controller } = await makeDut(layersOfFour(1, { kind: 'bp' }, 4), 'train-bp');
  engine.train(samples);
  engine.endEpoch();
  controller.endStream();
  const error = t.throws(() => engine.train(samples), { instanceOf: FirmwareStop });
  t.regex(
    error.message,
    /^firmware-sim\/programs\/train-bp\.s:\d+: the program halted in cycle \d+ and takes nothing more from the host/,
  );
  t.notThrows(() => {
    controller.endStream();
  });
});
