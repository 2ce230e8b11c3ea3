// How modes, kinds and tensors are numbered in the blocks that the driver (src/chip/fast/layout) writes.

/** Rounding modes, numbered as in the driver (docs/spec.md §2.2). */
export const TRUNCATE: i32 = 0;
export const NEAREST: i32 = 1;
export const NEAREST_EVEN: i32 = 2;
export const STOCHASTIC: i32 = 3;

/** Kinds of run, numbered as the activities of a layer. */
export const INFERENCE: i32 = 0;
export const TRAINING: i32 = 1;
export const MEASURING: i32 = 2;

/** Sources of the hidden layers' δh, numbered as in the driver (docs/spec.md §2.9). */
export const LABEL_ROW: i32 = 0;
export const SCALED_ROW: i32 = 1;
export const DELAYED_VECTOR: i32 = 2;
export const OUTPUT_ERROR: i32 = 3;
export const OUTPUT_SIGN: i32 = 4;
export const NEXT_DELTA: i32 = 5;

/** Losses, numbered as in the driver. */
export const BCE: i32 = 0;
export const MSE: i32 = 1;
export const CE: i32 = 2;

/** f of a layer, numbered as in the driver: a table of one of the first two, or one of the `linear` units (docs/spec.md §2.12). */
export const SIGMOID: i32 = 0;
export const TANH: i32 = 1;
export const RELU: i32 = 2;
export const IDENTITY: i32 = 3;

/** Optimizers, numbered as in the driver (docs/spec.md §2.11). */
export const SGD: i32 = 0;
export const MOMENTUM: i32 = 1;
export const NESTEROV: i32 = 2;
export const RMSPROP: i32 = 3;
export const ADAM: i32 = 4;

/** Which delayed error is kept, numbered as in the driver (docs/spec.md §2.9). */
export const DELAYED_ERROR_OF_LABEL: i32 = 0;
export const DELAYED_LOSS: i32 = 1;
export const DELAYED_MEAN: i32 = 2;
export const DELAYED_LAST_LOSS: i32 = 4;
export const DELAYED_AVERAGE: i32 = 5;
export const DELAYED_RATE: i32 = 6;

/** Places of the counted tensors in a layer's overflow records: their indices in `tensorNames`. */
export const WEIGHT: i32 = 1;
export const BIAS: i32 = 2;
export const ACCUMULATOR: i32 = 3;
export const DELTA: i32 = 6;
export const UPDATE: i32 = 8;
export const DELAYED_ERROR: i32 = 9;
export const GRADIENT: i32 = 10;
export const MOMENTUM_STATE: i32 = 11;
export const SECOND_MOMENT: i32 = 12;
