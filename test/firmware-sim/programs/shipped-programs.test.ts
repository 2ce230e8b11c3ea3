import test from 'ava';
import {
  assemble,
  loadShippedProgram,
  Machine,
  readShippedSource,
  runToEnd,
  type ShippedProgram,
  shippedPrograms,
} from '../../../firmware-sim/index.js';
import { type RecordedCommand, RecordingChip, type RecordingChipSpec } from '../recording-chip.js';

type ChipSpec = Partial<RecordingChipSpec>;

/** Layers 1…k, each on two cores that are neither neighbours nor in order. */
const twoCoreLayers = (layerCount: number): readonly (readonly number[])[] =>
  Array.from({ length: layerCount }, (_, index) => [index, 20 - index]);

function run(program: Awaited<ReturnType<typeof loadShippedProgram>>, spec: ChipSpec) {
  const chip = new RecordingChip(spec);
  const machine = new Machine({ programWords: 256 }, program, chip);
  runToEnd(
    machine,
    (cycle) => chip.idleCycles(cycle),
    () => undefined,
  );
  return { chip, machine };
}

async function runShipped(name: ShippedProgram, spec: ChipSpec) {
  return run(await loadShippedProgram(name), spec);
}

/** `forward 0,20`: what was commanded, without when. */
const written = (commands: readonly RecordedCommand[]): readonly string[] =>
  commands.map(({ command, cores }) => `${command} ${cores.join(',')}`);

const coresOf = (layers: readonly (readonly number[])[]): readonly string[] =>
  layers.map((cores) => cores.toSorted((left, right) => left - right).join(','));

const repeated = (times: number, lines: readonly string[]): readonly string[] =>
  Array.from({ length: times }, () => lines).flat();

test('inference runs layers 1…k forward and reads layer k out, sample by sample (spec §4.2)', async (t) => {
  for (const layerCount of [1, 2, 3, 4, 5]) {
    const layers = twoCoreLayers(layerCount);
    const { chip, machine } = await runShipped('inference', { layers, coreCount: 21, epochs: [3] });
    const cores = coresOf(layers);
    const sample = [...cores.map((set) => `forward ${set}`), `readout ${cores.at(-1) ?? ''}`];
    t.is(machine.state, 'halted');
    t.deepEqual(written(chip.commands), repeated(3, sample));
    t.deepEqual(chip.settings, [['LEARNING', 0]]);
    t.is(machine.readRegister('SAMPLE_COUNT'), 3);
    for (const [index, { cycle }] of chip.commands.entries()) {
      if (index > 0) t.true(cycle >= (chip.commands[index - 1]?.end ?? Infinity));
    }
  }
});

test('BP: all forward, then feedback from the top down, then all updates, nothing overlapping (spec §2.9)', async (t) => {
  for (const layerCount of [1, 2, 3, 4, 5]) {
    const layers = twoCoreLayers(layerCount);
    const { chip, machine } = await runShipped('train-bp', {
      layers,
      coreCount: 21,
      epochs: [1, 2],
      rule: 'drtp',
    });
    const cores = coresOf(layers);
    const sample = [
      ...cores.map((set) => `forward ${set}`),
      ...cores.toReversed().map((set) => `feedback ${set}`),
      `update ${coresOf([layers.flat()]).join()}`,
    ];
    t.is(machine.state, 'halted');
    t.deepEqual(written(chip.commands), repeated(3, sample));
    t.deepEqual(chip.settings, [
      ['RULE', 6],
      ['LEARNING', 1],
    ]);
    t.is(chip.epochEnds.length, 2);
    t.is(machine.readRegister('SAMPLE_COUNT'), 3);
    for (const [index, { cycle }] of chip.commands.entries()) {
      if (index > 0) t.true(cycle >= (chip.commands[index - 1]?.end ?? Infinity));
    }
  }
});

test('DFA: all forward, the error of layer k, then all projections side by side and their updates (spec §2.9)', async (t) => {
  for (const layerCount of [1, 2, 3, 4, 5]) {
    const layers = twoCoreLayers(layerCount);
    const { chip, machine } = await runShipped('train-dfa', { layers, coreCount: 21, epochs: [2] });
    const cores = coresOf(layers);
    const [top, ...hidden] = cores.toReversed();
    const sample = [
      ...cores.map((set) => `forward ${set}`),
      `feedback ${top ?? ''}`,
      ...hidden.map((set) => `feedback ${set}`),
      `update ${coresOf([layers.flat()]).join()}`,
    ];
    t.is(machine.state, 'halted');
    t.deepEqual(written(chip.commands), repeated(2, sample));
    t.is(chip.settings[0]?.[1], 3);
    const feedbacks = chip.commands.slice(layerCount, 2 * layerCount);
    const [error, ...projections] = feedbacks;
    for (const { begin, cycle } of projections) {
      t.true(begin >= (error?.end ?? Infinity), 'e first');
      t.true(cycle < (projections[0]?.begin ?? 0) + 200, 'side by side');
    }
  }
});

