import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { AccessMeter, trainingForward } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { isGated } from '../../image/upkeep/feedback-upkeep.js';

/**
 * Books that a home has looked which of its neurons have h > 0; null: its layer closes no columns (docs/spec.md §2.16).
 * @param own the home's part as a layer of its own
 */
export function gateMeter(
  image: ChipImage,
  layer: LayerImage,
  { core, neuronCount, outputFormat }: LayerImage,
  ledger: AccessLedger,
): (() => void) | null {
  if (!isGated(image, layer)) return null;
  const place = { layer: layer.layer, core };
  const meter = new AccessMeter(ledger, place, 'datapath.compare', outputFormat.totalBits);
  return () => {
    meter.add(trainingForward, neuronCount);
  };
}
