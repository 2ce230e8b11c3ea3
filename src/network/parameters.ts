import seedrandom from 'seedrandom';
import type { NetworkTopology } from './topology.js';

/** Parameters of one layer as real numbers (float32), row = input as in the synapse array. */
export interface LayerParameters {
  /** Shape (inputCount × neuronCount). */
  readonly weights: Float32Array;
  /** Shape (neuronCount). */
  readonly biases: Float32Array;
  /** B_i, shape (classCount × neuronCount); null in the output layer. */
  readonly feedback: Float32Array | null;
}

/** `count` numbers uniform in ±bound, by + − × only, so that every machine draws the same bytes. */
function drawUniform(seed: string, count: number, bound: number): Float32Array {
  const generator = seedrandom(seed);
  return Float32Array.from({ length: count }, () => (2 * generator() - 1) * bound);
}

/**
 * Draws the initial parameters of every layer from `seed`: W and b uniform in ±1/√fan-in (PyTorch's default, both
 * original codes), B Kaiming-uniform ±√(6/N_i) with fan-in = N_i and gain √2 (rules of DRTP, Frenkel 2021).
 * Each tensor has a seed of its own, so that another topology of the other layers does not change it.
 */
export function drawParameters(
  topology: NetworkTopology,
  seed: number,
): readonly LayerParameters[] {
  const classCount = topology.layers.at(-1)?.neuronCount ?? 0;
  return topology.layers.map((layer, index) => {
    const name = `${seed}/layer${index + 1}`;
    const { inputCount, neuronCount } = layer;
    const bound = 1 / Math.sqrt(inputCount);
    const isOutput = index === topology.layers.length - 1;
    return {
      weights: drawUniform(`${name}/weight`, inputCount * neuronCount, bound),
      biases: drawUniform(`${name}/bias`, neuronCount, bound),
      feedback: isOutput
        ? null
        : drawUniform(`${name}/feedback`, classCount * neuronCount, Math.sqrt(6 / neuronCount)),
    };
  });
}