test('DFA: projections of a long duration overlap (spec §2.9)', async (t) => {
  const durations = { forward: 10, feedback: 5000, update: 10, readout: 1 };
  const spec = { layers: [[0], [1], [2], [3]], epochs: [1], durations };
  const { chip } = await runShipped('train-dfa', spec);
  const [, third, second, first] = chip.commands.filter(({ command }) => command === 'feedback');
  t.true((first?.begin ?? Infinity) < (third?.end ?? 0));
  t.true((second?.begin ?? Infinity) < (third?.end ?? 0));
});

for (const name of ['train-drtp', 'train-defp'] as const) {
  test(`${name}: a layer learns as soon as its forward is done, beside the layers above (spec §2.9)`, async (t) => {
    for (const layerCount of [1, 2, 3, 4, 5]) {
      const layers = twoCoreLayers(layerCount);
      const durations = { forward: 500, feedback: 100, update: 1000, readout: 1 };
      const spec = { layers, coreCount: 21, epochs: [2, 1], durations };
      const { chip, machine } = await runShipped(name, spec);
      const sample = coresOf(layers).flatMap((set) => [
        `forward ${set}`,
        `feedback ${set}`,
        `update ${set}`,
      ]);
      t.is(machine.state, 'halted');
      t.deepEqual(written(chip.commands), repeated(3, sample));
      t.is(chip.settings[0]?.[1], name === 'train-drtp' ? 1 : 2);
      t.is(machine.readRegister('SAMPLE_COUNT'), 3);
      const of = (command: string) => chip.commands.filter((entry) => entry.command === command);
      const [forwards, feedbacks, updates] = [of('forward'), of('feedback'), of('update')];
      for (const [index, update] of updates.entries()) {
        t.true((feedbacks[index]?.begin ?? 0) >= (forwards[index]?.end ?? Infinity));
        t.is(feedbacks[index]?.end, update.begin);
        // The layer above goes forward while this one still learns.
        const next = forwards[index + 1];
        if ((index + 1) % layerCount !== 0) t.true((next?.begin ?? Infinity) < update.begin);
      }
      // No layer gets events while it works: neither it nor the one above is busy when a forward begins.
      for (const [index, { begin }] of forwards.entries()) {
        const before = index - layerCount;
        for (const layer of index % layerCount === layerCount - 1 ? [0] : [0, 1]) {
          t.true(
            (updates[before + layer]?.end ?? 0) <= begin,
            `forward ${index}, layer + ${layer}`,
          );
        }
      }
      for (const end of chip.epochEnds) {
        t.false(updates.some((update) => update.cycle < end && update.end > end));
      }
    }
  });
}

test('DEFP measures first where the chip asks for it: forward only, no update, then it trains (spec §2.9)', async (t) => {
  const { chip, machine } = await runShipped('train-defp', {
    learning: 'measure',
    rule: 'defp',
    epochs: [2, 2],
  });
  t.is(machine.state, 'halted');
  const measured = ['forward 0', 'forward 1'];
  const trained = ['forward 0', 'feedback 0', 'update 0', 'forward 1', 'feedback 1', 'update 1'];
  t.deepEqual(written(chip.commands), [...repeated(2, measured), ...repeated(2, trained)]);
  t.deepEqual(chip.settings, [
    ['RULE', 2],
    ['LEARNING', 1],
  ]);
  t.is(chip.epochEnds.length, 2);
});

test('programs leave a rule alone that has the same schedule (README §8)', async (t) => {
  const cases = [
    ['train-drtp', 'shallow'],
    ['train-dfa', 'sdfa'],
    ['train-bp', 'fa'],
  ] as const;
  for (const [name, rule] of cases) {
    const { chip } = await runShipped(name, { rule });
    t.deepEqual(chip.settings, [['LEARNING', 1]], name);
  }
});

