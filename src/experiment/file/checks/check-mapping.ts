import { finestGrid } from '../../../mapping/placement/layer-grid.js';
import type { NetworkTopology } from '../../../network/topology.js';
import { elementAt } from '../../../numerics/integer.js';
import type { KeyPath, StrictYaml } from '../../../units/strict-yaml.js';
import type { Experiment } from '../experiment-schema.js';

/**
 * Checks that the layers of `mapping` exist, each once, and have as many neurons and inputs as there shall be parts.
 * @throws InputError at the key to change, with the first problem.
 */
export function checkMapping(read: StrictYaml<Experiment>, { layers }: NetworkTopology): void {
  const requests = read.value.mapping?.layers ?? [];
  for (const [index, { layer, neuronParts, axonParts }] of requests.entries()) {
    const at = (key: string): KeyPath => ['mapping', 'layers', index, key];
    if (layer > layers.length) {
      const sentence = `layer ${layer} does not exist, the network has ${layers.length} layers`;
      throw read.problem(at('layer'), sentence);
    }
    if (requests.findIndex((other) => other.layer === layer) < index) {
      throw read.problem(at('layer'), `layer ${layer} is mapped twice; keep one of the two`);
    }
    const described = elementAt(layers, layer - 1, 'layers');
    const finest = finestGrid(described);
    const [outs, ins] =
      described.kind === 'fc' ? ['neurons', 'inputs'] : ['channels out', 'channels in'];
    if (neuronParts > finest.neuronParts) {
      const sentence = `layer ${layer} has ${finest.neuronParts} ${outs}, no more parts than that; ${neuronParts} are asked for`;
      throw read.problem(at('neuronParts'), sentence);
    }
    if (axonParts > finest.axonParts) {
      const sentence = `layer ${layer} has ${finest.axonParts} ${ins}, no more parts than that; ${axonParts} are asked for`;
      throw read.problem(at('axonParts'), sentence);
    }
  }
}
