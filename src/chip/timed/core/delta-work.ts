import { type ComponentAction } from '../../../ledger/components.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { comparesErrors } from '../../image/learning-layers.js';
import type { WorkCounter } from './work-tally.js';

type Operation = readonly [action: ComponentAction, bits: number];

/** What the error of one neuron goes through on its way through f′. */
function slopeOperations(image: ChipImage, layer: LayerImage): readonly Operation[] {
  const { activationUnit, outputFormat, isOutput } = layer;
  // With bce the slope of sigmoid cancels against the loss.
  if (isOutput && image.loss === 'bce') return [];
  switch (activationUnit.kind) {
    case 'linear':
      return activationUnit.function === 'relu'
        ? [['datapath.compare', outputFormat.totalBits]]
        : [];
    case 'table':
    case 'exact':
      return [
        ['datapath.multiply', outputFormat.totalBits],
        ['datapath.add', outputFormat.totalBits],
        ['datapath.multiply', image.numerics.formats.delta.totalBits],
      ];
  }
}

/**
 * Counts what the lanes calculate to make δz of the error of a sample in a home: f′ and the product.
 * Implements: docs/spec.md §4.2, §4.5 (f′ and δz). Not here: h and the winners, which the neuron memory counts.
 */
export function countDeltaWork(image: ChipImage, layer: LayerImage, count: WorkCounter): void {
  for (const [action, bits] of slopeOperations(image, layer)) {
    count('update', action, bits, layer.neuronCount);
  }
}

/**
 * Counts what makes the output layer's error y − t or p − t of a sample in a home, and, where samples may be skipped, compares
 * it; of a hidden layer nothing. Implements: docs/spec.md §4.2 (error of layer k), §2.15.
 */
export function countErrorWork(image: ChipImage, layer: LayerImage, count: WorkCounter): void {
  if (!layer.isOutput) return;
  const { totalBits } = image.numerics.formats.delta;
  count('update', 'datapath.add', totalBits, layer.neuronCount);
  if (comparesErrors(image)) count('update', 'datapath.compare', totalBits, layer.neuronCount);
}
