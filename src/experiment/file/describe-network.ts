import type { RepeatedLayer } from '../../network/condensed-network.js';
import { type LayerDescription, parseTopologyString } from '../../network/topology.js';
import { mostLayers } from '../../units/limits.js';
import type { Experiment } from './experiment-schema.js';

/** The layers that an experiment names, each with how often it follows itself. @throws RangeError for what is no topology. */
export function describeRepeated(network: Experiment['network']): readonly RepeatedLayer[] {
  if (typeof network === 'string') {
    return parseTopologyString(network).map((description) => ({ description, repeat: 1 }));
  }
  return network.map(({ repeat = 1, ...layer }): RepeatedLayer => {
    if (layer.type === 'fc') return { description: layer, repeat };
    const { kernel, ...others } = layer;
    return { description: { ...others, kernelSize: kernel }, repeat };
  });
}

/**
 * The layers that an experiment names, as a list or as a topology string.
 * @throws RangeError for what is no topology, or too long.
 */
export function describeNetwork(network: Experiment['network']): readonly LayerDescription[] {
  const described = describeRepeated(network);
  const layerCount = described.reduce((sum, { repeat }) => sum + repeat, 0);
  if (layerCount > mostLayers) {
    throw new RangeError(
      `${layerCount} layers; at most ${mostLayers} are read each on its own, use fewer (an estimate from stated activity, of a chip with a bus, takes equal ones together)`,
    );
  }
  return described.flatMap(({ description, repeat }) =>
    new Array<LayerDescription>(repeat).fill(description),
  );
}
