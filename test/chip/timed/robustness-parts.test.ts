import test from 'ava';
import type { LayerImage } from '../../../src/chip/image/chip-image.js';
import { blockNames } from '../../../src/chip/timed/chip-services.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import { partsOf } from '../../../src/chip/image/layer-parts.js';
import { smallDefp } from '../images/chip-image.js';
import { cutImage, meshOf } from './cut-image.js';
import { splitRows } from './engine-history.js';
import { randomStalls } from './random-stalls.js';
import { layersOfFour, samplesOfFour } from './timed-image.js';

const columns = 8;

/** 16 layers on 2 × 2 cores each, row by row of an 8 × 8 mesh. */
function layersOnMesh() {
  const quarters = ({ inputCount, neuronCount }: LayerImage) => ({
    axonCount: inputCount / 2,
    columnCount: neuronCount / 2,
  });
  return cutImage(layersOfFour(16, smallDefp('error', 300), 3), quarters, meshOf(columns));
}

test('16 layers on the 64 cores of an 8 × 8 mesh, 1000 samples pipelined, every block held up at random: nothing lost, nothing twice, no deadlock, the weights of the serial chip (issue 4; spec §7, §8)', async (t) => {
  t.timeout(120_000);
  const sampleCount = 1000;
  const image = layersOnMesh();
  t.is(image.layers.flatMap(partsOf).length, 64);
  const samples = samplesOfFour(sampleCount, 8, 300);
  const serial = await makeFastEngine(image);
  const { stall, asked, heldUp } = randomStalls(4_321);
  const pipelined = await makeEventDrivenEngine(image, {
    schedule: 'pipelined',
    router: { kind: 'mesh', columns },
    linkQueueDepth: 2,
    stalls: stall,
    watchdogCycles: 100_000,
  });
  t.deepEqual(pipelined.train(samples), serial.train(samples));
  t.deepEqual(pipelined.learnedState(), serial.learnedState());
  t.deepEqual(pipelined.tensorHealth(), serial.tensorHealth());
  t.deepEqual(pipelined.wear(), serial.wear());
  // Events, sums, labels and δz are counted on every hop: one lost or doubled would show.
  t.deepEqual(splitRows(pipelined.ledgerRows()).counts, serial.ledgerRows());
  t.deepEqual([...asked].sort(), [...blockNames].sort());
  t.deepEqual([...heldUp].sort(), [...blockNames].sort());
  const figure = pipelined.latencies().find(({ pass }) => pass === 'training');
  t.is(figure?.sampleCount, sampleCount);
  // Many samples are in flight at a time.
  t.true((figure?.totalCycles ?? 0) > 5 * (figure?.elapsedCycles ?? Infinity));
});
