import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend/backend.js';

/** What happens to a ReLU unit that was silent on every sample of an epoch (thesis section 4.4). */
export const dyingReluGates = ['none', 'epoch', 'permanent'] as const;
export type DyingReluGateName = (typeof dyingReluGates)[number];

/**
 * Watches which ReLU units of one layer have z > 0 on any sample of an epoch. The feedback column of a unit that had
 * none is zero in the next epoch (`epoch`), or from then on (`permanent`), so that it is not pushed further away.
 */
export class DyingReluGate {
  readonly #tf: TensorFlow;
  readonly #isPermanent: boolean;
  #largest: Tensor2D | null = null;
  #isOpen: readonly boolean[];

  constructor(tf: TensorFlow, isPermanent: boolean, neuronCount: number) {
    this.#tf = tf;
    this.#isPermanent = isPermanent;
    this.#isOpen = new Array<boolean>(neuronCount).fill(true);
  }

  /** `largestH` (1 × neuronCount): the largest h of each neuron over the samples of a batch. */
  observe(largestH: Tensor2D): void {
    const tf = this.#tf;
    const before = this.#largest;
    this.#largest = tf.keep(before === null ? tf.clone(largestH) : tf.maximum(before, largestH));
    before?.dispose();
  }

  async endEpoch(): Promise<void> {
    const largest = await this.#largest?.data<'float32'>();
    this.dispose();
    const wasOpen = this.#isOpen;
    this.#isOpen = Array.from(
      largest ?? [],
      (h, neuron) => h > 0 && (!this.#isPermanent || wasOpen[neuron] === true),
    );
  }

  /** Units that are open, between two epochs. */
  openUnits(): readonly boolean[] {
    return [...this.#isOpen];
  }

  /** Goes on, between two epochs, with these units open. */
  restore(isOpen: readonly boolean[]): void {
    this.#isOpen = [...isOpen];
  }

  /** B (classCount × neuronCount) with the columns of closed units zero. */
  gate(feedback: Float32Array): Float32Array {
    const neuronCount = this.#isOpen.length;
    return feedback.map((value, index) => (this.#isOpen[index % neuronCount] === true ? value : 0));
  }

  dispose(): void {
    this.#largest?.dispose();
    this.#largest = null;
  }
}
