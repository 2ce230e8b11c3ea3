import test from 'ava';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { priceLedger } from '../../../src/ledger/pricing.js';
import { allocateCores } from '../../../src/mapping/placement/allocate-cores.js';
import type { Learning } from '../../../src/mapping/learning.js';
import { resolveNumerics } from '../../../src/mapping/resolve-numerics.js';
import { buildTopology, parseTopologyString } from '../../../src/network/topology.js';
import { InputError } from '../../../src/units/input-error.js';
import { learnsByDrtp, shippedImage } from '../../chip/images/shipped-image.js';

/* Descriptions of published chips: what each can do with a network of its size. */

const onlyInfers: Learning = { ...learnsByDrtp, rule: { kind: 'shallow' }, frozenLayers: [1, 2] };

/** A network of 64 inputs and 10 classes on a shipped chip. */
function makeImage(chipName: string, network: string, learning: Learning): ChipImage {
  const sizes = { inputCount: 64, classCount: 10 };
  return shippedImage(chipName, { ...sizes, network, learning, learningRate: 2 ** -4 });
}

const sample = {
  inputsRaw: Int32Array.from({ length: 64 }, (_, index) => (index * 37) % 256),
  labels: Uint8Array.of(3),
};

/** What the operations of one inference or training sample cost; cycles are not among these rows. */
function unpricedOn(chipName: string, dut: OracleEngine): readonly string[] {
  const { unpriced, total } = priceLedger(dut.ledgerRows(), loadChip(chipName));
  return total.energyPj > 0 ? unpriced : ['everything'];
}

test('every described chip infers with a network of its size, and gives ten outputs', (t) => {
  const networks = {
    'odin-28nm': 'FC_10',
    'tinyodin-28nm': 'FC_10',
    'reckon-28nm': 'FC_100_FC_10',
    'spoon-28nm': 'FC_100_FC_10',
    'park-65nm': 'FC_200_FC_200_FC_10',
    'anp-i-28nm': 'FC_512_FC_10',
    'loihi-14nm': 'FC_100_FC_10',
    'truenorth-28nm': 'FC_100_FC_10',
  };
  for (const [chipName, network] of Object.entries(networks)) {
    const dut = new OracleEngine(makeImage(chipName, network, onlyInfers));
    const outputs = dut.infer(sample);
    t.is(outputs.length, 10, chipName);
    t.true(new Set(outputs).size > 1, chipName);
  }
});

test('chips with a memory for B learn by DRTP: their weights change', (t) => {
  for (const [chipName, network] of [
    ['odin-28nm', 'FC_10'],
    ['spoon-28nm', 'FC_100_FC_10'],
    ['park-65nm', 'FC_200_FC_10'],
    ['anp-i-28nm', 'FC_512_FC_10'],
    ['loihi-14nm', 'FC_100_FC_10'],
  ] as const) {
    const image = makeImage(chipName, network, learnsByDrtp);
    const dut = new OracleEngine(image);
    dut.train(sample);
    for (const [index, weightsRaw] of dut.learnedState().weightsRaw.entries()) {
      t.notDeepEqual(weightsRaw, image.layers[index]?.weightsRaw, `${chipName} layer ${index + 1}`);
    }
  }
});

test('ReckOn, which has no memory for B, learns with a generator of B and is refused without', (t) => {
  const network = 'FC_100_FC_10';
  const error = t.throws(() => makeImage('reckon-28nm', network, learnsByDrtp), {
    instanceOf: InputError,
  });
  t.regex(
    error.message,
    /feedback memory, a core of reckon-28nm has none; learn by bp or shallow, or let a generator make B/,
  );
  const generated: Learning = { ...learnsByDrtp, feedbackSource: 'generator' };
  const image = makeImage('reckon-28nm', network, generated);
  const dut = new OracleEngine(image);
  dut.train(sample);
  t.notDeepEqual(dut.learnedState().weightsRaw[0], image.layers[0]?.weightsRaw);
});

test('chips without a learning engine are refused for training with a sentence that says so', (t) => {
  for (const chipName of ['tinyodin-28nm', 'truenorth-28nm']) {
    const error = t.throws(() => makeImage(chipName, 'FC_10', learnsByDrtp), {
      instanceOf: InputError,
    });
    t.regex(
      error.message,
      new RegExp(`eventBuffer memory, a core of ${chipName} has none; this chip does not learn`),
    );
  }
});

test('what was published of Loihi and TrueNorth prices their synapses, and the rest is unpriced, not free', (t) => {
  for (const chipName of ['loihi-14nm', 'truenorth-28nm']) {
    const dut = new OracleEngine(makeImage(chipName, 'FC_100_FC_10', onlyInfers));
    dut.infer(sample);
    const unpriced = unpricedOn(chipName, dut);
    t.true(unpriced.includes('bias.read') && unpriced.includes('io.eventIn'), chipName);
    t.false(unpriced.includes('synapses.read') || unpriced.includes('router.hop'), chipName);
  }
  const odin = new OracleEngine(makeImage('odin-28nm', 'FC_10', onlyInfers));
  odin.infer(sample);
  t.deepEqual(unpricedOn('odin-28nm', odin), []);
});

test('a frozen CONV layer of SPOON needs no feedback memory, though its neurons would not fit in it (spec §4.5)', (t) => {
  const chip = loadChip('spoon-28nm');
  const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
  const layers = parseTopologyString('CONV_10_5_1_0_FC_128_FC_10');
  const topology = buildTopology(layers, [1, 28, 28], 10, activation);
  const numerics = resolveNumerics(chip, {});
  const learning: Learning = { ...learnsByDrtp, frozenLayers: [1] };
  const feedbackWords = allocateCores(topology, chip, numerics, learning).map(
    ({ parts }) =>
      parts[0]?.memories.find(({ component }) => component === 'feedback')?.usedBits ?? NaN,
  );
  // FC 128: 10 classes times 128 values of 8 bits; the output layer has none.
  t.deepEqual(feedbackWords, [0, 10 * 128 * 8, 0]);
});
