/** Activation functions of a layer. */
export const activationNames = ['tanh', 'sigmoid'] as const;
export type ActivationName = (typeof activationNames)[number];

/** A fully-connected layer: z = W·h + b, h = f(z). */
export interface FullyConnectedLayer {
  readonly kind: 'fc';
  readonly inputCount: number;
  readonly neuronCount: number;
  readonly activation: ActivationName;
}

/** Layers i = 1…k in order; the last one has one neuron per class. */
export interface NetworkTopology {
  readonly inputCount: number;
  readonly layers: readonly FullyConnectedLayer[];
}

/** What a user writes for one layer. */
export interface LayerDescription {
  readonly type: 'fc';
  readonly neurons: number;
}

/** Reads `FC_500_FC_10`, the topology strings of the published DRTP and DEFP code. @throws RangeError */
export function parseTopologyString(text: string): readonly LayerDescription[] {
  const parts = text.split('_');
  const layers: LayerDescription[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const kind = parts[index] ?? '';
    const neurons = parts[index + 1] ?? '';
    if (kind === 'CONV') {
      throw new RangeError(
        `"${text}": CONV layers are not part of this version; write FC_<neurons>`,
      );
    }
    if (kind !== 'FC' || !/^[1-9]\d*$/.test(neurons)) {
      throw new RangeError(
        `"${text}" is not a topology; write FC_<neurons> for each layer, for example FC_500_FC_10`,
      );
    }
    layers.push({ type: 'fc', neurons: Number(neurons) });
  }
  return layers;
}

/** The inverse of `parseTopologyString`. */
export function printTopology(topology: NetworkTopology): string {
  return topology.layers.map((layer) => `FC_${layer.neuronCount}`).join('_');
}

/**
 * Joins layer descriptions to a network.
 * @throws RangeError when the last layer does not have one neuron per class.
 */
export function buildTopology(
  descriptions: readonly LayerDescription[],
  inputCount: number,
  classCount: number,
  activation: { readonly hidden: ActivationName; readonly output: ActivationName },
): NetworkTopology {
  let previousCount = inputCount;
  const layers = descriptions.map((description, index): FullyConnectedLayer => {
    const isOutput = index === descriptions.length - 1;
    const layer: FullyConnectedLayer = {
      kind: 'fc',
      inputCount: previousCount,
      neuronCount: description.neurons,
      activation: isOutput ? activation.output : activation.hidden,
    };
    previousCount = description.neurons;
    return layer;
  });
  if (previousCount !== classCount) {
    throw new RangeError(
      `the last layer has ${previousCount} neurons, the data set has ${classCount} classes; give the last layer ${classCount} neurons`,
    );
  }
  return { inputCount, layers };
}
