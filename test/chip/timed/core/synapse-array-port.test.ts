import test from 'ava';
import {
  inferenceForward,
  trainingFeedback,
  trainingUpdate,
} from '../../../../src/ledger/access-meter.js';
import { SynapseArrayPort } from '../../../../src/chip/timed/core/synapse-array-port.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { elementAt } from '../../../../src/numerics/integer.js';
import { countsOf } from '../../images/chip-image.js';
import { layersOfFour } from '../timed-image.js';

/** Four weights of 8 bits in words of 16: a row has two words. */
function makeDut(bankCount: number, portCount: 1 | 2 = 1) {
  const image = layersOfFour(2, { kind: 'bp' }, 1);
  const layer = elementAt(image.layers, 0, 'layers');
  const organisation = { ...layer.organisation, portCount };
  const ledger = new AccessLedger();
  const place = { layer: 1, core: 10 };
  return {
    port: new SynapseArrayPort({ ...layer, organisation }, bankCount, place, ledger),
    ledger,
  };
}

test('a row that wants a bank in use starts when it is free, not a cycle earlier and not a cycle later (spec §8)', (t) => {
  const { port } = makeDut(1);
  t.is(port.read(0, 1, 10, inferenceForward), 10);
  t.is(port.read(1, 1, 11, inferenceForward), 12, 'one cycle before the bank is free');
  t.is(port.read(2, 1, 14, inferenceForward), 14, 'as soon as it is free');
});

test('rows of different banks do not disturb each other, rows of the same one do (spec §8)', (t) => {
  const { port } = makeDut(2);
  t.is(port.read(0, 1, 0, inferenceForward), 0);
  t.is(port.read(1, 1, 0, trainingFeedback), 0);
  t.is(port.read(2, 1, 0, trainingFeedback), 2, 'row 2 lies in bank 0');
  t.is(port.read(3, 1, 1, trainingFeedback), 2);
});

test('a row rewritten takes its port 2/p cycles a word (spec §5)', (t) => {
  const single = makeDut(1, 1).port;
  t.is(single.rewrite(0, 0, trainingUpdate), 0);
  t.is(single.rewrite(1, 0, trainingUpdate), 4);
  const dual = makeDut(1, 2).port;
  t.is(dual.rewrite(0, 0, trainingUpdate), 0);
  t.is(dual.rewrite(1, 0, trainingUpdate), 2);
});

test('reads and writes are counted in words, in the phase of their user (spec §4.2)', (t) => {
  const { port, ledger } = makeDut(1);
  port.read(0, 1, 0, inferenceForward);
  port.read(0, 3, 0, trainingFeedback);
  port.rewrite(2, 0, trainingUpdate);
  t.deepEqual(countsOf(ledger.rows()), {
    'inference forward 1 synapses.read/16': 2,
    'training feedback 1 synapses.read/16': 6,
    'training update 1 synapses.read/16': 2,
    'training update 1 synapses.write/16': 2,
  });
});

test('a synapse array without banks is refused', (t) => {
  t.throws(() => makeDut(0), {
    message: 'layer 1: a synapse array of 0 banks holds no weights; use 1 or more',
  });
});
