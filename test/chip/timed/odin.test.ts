import test from 'ava';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { cyclesPerSample } from '../../../src/chip/counts/cycles.js';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import { shippedImage } from '../images/shipped-image.js';

/* Frenkel 2019, doi 10.1109/TBCAS.2018.2880425: 2 cycles per synaptic operation, 1 + 512 per event that 256 neurons receive. */
const eventCycles = 1 + 512;

/** One layer of `neuronCount` neurons behind 256 inputs, on the shipped description of ODIN. */
function odinImage(neuronCount: number): ChipImage {
  const network = `FC_${neuronCount}`;
  return shippedImage('odin-28nm', { network, inputCount: 256, classCount: neuronCount });
}

/** Cycles of the event-driven engine from the first of `eventCount` events to the class sent. */
async function simulatedCycles(image: ChipImage, eventCount: number): Promise<number> {
  const engine = await makeEventDrivenEngine(image);
  const inputsRaw = new Int32Array(256).fill(200, 0, eventCount);
  engine.infer({ inputsRaw, labels: Uint8Array.of(0) });
  const figure = engine.latencies().find(({ pass }) => pass === 'inference');
  return figure?.totalCycles ?? 0;
}

test('every further event of 256 neurons takes 1 + 512 cycles, in the closed form as in the engine (Frenkel 2019; spec §5)', async (t) => {
  const image = odinImage(256);
  for (const eventCount of [1, 2, 5, 256]) {
    const closedForm = (count: number) => cyclesPerSample(image, 'inference', [count]);
    t.is(closedForm(eventCount) - closedForm(0), eventCount * eventCycles);
    const ofEvents = (await simulatedCycles(image, eventCount)) - (await simulatedCycles(image, 0));
    t.is(ofEvents, eventCount * eventCycles);
  }
});

test('a synaptic operation takes two cycles, whatever the neurons are (Frenkel 2019)', async (t) => {
  for (const neuronCount of [10, 100]) {
    const image = odinImage(neuronCount);
    const ofEvent = (await simulatedCycles(image, 1)) - (await simulatedCycles(image, 0));
    t.is(ofEvent, 1 + 2 * neuronCount);
  }
});
