import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend/backend.js';
import type { Optimizer } from '../optimizers/optimizer.js';

/** A parameter tensor and its optimizer's state, copied. */
export interface LearnedValues {
  readonly value: Float32Array;
  readonly state: readonly Float32Array[];
  readonly stepCount: number;
}

/** A parameter tensor with the state of its optimizer. It owns both: whoever makes one disposes of it. */
export class LearnedTensor {
  readonly #tf: TensorFlow;
  readonly #optimizer: Optimizer;
  #value: Tensor2D;
  #state: readonly Tensor2D[];
  #stepCount = 0;

  /** Takes `initial` over. */
  constructor(tf: TensorFlow, optimizer: Optimizer, initial: Tensor2D) {
    this.#tf = tf;
    this.#optimizer = optimizer;
    this.#value = initial;
    this.#state = Array.from({ length: optimizer.stateCount }, () => tf.zerosLike(initial));
  }

  /** As it is now; valid until the next update. */
  get value(): Tensor2D {
    return this.#value;
  }

  /** One update by the optimizer. */
  learn(gradient: Tensor2D, learningRate: number): void {
    const tf = this.#tf;
    this.#stepCount += 1;
    const { parameter, state } = tf.tidy(() => {
      const next = this.#optimizer.update(tf, {
        parameter: this.#value,
        gradient,
        state: this.#state,
        learningRate,
        stepNumber: this.#stepCount,
      });
      return { parameter: next.parameter, state: [...next.state] };
    });
    this.replace(parameter);
    tf.dispose([...this.#state]);
    this.#state = state.map((tensor) => tf.keep(tensor));
  }

  /** Puts `value` in the place of the parameter and takes it over, as a whole block of updates does. */
  replace(value: Tensor2D): void {
    this.#value.dispose();
    this.#value = this.#tf.keep(value);
  }

  async values(): Promise<LearnedValues> {
    const state: Float32Array[] = [];
    for (const tensor of this.#state) state.push((await tensor.data<'float32'>()).slice());
    const value = (await this.#value.data<'float32'>()).slice();
    return { value, state, stepCount: this.#stepCount };
  }

  /** Goes on from these values, of a tensor of the same shape and optimizer. */
  restore({ value, state, stepCount }: LearnedValues): void {
    const tf = this.#tf;
    const { shape } = this.#value;
    this.replace(tf.tensor2d(value.slice(), shape));
    tf.dispose([...this.#state]);
    this.#state = state.map((values) => tf.keep(tf.tensor2d(values.slice(), shape)));
    this.#stepCount = stepCount;
  }

  dispose(): void {
    this.#value.dispose();
    this.#tf.dispose([...this.#state]);
  }
}
