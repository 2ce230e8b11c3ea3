import test from 'ava';
import fc from 'fast-check';
import { condensedNetwork, type RepeatedLayer } from '../../src/network/condensed-network.js';
import { buildTopology, layerCount, spanOf } from '../../src/network/topology.js';
import { holds } from '../support/holds.js';

const activation = { hidden: 'tanh', output: 'sigmoid' } as const;

function fully(neurons: number, repeat = 1): RepeatedLayer {
  return { description: { type: 'fc', neurons }, repeat };
}

function condense(described: readonly RepeatedLayer[], cuts: readonly number[] = [], mostRuns = 9) {
  const classCount = 2;
  return condensedNetwork([...described, fully(2)], 5, classCount, activation, { cuts, mostRuns });
}

test('a run of equal layers is its first, one for all between, and its last two', (t) => {
  // 5 inputs: layer 1 has 5 axons, layers 2 to 100 have 3; the output layer stands alone.
  t.deepEqual(condense([fully(3, 100)]).spans, [
    { first: 1, repeat: 1 },
    { first: 2, repeat: 1 },
    { first: 3, repeat: 96 },
    { first: 99, repeat: 1 },
    { first: 100, repeat: 1 },
    { first: 101, repeat: 1 },
  ]);
  t.is(layerCount(condense([fully(3, 100_000), fully(4, 7)])), 100_008);
});

test('a run ends where a layer differs in something else', (t) => {
  const { spans } = condense([fully(3, 100)], [50]);
  t.deepEqual(
    spans?.map(({ first, repeat }) => [first, repeat]),
    [
      [1, 1],
      [2, 1],
      [3, 45],
      [48, 1],
      [49, 1],
      [50, 1],
      [51, 48],
      [99, 1],
      [100, 1],
      [101, 1],
    ],
  );
});

test('every layer of the whole network is that which stands for it, and so are its neighbours (law)', (t) => {
  const width = fc.integer({ min: 1, max: 3 });
  const described = fc.array(
    fc
      .tuple(width, fc.integer({ min: 1, max: 6 }))
      .map(([neurons, repeat]) => fully(neurons, repeat)),
    { minLength: 1, maxLength: 4 },
  );
  const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 3 });
  holds(
    t,
    fc.property(described, cuts, (layers, cut) => {
      const written = [...layers, fully(2)].flatMap(({ description, repeat }) =>
        new Array<typeof description>(repeat).fill(description),
      );
      const whole = buildTopology(written, 5, 2, activation);
      const short = condense(layers, cut, 100);
      const standIns = short.layers.flatMap((_, index) => {
        const { first, repeat } = spanOf(short, index);
        return Array.from({ length: repeat }, (__, offset) => [first + offset, index] as const);
      });
      const print = (value: unknown): string => JSON.stringify(value ?? null);
      return (
        layerCount(short) === whole.layers.length &&
        standIns.every(([number, index], position) => {
          const around = [-1, 0, 1];
          return (
            number === position + 1 &&
            around.every(
              (by) => print(whole.layers[position + by]) === print(short.layers[index + by]),
            )
          );
        })
      );
    }),
    { seed: 12, numRuns: 300 },
  );
  t.pass();
});

test('convolutions shrink until they hand on what they take, and are equal from there', (t) => {
  // 2×2 pooling: 8×8 becomes 4×4, 2×2, then 1×1 is padded to 2×2 and pooled to 1×1 again.
  const conv = { type: 'conv', channels: 2, kernelSize: 2, stride: 1, padding: 1 } as const;
  const described = [{ description: conv, repeat: 1000 }, fully(2)];
  const short = condensedNetwork(described, [2, 8, 8], 2, activation, { cuts: [], mostRuns: 20 });
  t.is(layerCount(short), 1001);
  t.true(short.layers.length < 12);
});

test('more layers that differ than the limit are refused with what to do', (t) => {
  const widths = Array.from({ length: 11 }, (_, index) => fully(index + 1));
  t.throws(() => condense(widths), {
    instanceOf: RangeError,
    message: /more than 9 layers differ/,
  });
  const cuts = Array.from({ length: 50 }, (_, index) => 2 * index);
  t.throws(() => condense([fully(3, 100)], cuts), { message: /more than 9 layers differ/ });
});
