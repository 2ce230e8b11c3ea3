import test from 'ava';
import { assemble, readShippedSource, type ShippedProgram } from '../../../firmware-sim/index.js';
import type { ChipImage, RuleSpec } from '../../../src/chip/image/chip-image.js';
import { updatesAtOnce } from '../../../src/chip/image/learning-layers.js';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';
import { equalStages, layersOfFour, onMesh, samplesOfFour } from '../../chip/timed/timed-image.js';
import { smallDefp } from '../../chip/images/chip-image.js';
import { makeDut, splitControl, trainerOf, trainTwice } from './driven-chip.js';

const samples = samplesOfFour(3, 7, 3);
const rules: readonly RuleSpec[] = [
  { kind: 'drtp' },
  { kind: 'shallow' },
  smallDefp('error', 3),
  { kind: 'dfa' },
  { kind: 'sdfa' },
  { kind: 'fa' },
  { kind: 'bp' },
];

function imageOf(layerCount: number, rule: RuleSpec): ChipImage {
  const image = layersOfFour(layerCount, rule, 4);
  if (rule.kind !== 'shallow') return image;
  return { ...image, layers: image.layers.map((layer) => ({ ...layer, feedbackRaw: null })) };
}

test('one to four layers, every rule: weights and layer cycles of the hardwired controller, and the program halts (spec §8)', async (t) => {
  for (const layerCount of [1, 2, 3, 4]) {
    for (const rule of rules) {
      const image = imageOf(layerCount, rule);
      const expected = await makeEventDrivenEngine(image);
      const before = expected.learnedState();
      trainTwice(expected, samples, false);
      const { engine, controller } = await makeDut(image, trainerOf[rule.kind]);
      trainTwice(engine, samples, false);
      controller.endStream();
      const what = `${layerCount} layers, ${rule.kind}`;
      t.deepEqual(engine.learnedState(), expected.learnedState(), what);
      const { layers } = splitControl(engine.ledgerRows());
      t.deepEqual(layers, splitControl(expected.ledgerRows()).layers, what);
      t.notDeepEqual(engine.learnedState().weightsRaw, before.weightsRaw, what);
    }
  }
});

test('the pipelined program trains to the same weights in less time than the sequential one (README §8)', async (t) => {
  const image = layersOfFour(4, { kind: 'drtp' }, 4);
  const many = samplesOfFour(40, 7);
  const run = async (name: ShippedProgram) => {
    const { engine, controller } = await makeDut(image, name);
    engine.train(many);
    engine.endEpoch();
    controller.endStream();
    return { engine, counts: controller.counts() };
  };
  const sequential = await run('train-drtp');
  const pipelined = await run('train-drtp-pipelined');
  t.deepEqual(pipelined.engine.learnedState(), sequential.engine.learnedState());
  t.true(pipelined.counts.cycleCount < sequential.counts.cycleCount);
});

test('a batch cut into calls gives the bits and instructions of one call, with locked rules its cycles: the clock stands between them (README §10)', async (t) => {
  for (const rule of rules) {
    const image = imageOf(3, rule);
    const whole = await makeDut(image, trainerOf[rule.kind]);
    whole.engine.train(samples);
    whole.engine.endEpoch();
    whole.controller.endStream();
    const cut = await makeDut(image, trainerOf[rule.kind]);
    for (const sample of [0, 1, 2]) {
      cut.engine.train({
        inputsRaw: samples.inputsRaw.slice(4 * sample, 4 * sample + 4),
        labels: samples.labels.slice(sample, sample + 1),
        sampleIndices: Uint32Array.of(sample),
      });
    }
    cut.engine.endEpoch();
    cut.controller.endStream();
    t.deepEqual(cut.engine.learnedState(), whole.engine.learnedState(), rule.kind);
    const [ofCut, ofWhole] = [cut.controller.counts(), whole.controller.counts()];
    t.is(ofCut.executeCount, ofWhole.executeCount, rule.kind);
    t.is(ofCut.fetchCount, ofWhole.fetchCount, rule.kind);
    // Where layers learn at once, a sample of the same call begins while the one before is still learned above.
    if (updatesAtOnce(image)) t.true(ofCut.cycleCount >= ofWhole.cycleCount, rule.kind);
    else t.is(ofCut.cycleCount, ofWhole.cycleCount, rule.kind);
  }
});

const controlOf = (rows: readonly LedgerRow[], action: string) =>
  splitControl(rows).control.filter(({ componentAction }) => componentAction === action);

