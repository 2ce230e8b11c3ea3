import test from 'ava';
import { trainingForward, trainingUpdate } from '../../../../src/ledger/access-meter.js';
import { TimedEventBuffer } from '../../../../src/chip/timed/core/event-buffer.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { elementAt } from '../../../../src/numerics/integer.js';
import { countsOf } from '../../images/chip-image.js';
import { layersOfFour } from '../timed-image.js';

function makeDut(depth = 4) {
  const image = layersOfFour(1, { kind: 'drtp' }, 1);
  const layer = elementAt(image.layers, 0, 'layers');
  const ledger = new AccessLedger();
  const valuesRaw = new Int32Array(layer.inputCount);
  const place = { layer: 1, core: 10 };
  return {
    buffer: new TimedEventBuffer(layer, depth, valuesRaw, place, ledger),
    valuesRaw,
    ledger,
  };
}

test('events are taken one a cycle, however fast they come (spec §8)', (t) => {
  const { buffer, valuesRaw } = makeDut();
  buffer.open(0, null);
  buffer.take(0, 3, 7, 5);
  buffer.take(0, 1, -2, 5);
  buffer.take(0, 2, 9, 20);
  t.deepEqual(
    [0, 1, 2].map((event) => [buffer.axonOf(event), buffer.readyTick(event)]),
    [
      [3, 5],
      [1, 6],
      [2, 20],
    ],
  );
  t.deepEqual([...valuesRaw], [0, -2, 9, 7]);
});

test('events kept for an update are written once and read once, the others not (spec §4.2)', (t) => {
  const { buffer, ledger } = makeDut();
  buffer.open(0, null);
  buffer.take(0, 0, 1, 1);
  buffer.release();
  t.deepEqual(ledger.rows(), []);
  buffer.open(1, trainingForward);
  buffer.take(1, 0, 1, 3);
  buffer.take(1, 2, 1, 4);
  t.is(buffer.readForUpdate(1, trainingUpdate), 2);
  t.deepEqual(countsOf(ledger.rows()), {
    'training forward 1 eventBuffer.write/20': 2,
    'training update 1 eventBuffer.read/20': 1,
  });
});

test('an axon that sends twice, an event of another sample and a sample that comes too early are refused', (t) => {
  const { buffer, valuesRaw } = makeDut();
  const twice =
    'event buffer of core 10 (layer 1): an event of sample 4 for axon 2 came while sample 4 is let in; each axon sends one event a sample at most';
  t.throws(
    () => {
      buffer.take(4, 2, 1, 1);
    },
    { message: twice.replace('while sample 4', 'while sample none') },
  );
  buffer.open(4, null);
  buffer.take(4, 2, 1, 1);
  t.throws(
    () => {
      buffer.take(4, 2, 1, 2);
    },
    { message: twice },
  );
  t.throws(
    () => {
      buffer.take(5, 1, 1, 2);
    },
    { message: /sample 5 for axon 1 came while sample 4/ },
  );
  t.throws(
    () => {
      buffer.open(5, null);
    },
    {
      message:
        'event buffer of core 10 (layer 1): sample 5 cannot come in while the events of sample 4 lie in it; release them first',
    },
  );
  buffer.release();
  buffer.open(5, null);
  buffer.take(5, 2, 3, 9);
  t.deepEqual([...valuesRaw], [0, 0, 3, 0]);
});

test('an axon that does not exist is refused', (t) => {
  const { buffer } = makeDut();
  buffer.open(0, null);
  t.throws(
    () => {
      buffer.take(0, 4, 1, 1);
    },
    { message: /axon 4/ },
  );
});
