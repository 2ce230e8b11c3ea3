import type { RuleSpec } from '../../src/chip/image/chip-image.js';
import { orderFault } from '../../src/chip/timed/core/command-order.js';
import type { CoreCommand } from '../../src/chip/timed/core/core-context.js';
import type { Pass } from '../../src/chip/engine.js';
import { factsOf, readsWeightsAbove, usesLayerAbove } from '../../src/network/rule-facts.js';
import { elementAt } from '../../src/numerics/integer.js';
import type { LayerCommands } from './layer-commands.js';

/** What decides whether a layer may take a command. */
interface CommandScene {
  readonly rule: RuleSpec;
  readonly pass: Pass | null;
  /** In the order of the chip. */
  readonly layers: readonly LayerCommands[];
}

/** Why a layer cannot go forward: the layer below has no sample for it. */
function forwardFault(layers: readonly LayerCommands[], index: number): string | null {
  const below = layers[index - 1];
  const layer = elementAt(layers, index, 'layers');
  if (below === undefined || below.forwardCount > layer.forwardCount) return null;
  return `command forward came for a sample that layer ${below.layer} was not told to go forward with; start that first`;
}

/**
 * Why the error signal of a hidden layer cannot be made: what it is made of is not there. dfa and sdfa need the error of layer
 * k, fa and bp that of the layer above, bp with the weights that it had (docs/spec.md §2.9).
 */
function signalFault({ rule, layers }: CommandScene, index: number): string | null {
  const layer = elementAt(layers, index, 'layers');
  const isFromOutput = factsOf(rule.kind).waitsFor === 'outputs';
  if (index === layers.length - 1 || !(isFromOutput || usesLayerAbove(rule.kind))) return null;
  const source = elementAt(layers, isFromOutput ? layers.length - 1 : index + 1, 'layers');
  if (source.errorDoneCount !== layer.forwardCount) {
    return `command feedback came before layer ${source.layer} has made its error for this sample, which rule ${rule.kind} needs; start feedback there first and wait until it is done`;
  }
  return readsWeightsAbove(rule.kind) && source.lastCommand !== 'feedback'
    ? `command feedback came after ${source.lastCommand ?? 'nothing'} was started in layer ${source.layer}, whose weights ${rule.kind} needs as they were before; start feedback first`
    : null;
}

/** Why weights cannot be updated: with bp, the layer below reads them. */
function updateFault({ rule, layers }: CommandScene, index: number): string | null {
  const below = layers[index - 1];
  if (!readsWeightsAbove(rule.kind) || below?.isDoing('feedback') !== true) return null;
  return `command update came while feedback of layer ${below.layer} reads the weights; wait until that is done`;
}

/**
 * Why a layer (from 0) cannot take a command now; null where it can. What is at the pins is not looked at.
 *
 * Implements: docs/spec.md §2.9 (what rules wait for), §8. A program gets a sentence for what would compute nothing defined.
 */
export function commandFault(
  scene: CommandScene,
  index: number,
  command: CoreCommand,
): string | null {
  const { layers, pass } = scene;
  const layer = elementAt(layers, index, 'layers');
  const order = orderFault(command, layer.lastCommand, pass);
  if (order !== null) return `command ${command} ${order}`;
  switch (command) {
    case 'forward':
      return forwardFault(layers, index);
    case 'readout':
      return index === layers.length - 1
        ? null
        : `command readout came, but only layer ${layers.length} has outputs to read; start it there`;
    case 'feedback':
      return signalFault(scene, index);
    case 'update':
      return updateFault(scene, index);
  }
}
