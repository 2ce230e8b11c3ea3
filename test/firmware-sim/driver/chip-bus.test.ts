import test from 'ava';
import { assemble, ChipBus, registerAddress } from '../../../firmware-sim/index.js';
import type { CommandPort } from '../../../src/chip/timed/engine/controller.js';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import { Draws } from '../../chip/oracle/draws.js';
import { splitImage } from '../../chip/images/fast/split-image.js';
import { layersOfFour, samplesOfFour } from '../../chip/timed/timed-image.js';
import { makeDut } from './driven-chip.js';

const image = layersOfFour(2, { kind: 'drtp' }, 4);

test('a program reads label, place and prediction of the sample at hand; DONE bits stay until they are cleared (README §5)', async (t) => {
  const samples = samplesOfFour(3, 7, 3);
  const hardwired = await makeEventDrivenEngine(image);
  const outputs = hardwired.infer(samples);
  const checks = [0, 1, 2].map((sample) => {
    const ofSample = [...outputs.subarray(4 * sample, 4 * sample + 4)];
    const prediction = ofSample.indexOf(Math.max(...ofSample));
    return `
      wait r4, EVENT_LABEL
      ld   r5, LABEL
      li   r6, ${samples.labels[sample] ?? -1}
      bne  r5, r6, wrong
      ld   r5, SAMPLE_INDEX
      li   r6, ${sample}
      bne  r5, r6, wrong
      st   r1, CORE_DONE
      ld   r5, CORE_DONE
      bne  r5, r0, wrong
      st   r2, START_FORWARD
      wait r4, EVENT_CORE_DONE
      ld   r5, CORE_DONE
      bne  r5, r2, wrong
      st   r3, START_FORWARD
      st   r3, START_READOUT
      ld   r5, CORE_FULL
      bne  r5, r3, wrong
      wait r4, EVENT_ALL_IDLE
      ld   r5, CORE_DONE
      bne  r5, r1, wrong
      ld   r5, PREDICTION
      li   r6, ${prediction}
      bne  r5, r6, wrong
      st   r7, INPUT_ACK`;
  });
  const source = `
      li   r2, 0x400
      li   r3, 0x800
      or   r1, r2, r3
      li   r7, 1
      ${checks.join('\n')}
      wait r4, EVENT_END
      halt
wrong: trap 1`;
  const { engine, controller } = await makeDut(image, assemble(source, 'registers.s'));
  t.deepEqual(engine.infer(samples), outputs);
  controller.endStream();
  t.is(controller.pass, 'inference');
});

test('a timer wakes a program while cores work, in its cycle (README §3, §5)', async (t) => {
  const source = `
      li   r2, 0x400
      li   r3, 0x800
      li   r7, 1
      wait r4, EVENT_INPUT
      st   r2, START_FORWARD
      li   r5, 8
      st   r5, TIMER
      wait r4, EVENT_TIMER
      ld   r6, CYCLE_LOW
      ld   r8, CORE_BUSY
      bne  r8, r2, wrong
      li   r9, 17
      bne  r6, r9, wrong
      sync r2, r0
      st   r3, START_FORWARD
      sync r3, r0
      st   r7, INPUT_ACK
      wait r4, EVENT_END
      halt
wrong: trap 1`;
  // li li li wait (4 cycles), st (to 6), li, st (its last cycle is 8): the timer is up in cycle 16 of the wait's sleep,
  // and the load that follows looks in its second cycle, 17.
  const { engine } = await makeDut(image, assemble(source, 'timer.s'));
  t.notThrows(() => engine.infer(samplesOfFour(1, 7)));
});

/** A bus to a chip of two cores a layer, and what it started. */
function makeSplitBus(coreCount = 8) {
  const started: string[] = [];
  const port: CommandPort = {
    start: (layer, command) => started.push(`${layer} ${command}`),
    endPass: () => undefined,
  };
  const split = splitImage(image, new Draws(1, 'bus'), () => ({ axonCount: 2, columnCount: 4 }));
  const bus = new ChipBus(split, { coreCount, beginsWithMeasuring: false }, port);
  const samples = samplesOfFour(1, 7);
  const outputsRaw = new Int32Array(4);
  bus.beginPass('inference', 1, { batch: samples, outputsRaw, indexOf: () => 0 });
  return { bus, started };
}

test('a layer on two cores begins a command when both have been told, and both are busy until it is done (README §5)', (t) => {
  const { bus, started } = makeSplitBus();
  const tell = (name: 'START_FORWARD' | 'START_READOUT', cores: number) =>
    bus.write(registerAddress(name), cores);
  const busy = () => bus.read(registerAddress('CORE_BUSY'));
  t.is(bus.read(registerAddress('MAPPED_CORES')), 0b1111);
  t.is(bus.read(registerAddress('LAYER_CORES')), 0b0011);
  t.is(tell('START_FORWARD', 0b0001), null);
  t.deepEqual([started.join(), busy()], ['', 0b0001]);
  t.regex(tell('START_READOUT', 0b0010) ?? '', /core 1 of layer 1: .*were told forward; tell all/);
  t.is(tell('START_FORWARD', 0b0010), null);
  t.deepEqual([started.join(), busy()], ['0 forward', 0b0011]);
  t.is(tell('START_FORWARD', 0b1100), null);
  t.is(tell('START_READOUT', 0b1000), null);
  t.is(bus.read(registerAddress('CORE_FULL')), 0b1000);
  bus.commandDone(0, 'forward');
  t.deepEqual([started.join(), busy()], ['0 forward,1 forward', 0b1100]);
  bus.commandDone(1, 'forward');
  // One core was told to read out, the other not yet: nothing begins.
  t.deepEqual([started.join(), busy()], ['0 forward,1 forward', 0b1000]);
  t.is(tell('START_READOUT', 0b0100), null);
  t.is(started.at(-1), '1 readout');
  bus.commandDone(1, 'readout');
  t.is(busy(), 0);
  t.is(bus.read(registerAddress('CORE_DONE')), 0b1111);
});

test('cores that the registers cannot name are refused (README §5)', (t) => {
  t.throws(() => makeSplitBus(257), {
    message: /^controller: the chip has 257 cores, the register map names 1\.\.256/,
  });
  t.throws(() => makeSplitBus(3), {
    message: 'controller: a layer lies on core 3, the chip has 3, numbered from 0',
  });
  const shared = { ...image, layers: image.layers.map((layer) => ({ ...layer, core: 1 })) };
  const port: CommandPort = { start: () => undefined, endPass: () => undefined };
  t.throws(() => new ChipBus(shared, { coreCount: 2, beginsWithMeasuring: false }, port), {
    message: /^controller: layers share cores \(1, 1\)/,
  });
});
