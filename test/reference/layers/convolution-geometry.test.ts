import type { Rank } from '@tensorflow/tfjs-core';
import test from 'ava';
import { buildTopology, parseTopologyString } from '../../../src/network/topology.js';
import { openBackend, type TensorFlow } from '../../../src/reference/backend/backend.js';
import { convolutionGeometry } from '../../../src/reference/layers/convolution-geometry.js';
import type { LayerGeometry } from '../../../src/reference/layers/layer-geometry.js';

/** One 4×5 map, a 1×1 kernel: maps of 4×5, pooled to 2×2; column 4 is in no window. */
function makeGeometry(tf: TensorFlow, text = 'CONV_1_1_1_0_FC_2'): LayerGeometry {
  const activation = { hidden: 'none', output: 'none' } as const;
  const [layer] = buildTopology(parseTopologyString(text), [1, 4, 5], 2, activation).layers;
  if (layer?.kind !== 'conv') throw new Error(`${text} starts with a convolution`);
  return convolutionGeometry(tf, layer);
}

for (const backend of ['wasm', 'cpu'] as const) {
  test.serial(
    `a tie in a pooling window goes to the first in row-major order, on ${backend} (rules, CONV)`,
    async (t) => {
      const { tf } = await openBackend(backend);
      // Windows: all equal; last two equal; first column equal; largest alone. All negative: wasm's own gradient fails here.
      const h = [
        [-1, -1, -9, -8, 7],
        [-1, -1, -2, -2, 7],
        [-3, -5, -6, -5, 7],
        [-3, -4, -6, -9, 7],
      ];
      const share = tf.tidy(() =>
        makeGeometry(tf)
          .unpool(tf.tensor2d(h.flat(), [20, 1]), tf.tensor2d([[10, 20, 30, 40]]))
          .dataSync(),
      );
      t.deepEqual(
        [...share],
        [
          [10, 0, 0, 0, 0],
          [0, 0, 20, 0, 0],
          [30, 0, 0, 40, 0],
          [0, 0, 0, 0, 0],
        ].flat(),
      );
      const pooled = tf.tidy(() =>
        makeGeometry(tf)
          .pool(tf.tensor2d(h.flat(), [20, 1]))
          .dataSync(),
      );
      t.deepEqual([...pooled], [-1, -2, -3, -5]);
    },
  );
}

test.serial(
  'patches lie as (channel, kernel row, kernel column), with zeros outside',
  async (t) => {
    const { tf } = await openBackend('wasm');
    const map = Float32Array.from({ length: 20 }, (_, index) => index + 1);
    const patches = tf.tidy(() =>
      makeGeometry(tf, 'CONV_1_3_2_1_FC_2')
        .spread(tf.tensor2d(map, [1, 20]))
        .arraySync(),
    );
    // 2×3 positions; the first stands at (−1, −1), the last at (1, 3).
    t.is(patches.length, 6);
    t.deepEqual(patches[0], [0, 0, 0, 0, 1, 2, 0, 6, 7]);
    t.deepEqual(patches[5], [9, 10, 0, 14, 15, 0, 19, 20, 0]);
  },
);

test.serial('collect is the adjoint of spread: ⟨spread x, p⟩ = ⟨x, collect p⟩', async (t) => {
  const { tf } = await openBackend('wasm');
  for (const text of ['CONV_1_3_1_1_FC_2', 'CONV_1_2_2_1_FC_2', 'CONV_1_3_2_2_FC_2']) {
    const [left, right] = tf.tidy(() => {
      const geometry = makeGeometry(tf, text);
      const x = tf.randomUniform<Rank.R2>([3, 20], -1, 1, 'float32', 1);
      const spread = geometry.spread(x);
      const p = tf.randomUniform<Rank.R2>(spread.shape, -1, 1, 'float32', 2);
      const sums = [tf.sum(tf.mul(spread, p)), tf.sum(tf.mul(x, geometry.collect(p)))];
      return sums.map((sum) => sum.dataSync()[0] ?? NaN);
    });
    t.true(Math.abs((left ?? 0) - (right ?? 1)) < 1e-4, text);
    t.not(left, 0);
  }
});

test.serial('toNeurons undoes toRows, and puts channels first', async (t) => {
  const { tf } = await openBackend('wasm');
  const geometry = makeGeometry(tf, 'CONV_3_3_1_1_FC_2');
  const values = Float32Array.from({ length: 2 * 60 }, (_, index) => index);
  const { rows, back } = tf.tidy(() => {
    const neurons = tf.tensor2d(values, [2, 60]);
    const asRows = geometry.toRows(neurons);
    return { rows: asRows.arraySync(), back: geometry.toNeurons(asRows).dataSync<'float32'>() };
  });
  t.deepEqual(rows[0], [0, 20, 40]);
  t.deepEqual(rows[21], [61, 81, 101]);
  t.deepEqual(back.slice(), values);
});
