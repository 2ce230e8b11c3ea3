import { spanName } from '../../network/topology.js';
import type { LayerImage } from './chip-image.js';

/** A layer as sentences name it, with its number in the whole network: `layer 5`, `each of layers 2 to 65535`. */
export function nameOfLayer({ layer, span }: Pick<LayerImage, 'layer' | 'span'>): string {
  return spanName(span ?? { first: layer, repeat: 1 });
}
