import test from 'ava';
import { checkSettings } from '../../../src/chip/checks/settings-check.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import { InputError } from '../../../src/units/input-error.js';
import { Draws } from '../oracle/draws.js';
import { splitImage } from '../images/fast/split-image.js';
import { samples, chipImage, type ImageOptions } from '../images/chip-image.js';

/** Two layers of two inputs each. */
function fused(options: ImageOptions = {}): ChipImage {
  return chipImage(
    [
      { weights: [1, 2, 3, 4], biases: [0, 0], feedback: [1, 2, 3, 4], function: 'tanh' },
      { weights: [1, 2, 3, 4], biases: [0, 0], function: 'sigmoid' },
    ],
    { ...options, organisation: { updateSchedule: 'fused', ...options.organisation } },
  );
}

function cut(image: ChipImage, axonCount: number, columnCount: number): ChipImage {
  return splitImage(image, new Draws(1, 'cut'), () => ({ axonCount, columnCount }));
}

const stochastic = { rounding: { weight: 'stochastic' } } as const;

const twoWays = { updateSchedule: 'beside', writeBanks: 'interleaved' } as const;

const refused: readonly [string, ChipImage, RegExp][] = [
  [
    'beside by one port and shared banks',
    fused({ organisation: { updateSchedule: 'beside' } }),
    /beside is not possible, layer 1 has synapses of one port and shared banks.*two ports or interleaved/,
  ],
  [
    'beside of batches',
    fused({ batchSize: 2, organisation: twoWays }),
    /beside is not possible, layer 1 learns in steps/,
  ],
  [
    'beside of axons on two cores',
    cut(fused({ organisation: twoWays }), 1, 2),
    /beside is not possible, layer 1 has its axons on 2 cores/,
  ],
  [
    'beside of events that two cores send',
    cut(fused({ organisation: twoWays }), 2, 1),
    /beside is not possible, layer 2 gets its events from 2 cores.*how long they wait/,
  ],
  [
    'batches',
    fused({ batchSize: 2 }),
    /fused is not possible, layer 1 learns in steps.*use batch 1/,
  ],
  [
    'an optimizer with a state',
    fused({ optimizer: { kind: 'momentum', decayRaw: 1, isNesterov: false } }),
    /layer 1 learns in steps.*sgd/,
  ],
  ['axons on two cores', cut(fused(), 1, 2), /layer 1 has its axons on 2 cores.*schedule serial/],
  [
    'biases that draw before weights',
    fused({ rounding: { weight: 'stochastic', bias: 'stochastic' } }),
    /layer 1 would draw random words for its biases before those of its weights/,
  ],
  [
    'random words in an order that two senders decide',
    cut(fused(stochastic), 2, 1),
    /layer 2 gets its events from 2 cores in no fixed order/,
  ],
];

for (const [what, image, message] of refused) {
  test(`a schedule is refused with ${what}, with the reason and what is possible (spec §5.1)`, (t) => {
    t.throws(
      () => {
        checkSettings(image);
      },
      { instanceOf: InputError, message },
    );
    const serial = image.layers.map((layer) => ({
      ...layer,
      organisation: { ...layer.organisation, updateSchedule: 'serial' as const },
    }));
    t.notThrows(() => {
      checkSettings({ ...image, layers: serial });
    });
  });
}

test('schedule beside takes two ports, and stochastic weights (spec §5.1)', (t) => {
  const ports = { updateSchedule: 'beside', portCount: 2 } as const;
  for (const organisation of [twoWays, ports]) {
    t.notThrows(() => {
      checkSettings(fused({ ...stochastic, organisation }));
    });
  }
});

test('schedule fused takes neuron parts, stochastic weights of layers on one core, and stochastic biases alone (spec §5.1)', (t) => {
  t.notThrows(() => {
    checkSettings(cut(fused(), 2, 1));
  });
  t.notThrows(() => {
    checkSettings(fused(stochastic));
  });
  t.notThrows(() => {
    checkSettings(fused({ rounding: { bias: 'stochastic' } }));
  });
});

test('the event-driven engine refuses to train on arrivals with schedule fused: their order is that of time (spec §5.1)', async (t) => {
  const engine = await makeEventDrivenEngine(fused());
  const arrivals = {
    offsets: Uint32Array.of(0, 0),
    axons: new Uint32Array(),
    valuesRaw: new Int32Array(),
    ticks: new Float64Array(),
    endTicks: Float64Array.of(9),
  };
  const message = /in the order of axons, .*give no arrivals/;
  t.throws(() => engine.train({ ...samples([1, 2], [0]), arrivals }), { message });
  t.notThrows(() => engine.infer({ ...samples([1, 2], [0]), arrivals }));
});