test('the ledger has fetches, executions and cycles of the program in phase control, layer and core null (spec §4.6, §8)', async (t) => {
  // One layer, one sample. Every instruction and its cycles by hand, from the listing and README §3.
  const source = `
    li   r1, LEARNING_OFF
    st   r1, LEARNING
    li   r2, 1
  next:
    wait r3, EVENT_INPUT | EVENT_END
    beq  r3, r2, go
    halt
  go:
    lih  r4, 0
    ld   r5, MAPPED_CORES
    st   r5, START_FORWARD
    sync r5, r0
    st   r5, START_READOUT
    sync r5, r0
    st   r2, INPUT_ACK
    jmp  next`;
  const image = layersOfFour(1, { kind: 'drtp' }, 4);
  const { engine, controller } = await makeDut(image, assemble(source, 'count.s'));
  engine.infer(samplesOfFour(1, 7));
  const rows = engine.ledgerRows();
  const place = { run: 'inference', phase: 'control', layer: null, core: null } as const;
  // li st li wait | beq lih ld st sync st sync st jmp wait
  t.deepEqual(splitControl(rows).control, [
    { ...place, componentAction: 'controller.fetch', bits: 32, count: 14 },
    { ...place, componentAction: 'controller.execute', bits: 32, count: 14 },
    {
      ...place,
      componentAction: 'clock.cycle',
      bits: null,
      count: controller.counts().cycleCount,
    },
  ]);
  const cyclesOf = (phase: LedgerRow['phase']) =>
    rows.find((row) => row.phase === phase && row.componentAction === 'clock.cycle')?.count ?? NaN;
  // Awake: li 1, st 2, li 1, wait 1; beq taken 2, lih 1, ld 2, st 2, sync 1, st 2, sync 1, st 2, jmp 2, wait 1. A command is
  // told in the last cycle of its st and works from that tick on; the first cycle after it is that of sync itself.
  const awake = 5 + 2 + 1 + 2 + 2 + 1 + 2 + 1 + 2 + 2 + 1;
  const asleep = cyclesOf('forward') - 2 + (cyclesOf('readout') - 2);
  t.is(cyclesOf('control'), awake + asleep);
  t.is(controller.counts().sleepCycleCount, asleep);
  controller.endStream();
  // wait wakes, beq not taken, halt.
  t.is(controller.counts().executeCount, 16);
});

test('control rows of training are booked as training, in one row however many calls there were', async (t) => {
  const { engine } = await makeDut(layersOfFour(2, { kind: 'bp' }, 4), 'train-bp');
  trainTwice(engine, samples, false);
  const rows = engine.ledgerRows();
  for (const action of ['controller.fetch', 'controller.execute', 'clock.cycle']) {
    const found = controlOf(rows, action);
    t.is(found.length, 1, action);
    t.is(found[0]?.run, 'training');
  }
  // All cores leak while the program works: the run is as long as its control.
  const { control } = splitControl(rows);
  const controlCycles =
    control.find(({ componentAction }) => componentAction === 'clock.cycle')?.count ?? NaN;
  const leakage = rows.filter(({ componentAction }) => componentAction === 'leakage.cycle');
  t.is(leakage.length, 2);
  for (const { count } of leakage) t.true(Math.abs(count - controlCycles) < 40, `${count}`);
});

/** A shipped program with one line changed. */
async function changed(name: ShippedProgram, from: string, to: string) {
  const source = await readShippedSource(name);
  const text = source.replace(from, to);
  if (text === source) throw new Error(`${name} has no line "${from}"`);
  return assemble(text, 'changed.s');
}

test('a program that leaves out the update of layer 1 leaves its weights, and only those, as they were (issue 4 item 5)', async (t) => {
  const image = layersOfFour(3, { kind: 'dfa' }, 4);
  const program = await changed(
    'train-dfa',
    'ld   r3, MAPPED_CORES(r2)',
    'ld   r3, MAPPED_CORES(r2)\n    li   r7, 0x400\n    xor  r3, r3, r7',
  );
  const { engine, controller } = await makeDut(image, program);
  const before = engine.learnedState();
  const outputs = trainTwice(engine, samples, false);
  controller.endStream();
  const after = engine.learnedState();
  t.deepEqual(after.weightsRaw[0], before.weightsRaw[0]);
  t.deepEqual(after.biasesRaw[0], before.biasesRaw[0]);
  t.notDeepEqual(after.weightsRaw[1], before.weightsRaw[1]);
  t.notDeepEqual(after.weightsRaw[2], before.weightsRaw[2]);
  t.is(outputs.length, 2);
  const updates = engine
    .ledgerRows()
    .filter((row) => row.layer === 1 && row.componentAction === 'synapses.write');
  t.deepEqual(updates, []);
  // The frozen layer of an image comes to the same weights in the others: an independent way to say the same.
  const frozen = {
    ...image,
    layers: image.layers.map((layer) => ({ ...layer, isTrainable: layer.layer !== 1 })),
  };
  const hardwiredFrozen = await makeEventDrivenEngine(frozen);
  trainTwice(hardwiredFrozen, samples, false);
  t.deepEqual(after.weightsRaw, hardwiredFrozen.learnedState().weightsRaw);
});

