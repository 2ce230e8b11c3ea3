import test from 'ava';
import type { ChipImage, RuleSpec } from '../../../../src/chip/image/chip-image.js';
import type { ControllerMaker } from '../../../../src/chip/timed/engine/controller.js';
import type { CoreCommand } from '../../../../src/chip/timed/core/core-context.js';
import { makeEventDrivenEngine } from '../../../../src/chip/engines.js';
import { elementAt } from '../../../../src/numerics/integer.js';
import { smallDefp } from '../../images/chip-image.js';
import { splitRows } from '../engine-history.js';
import { layersOfFour, samplesOfFour } from '../timed-image.js';

type Program = readonly (readonly [core: number, command: CoreCommand])[];

/** A controller that runs the same commands for every sample, one after the other, and starts nothing after the last. */
function runProgram(program: Program): ControllerMaker {
  return (port) => {
    let next = 0;
    let remainingCount = 0;
    const start = () => {
      const [core, command] = elementAt(program, next, 'program');
      port.start(core, command);
    };
    return {
      begin: (_pass, sampleCount) => {
        remainingCount = sampleCount;
        start();
      },
      commandDone: () => {
        next = (next + 1) % program.length;
        if (next === 0) remainingCount -= 1;
        if (remainingCount > 0) start();
      },
    };
  };
}

const samples = samplesOfFour(5, 9, 3);

async function trained(image: ChipImage, makeController?: ControllerMaker) {
  const engine = await makeEventDrivenEngine(image, {
    scheduledSampleCount: 1,
    ...(makeController && { makeController }),
  });
  engine.train(samples);
  const { cycles, counts } = splitRows(engine.ledgerRows());
  const order = engine.schedule().map(({ layer, kind }) => `${layer} ${kind}`);
  return { state: engine.learnedState(), cycles, counts, order };
}

/** Each layer learns before the next one computes: what a program for DRTP or DEFP may do. */
const atOnce: Program = [
  [0, 'forward'],
  [0, 'feedback'],
  [0, 'update'],
  [1, 'forward'],
  [1, 'feedback'],
  [1, 'update'],
];

for (const rule of [
  { kind: 'drtp' },
  smallDefp('error', 3),
] as const satisfies readonly RuleSpec[]) {
  test(`${rule.kind}: a program that learns layer by layer does the steps in its own order, with the bits, counts and cycles of the hardwired controller (spec §8)`, async (t) => {
    const image = layersOfFour(2, rule, 4);
    const hardwired = await trained(image);
    const programmed = await trained(image, runProgram(atOnce));
    t.deepEqual(hardwired.order.slice(0, 2), ['1 forward', '2 forward']);
    t.deepEqual(programmed.order.slice(0, 2), ['1 forward', '1 feedback']);
    t.deepEqual(programmed.state, hardwired.state);
    t.deepEqual(programmed.counts, hardwired.counts);
    t.deepEqual(programmed.cycles, hardwired.cycles);
  });
}

test('a program that skips the error signal of a layer is stopped with core and command, and so is one that starts what is at work', async (t) => {
  const image = layersOfFour(2, { kind: 'drtp' }, 4);
  const skipping: Program = [
    [0, 'forward'],
    [0, 'update'],
  ];
  await t.throwsAsync(trained(image, runProgram(skipping)), {
    instanceOf: RangeError,
    message:
      'core 10: command update came after forward and works on what feedback makes; start that first',
  });
  const hasty: ControllerMaker = (port) => ({
    begin: () => {
      port.start(0, 'forward');
      port.start(0, 'forward');
    },
    commandDone: () => undefined,
  });
  await t.throwsAsync(trained(image, hasty), {
    message: 'core 10: command forward came while forward is at work; wait until the core is done',
  });
});

test('a program that learns while it infers is stopped', async (t) => {
  const engine = await makeEventDrivenEngine(layersOfFour(2, { kind: 'drtp' }, 4), {
    makeController: runProgram(atOnce),
  });
  t.throws(() => engine.infer(samples), {
    message: 'core 10: command feedback came in a pass of inference; only training learns',
  });
});

test('a program that forgets a layer leaves samples in the chip, which is said (issue 4)', async (t) => {
  const image = layersOfFour(2, { kind: 'drtp' }, 4);
  const forgetful: ControllerMaker = (port) => ({
    begin: () => {
      port.start(0, 'forward');
    },
    commandDone: () => undefined,
  });
  await t.throwsAsync(trained(image, forgetful), {
    message:
      /^chip: no core has finished anything for 4294967296 cycles, .*core 10: sample 0, 4 events in its buffer, holds h of sample 0/,
  });
});
