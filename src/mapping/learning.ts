import { factsOf, usesLayerAbove } from '../network/rule-facts.js';
import type { ChipImage, RuleSpec } from '../chip/image/chip-image.js';
import type { OptimizerName } from '../network/optimizer-name.js';

/** Rule, layers and steps of learning: they decide which memories are needed. */
export interface Learning {
  readonly rule: RuleSpec;
  /** Layers 1…k that keep their weights. */
  readonly frozenLayers: readonly number[];
  readonly optimizer: OptimizerName;
  /** Training samples per step. */
  readonly batchSize: number;
  /** x: samples whose |e| is below it at every output are not learned from (docs/spec.md §2.15); absent or null: all are. */
  readonly skipBelow?: number | null;
  /** Columns of B of silent relu units close (docs/spec.md §2.16); absent or null: none does. */
  readonly dyingReluGate?: ChipImage['dyingReluGate'];
  /** B from a memory, or made anew whenever it is used (docs/spec.md §2.14). */
  readonly feedbackSource: ChipImage['feedbackSource'];
}

type Position = Readonly<{ layer: number; isOutput: boolean }>;

/** Whether this rule changes the weights of this layer. */
export function isLearning(position: Position, { rule, frozenLayers }: Learning): boolean {
  if (frozenLayers.includes(position.layer)) return false;
  return position.isOutput || factsOf(rule.kind).teachesHidden;
}

/** Whether `bp` or `fa` makes this layer's δz: where it learns, or a layer below does (docs/spec.md §2.9). */
export function isCarryingGradient({ layer }: Position, { rule, frozenLayers }: Learning): boolean {
  if (!usesLayerAbove(rule.kind)) return false;
  for (let below = 1; below <= layer; below += 1) {
    if (!frozenLayers.includes(below)) return true;
  }
  return false;
}
