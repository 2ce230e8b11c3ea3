import { type LayerDescription, parseTopologyString } from '../../network/topology.js';
import type { Experiment } from './experiment-schema.js';

/** The layers that an experiment names, as a list or as a topology string. @throws RangeError for what is no topology. */
export function describeNetwork(network: Experiment['network']): readonly LayerDescription[] {
  if (typeof network === 'string') return parseTopologyString(network);
  return network.flatMap(({ repeat = 1, ...layer }): readonly LayerDescription[] => {
    if (layer.type === 'fc') return new Array<LayerDescription>(repeat).fill(layer);
    const { kernel, ...others } = layer;
    return new Array<LayerDescription>(repeat).fill({ ...others, kernelSize: kernel });
  });
}
