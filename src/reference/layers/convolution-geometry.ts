import type { Rank, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { type ConvolutionLayer, type MapShape, poolSize } from '../../network/convolution.js';
import type { TensorFlow } from '../backend/backend.js';
import type { LayerGeometry } from './layer-geometry.js';

/*
 * Convolution and max pooling from slices, paddings and matrix products, with their adjoints written out: TensorFlow.js
 * has no gradient of kernels on wasm, and its MaxPoolGrad is silently wrong there for windows of negative values.
 * Inside, maps lie as (sample, row, column, channel), so that a slice is one patch offset of all channels.
 */

/** (samples × channel·row·column) → (sample, row, column, channel). */
function toMaps(tf: TensorFlow, flat: Tensor2D, [channels, height, width]: MapShape): Tensor4D {
  const planes = tf.reshape<Rank.R3>(flat, [flat.shape[0], channels, height * width]);
  const maps: Tensor3D = tf.transpose(planes, [0, 2, 1]);
  return tf.reshape<Rank.R4>(maps, [flat.shape[0], height, width, channels]);
}

/** The inverse of `toMaps`. */
function toFlat(tf: TensorFlow, maps: Tensor4D): Tensor2D {
  const [samples, height, width, channels] = maps.shape;
  const planes: Tensor3D = tf.transpose(
    tf.reshape<Rank.R3>(maps, [samples, height * width, channels]),
    [0, 2, 1],
  );
  return tf.reshape<Rank.R2>(planes, [samples, channels * height * width]);
}

/** Rows (sample·position × channel) → maps, and back by a reshape. */
function rowsToMaps(tf: TensorFlow, rows: Tensor2D, [channels, height, width]: MapShape): Tensor4D {
  return tf.reshape<Rank.R4>(rows, [rows.shape[0] / (height * width), height, width, channels]);
}

/** `stride` − 1 zero rows after each row, and columns after each column: where the strided slice took its values from. */
function dilate(tf: TensorFlow, maps: Tensor4D, stride: number): Tensor4D {
  if (stride === 1) return maps;
  const [samples, height, width, channels] = maps.shape;
  const gap: [number, number] = [0, stride - 1];
  const columns = tf.pad(tf.reshape<Rank.R3>(maps, [samples * height, width, channels]), [
    [0, 0],
    [0, 0],
    [0, gap[1] * channels],
  ]);
  const rows = tf.pad(tf.reshape<Rank.R3>(columns, [samples, height, width * stride * channels]), [
    [0, 0],
    [0, 0],
    [0, gap[1] * width * stride * channels],
  ]);
  return tf.reshape<Rank.R4>(rows, [samples, height * stride, width * stride, channels]);
}

/** The four values of each pooling window, in row-major order; an odd last row or column is left out. */
function windowValues(tf: TensorFlow, maps: Tensor4D): readonly Tensor4D[] {
  const [samples, height, width, channels] = maps.shape;
  const pooledHeight = Math.floor(height / poolSize);
  const pooledWidth = Math.floor(width / poolSize);
  const size: [number, number, number, number] = [
    samples,
    pooledHeight * poolSize,
    pooledWidth * poolSize,
    channels,
  ];
  const even = tf.slice(maps, [0, 0, 0, 0], size);
  // A window's rows are two halves of one long row, and its columns two halves of the channels.
  const halves = tf.reshape<Rank.R4>(even, [
    samples * pooledHeight,
    poolSize,
    pooledWidth,
    poolSize * channels,
  ]);
  const corners = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as const;
  return corners.map(([row, column]) =>
    tf.reshape<Rank.R4>(
      tf.slice(
        halves,
        [0, row, 0, column * channels],
        [samples * pooledHeight, 1, pooledWidth, channels],
      ),
      [samples, pooledHeight, pooledWidth, channels],
    ),
  );
}

function largest(tf: TensorFlow, values: readonly Tensor4D[]): Tensor4D {
  return values.reduce((left, right) => tf.maximum(left, right));
}

/** The inverse of `windowValues`, with zeros where no window is. */
function fromWindows(
  tf: TensorFlow,
  values: readonly Tensor4D[],
  [channels, height, width]: MapShape,
): Tensor4D {
  const [first] = values;
  if (first === undefined) throw new RangeError('reference: a pooling window has no values');
  const [samples, pooledHeight, pooledWidth] = first.shape;
  const flatRows = values.map((value) =>
    tf.reshape<Rank.R4>(value, [samples * pooledHeight, 1, pooledWidth, channels]),
  );
  const rows = [flatRows.slice(0, poolSize), flatRows.slice(poolSize)].map((pair) =>
    tf.concat(pair, 3),
  );
  const even = tf.reshape<Rank.R4>(tf.concat(rows, 1), [
    samples,
    pooledHeight * poolSize,
    pooledWidth * poolSize,
    channels,
  ]);
  return tf.pad(even, [
    [0, 0],
    [0, height - pooledHeight * poolSize],
    [0, width - pooledWidth * poolSize],
    [0, 0],
  ]);
}

/** Orders of the map's values, and the largest of every pooling window. */
function mapGeometry(
  tf: TensorFlow,
  { mapShape, outputShape }: ConvolutionLayer,
): Pick<LayerGeometry, 'toRows' | 'toNeurons' | 'pool' | 'unpool'> {
  const [channels, height, width] = mapShape;
  return {
    toRows: (neurons) =>
      tf.reshape<Rank.R2>(toMaps(tf, neurons, mapShape), [
        neurons.shape[0] * height * width,
        channels,
      ]),

    toNeurons: (rows) => toFlat(tf, rowsToMaps(tf, rows, mapShape)),

    pool: (h) => toFlat(tf, largest(tf, windowValues(tf, rowsToMaps(tf, h, mapShape)))),

    /** All of δ goes to the first of the largest values in row-major order: ties are common in 8 bits. */
    unpool: (h, deltaOutput) => {
      const values = windowValues(tf, rowsToMaps(tf, h, mapShape));
      const winner = largest(tf, values);
      let rest = toMaps(tf, deltaOutput, outputShape);
      const shares = values.map((value) => {
        const share: Tensor4D = tf.mul(rest, tf.cast(tf.equal(value, winner), 'float32'));
        rest = tf.sub(rest, share);
        return share;
      });
      return tf.reshape<Rank.R2>(fromWindows(tf, shares, mapShape), [h.shape[0], channels]);
    },
  };
}

/** Adjoint of the slices: every operand's δ is added to the input that it was read from. */
function collectOf(
  tf: TensorFlow,
  { inputShape, mapShape, stride, padding }: ConvolutionLayer,
  offsets: readonly (readonly [number, number])[],
): LayerGeometry['collect'] {
  const [inputChannels, inputHeight, inputWidth] = inputShape;
  const [, height, width] = mapShape;
  return (deltaOperands) => {
    const samples = deltaOperands.shape[0] / (height * width);
    const patches = tf.reshape<Rank.R3>(deltaOperands, [
      deltaOperands.shape[0],
      inputChannels,
      offsets.length,
    ]);
    const byOffset: Tensor3D = tf.transpose(patches, [2, 0, 1]);
    const paddedHeight = inputHeight + 2 * padding;
    const paddedWidth = inputWidth + 2 * padding;
    const sum = offsets
      .map(([row, column], offset) => {
        const share = tf.reshape<Rank.R4>(tf.slice(byOffset, [offset, 0, 0], [1, -1, -1]), [
          samples,
          height,
          width,
          inputChannels,
        ]);
        const reached: [number, number] = [(height - 1) * stride + 1, (width - 1) * stride + 1];
        const spaced = tf.slice(
          dilate(tf, share, stride),
          [0, 0, 0, 0],
          [samples, ...reached, inputChannels],
        );
        return tf.pad(spaced, [
          [0, 0],
          [row, paddedHeight - row - reached[0]],
          [column, paddedWidth - column - reached[1]],
          [0, 0],
        ]);
      })
      .reduce((left, right) => tf.add(left, right));
    return toFlat(
      tf,
      tf.slice(sum, [0, padding, padding, 0], [samples, inputHeight, inputWidth, inputChannels]),
    );
  };
}

/** Slices, products and adjoints of one CONV layer. A patch has the order (channel, kernel row, kernel column). */
export function convolutionGeometry(tf: TensorFlow, layer: ConvolutionLayer): LayerGeometry {
  const { inputShape, mapShape, kernelSize, stride, padding } = layer;
  const [inputChannels] = inputShape;
  const [, height, width] = mapShape;
  const offsets = Array.from(
    { length: kernelSize ** 2 },
    (_, offset): readonly [number, number] => [
      Math.floor(offset / kernelSize),
      offset % kernelSize,
    ],
  );

  return {
    spread: (inputs) => {
      const samples = inputs.shape[0];
      const maps = tf.pad(toMaps(tf, inputs, inputShape), [
        [0, 0],
        [padding, padding],
        [padding, padding],
        [0, 0],
      ]);
      const slices = offsets.map(([row, column]) =>
        tf.stridedSlice(
          maps,
          [0, row, column, 0],
          [
            samples,
            row + (height - 1) * stride + 1,
            column + (width - 1) * stride + 1,
            inputChannels,
          ],
          [1, stride, stride, 1],
        ),
      );
      // (offset, channel) → (channel, offset): the order of a kernel's weights.
      const byOffset = tf.reshape<Rank.R3>(tf.concat(slices, 3), [
        samples * height * width,
        offsets.length,
        inputChannels,
      ]);
      const patches: Tensor3D = tf.transpose(byOffset, [0, 2, 1]);
      return tf.reshape<Rank.R2>(patches, [
        samples * height * width,
        inputChannels * offsets.length,
      ]);
    },

    collect: collectOf(tf, layer, offsets),
    ...mapGeometry(tf, layer),
  };
}