test('layers that span banks of cores are started and awaited as a whole, by every program (README §5)', async (t) => {
  const layers = [
    [0, 40],
    [70, 2, 33],
  ];
  for (const name of shippedPrograms) {
    const { chip, machine } = await runShipped(name, { layers, coreCount: 80 });
    t.is(machine.state, 'halted', name);
    t.deepEqual(
      written(chip.commands.filter(({ command }) => command === 'forward')).toSorted(),
      repeated(2, ['forward 0', 'forward 40', 'forward 2', 'forward 33', 'forward 70']).toSorted(),
      name,
    );
  }
});

test('samples that come late are waited for, whatever the program (README §3)', async (t) => {
  for (const name of shippedPrograms) {
    const { chip, machine } = await runShipped(name, { sampleGap: 3000, epochs: [3] });
    t.is(machine.state, 'halted', name);
    t.is(machine.readRegister('SAMPLE_COUNT'), 3, name);
    t.true((chip.releases[2] ?? 0) > 6000, name);
    t.true(machine.counts().sleepCycleCount > 5000, name);
  }
});

test('a stream without samples halts at once, whatever the program (README §8)', async (t) => {
  for (const name of shippedPrograms) {
    const { chip, machine } = await runShipped(name, { epochs: [] });
    t.is(machine.state, 'halted', name);
    t.deepEqual(chip.commands, [], name);
  }
});

test('four equal layers and four samples take 32 slots locked and 11 pipelined (chip.md §6)', async (t) => {
  const slot = 20_000;
  const layers = [[0], [1], [2], [3]];
  const spec = { layers, epochs: [4] };
  // Slots of one length: forward; and what follows it, the feedback of BP or the update of DRTP.
  const locked = await runShipped('train-bp', {
    ...spec,
    durations: { forward: slot, feedback: slot, update: 0, readout: 0 },
  });
  const pipelined = await runShipped('train-drtp-pipelined', {
    ...spec,
    durations: { forward: slot, feedback: 0, update: slot, readout: 0 },
  });
  t.is(Math.floor(locked.machine.cycle / slot), 32);
  t.is(Math.floor(pipelined.machine.cycle / slot), 11);
});

test('the pipelined program does for each layer what the sequential one does, in the same order (README §8)', async (t) => {
  for (const layerCount of [1, 2, 3, 4, 5]) {
    const spec = { layers: twoCoreLayers(layerCount), coreCount: 21, epochs: [3, 1, 2] };
    const sequential = await runShipped('train-drtp', spec);
    const pipelined = await runShipped('train-drtp-pipelined', spec);
    t.is(pipelined.machine.state, 'halted');
    t.is(pipelined.chip.epochEnds.length, 3);
    for (const set of coresOf(spec.layers)) {
      const ofLayer = ({ chip }: { chip: RecordingChip }) =>
        written(chip.commands).filter((line) => line.endsWith(` ${set}`));
      t.deepEqual(ofLayer(pipelined), ofLayer(sequential));
    }
  }
});

test('the pipelined program refuses more layers than it has bits for (README §8)', async (t) => {
  const layers = Array.from({ length: 33 }, (_, index) => [index]);
  const spec = { layers, coreCount: 33, epochs: [2] };
  const { machine } = await runShipped('train-drtp-pipelined', spec);
  t.is(machine.trap?.cause, 'software');
  const fits = { ...spec, layers: layers.slice(0, 32) };
  t.is((await runShipped('train-drtp-pipelined', fits)).machine.state, 'halted');
});

test('a changed program commands other things: without its feedback, BP gives no feedback (issue 4 item 5)', async (t) => {
  const source = await readShippedSource('train-bp');
  const changed = source.replace('li   r12, START_FEEDBACK', 'li   r12, START_UPDATE  ');
  t.not(changed, source);
  const before = run(assemble(source, 'before.s'), {}).chip.commands;
  const after = run(assemble(changed, 'after.s'), {}).chip.commands;
  t.true(before.some(({ command }) => command === 'feedback'));
  t.false(after.some(({ command }) => command === 'feedback'));
  t.is(after.filter(({ command }) => command === 'forward').length, 4);
});

test('shipped programs fit 128 words and name their file and line in traps (README §8)', async (t) => {
  for (const name of shippedPrograms) {
    const program = await loadShippedProgram(name);
    t.true(program.words.length <= 128, name);
    t.is(program.sourceMap[0]?.file, `firmware-sim/programs/${name}.s`);
  }
});