test('a program that goes forward only trains nothing; latencies are those of its samples (issue 4 item 5)', async (t) => {
  const image = layersOfFour(2, { kind: 'bp' }, 4);
  const program = await changed(
    'train-bp',
    '    add  r1, r5, r0\n',
    '    count\n    li   r7, 1\n    st   r7, INPUT_ACK\n    jmp  next_sample\n',
  );
  const { engine } = await makeDut(image, program);
  const before = engine.learnedState();
  engine.train(samples);
  t.deepEqual(engine.learnedState(), before);
  const figure = engine.latencies().find(({ pass }) => pass === 'training');
  t.is(figure?.sampleCount, 3);
  t.true((figure?.longestCycles ?? 0) <= (figure?.elapsedCycles ?? 0));
});

test('layers on a mesh take the cycles of the hardwired controller: hops are the chip’s, not the program’s (spec §8)', async (t) => {
  const image = onMesh(layersOfFour(4, { kind: 'dfa' }, 4), 2);
  const options = { router: { kind: 'mesh', columns: 2 } } as const;
  const expected = await makeEventDrivenEngine(image, options);
  trainTwice(expected, samples, false);
  const { engine } = await makeDut(image, 'train-dfa');
  trainTwice(engine, samples, false);
  t.deepEqual(engine.learnedState(), expected.learnedState());
});

test('a load sees a core busy one cycle before its pass ends and idle in the cycle in which it does (README §5, §10)', async (t) => {
  const image = layersOfFour(1, { kind: 'drtp' }, 4);
  const hardwired = await makeEventDrivenEngine(image);
  hardwired.infer(samplesOfFour(1, 7));
  const forwardCycles =
    hardwired
      .ledgerRows()
      .find(
        ({ phase, componentAction }) => phase === 'forward' && componentAction === 'clock.cycle',
      )?.count ?? NaN;
  // Told in the last cycle of its st; a load looks in its second cycle.
  const busyAfter = async (cycles: number) => {
    const source = `
      li   r2, 0x400
      li   r7, 1
      wait r4, EVENT_INPUT
      st   r2, START_FORWARD
      ${'nop\n'.repeat(cycles - 2)}
      ld   r5, CORE_BUSY
      beq  r5, r0, idle
      sync r2, r0
      count
idle: st   r7, INPUT_ACK
      wait r4, EVENT_END
      halt`;
    const { engine, controller } = await makeDut(image, assemble(source, 'tight.s'));
    engine.infer(samplesOfFour(1, 7));
    controller.endStream();
    return controller.counts().executeCount - (cycles - 2);
  };
  const idleCount = await busyAfter(forwardCycles);
  t.is(await busyAfter(forwardCycles - 1), idleCount + 2);
  t.is(await busyAfter(forwardCycles + 1), idleCount);
});

test('an error signal of two cycles is done for a load that looks two cycles after it was told: all of a cycle happens before the program looks (README §10)', async (t) => {
  // A row of B and δz, a cycle each, no hops: the second is not even scheduled when the load begins.
  const source = `
      li   r1, LEARNING_TRAIN
      st   r1, LEARNING
      li   r2, 0x400
      li   r3, 0x800
      li   r7, 1
      wait r4, EVENT_INPUT
      st   r2, START_FORWARD
      sync r2, r0
      st   r2, START_FEEDBACK
      ld   r5, CORE_BUSY
      beq  r5, r0, idle
      trap 1
idle: st   r3, START_FORWARD
      sync r3, r0
      st   r7, INPUT_ACK
      wait r4, EVENT_END`;
  const { engine } = await makeDut(equalStages(2, { kind: 'drtp' }), assemble(source, 'two.s'));
  t.notThrows(() => engine.train(samplesOfFour(1, 7)));
});

test('a program may learn from the last sample after the host has ended the epoch; the sample is counted once (spec §8)', async (t) => {
  const image = layersOfFour(2, { kind: 'drtp' }, 4);
  const one = samplesOfFour(1, 7);
  const expected = await makeEventDrivenEngine(image);
  expected.train(one);
  const source = `
      li   r1, LEARNING_TRAIN
      st   r1, LEARNING
      li   r2, 0x400
      li   r3, 0x800
      or   r6, r2, r3
      li   r7, 1
      wait r4, EVENT_INPUT
      st   r2, START_FORWARD
      sync r2, r0
      st   r3, START_FORWARD
      sync r3, r0
      st   r7, INPUT_ACK
      wait r4, EVENT_EPOCH
      st   r6, START_FEEDBACK
      st   r6, START_UPDATE
      wait r4, EVENT_ALL_IDLE
      st   r7, EPOCH_END
      wait r4, EVENT_END
      halt`;
  const { engine, controller } = await makeDut(image, assemble(source, 'late.s'));
  const before = engine.learnedState();
  engine.train(one);
  t.deepEqual(engine.learnedState(), before);
  engine.endEpoch();
  controller.endStream();
  t.deepEqual(engine.learnedState(), expected.learnedState());
  t.is(engine.latencies().find(({ pass }) => pass === 'training')?.sampleCount, 1);
});
