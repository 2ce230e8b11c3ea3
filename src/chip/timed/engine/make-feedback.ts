import { factsOf, readsWeightsAbove } from '../../../network/rule-facts.js';
import { elementAt } from '../../../numerics/integer.js';
import { axonsOf, farthest, outputsOf } from '../../image/layer-parts.js';
import { keepsFullVector, needsDelta } from '../../image/learning-layers.js';
import { AlignedFeedback } from '../feedback/aligned-feedback.js';
import { BackwardFeedback } from '../feedback/backward-feedback.js';
import {
  type ChipStack,
  coresAbove,
  ignoreSent,
  type Neighbours,
  outletBetween,
  receiversOf,
} from './chip-stack.js';
import type { TimedCore } from '../core/core.js';
import type { FeedbackClient, FeedbackPass } from '../feedback/feedback-pass.js';
import { LabelFeedback } from '../feedback/label-feedback.js';
import { LayerFeedback } from '../layer/layer-feedback.js';
import type { Outlet } from '../router/outlet.js';
import type { PacketTarget } from '../router/packet-train.js';
import { VectorFeedback } from '../feedback/vector-feedback.js';

/** The way of the label, and of what is behind it, from the pins to a home. */
function outletFromPins({ router }: ChipStack, { part }: TimedCore, target: PacketTarget): Outlet {
  const path = router.fromPins(part.core, part.labelHops);
  return router.outlet({ path, target, block: 'router', core: part.core }, ignoreSent);
}

/** fa: δz comes from every home of the layer above. */
function alignedFeedback(
  stack: ChipStack,
  neighbours: Neighbours,
  home: TimedCore,
  client: FeedbackClient,
): FeedbackPass {
  const { image, services } = stack.context;
  const { layer, above } = neighbours;
  const outputs = outputsOf(layer.image, home.part);
  const parts = { layer: home.layer, above: above.image, outputs };
  const pass = new AlignedFeedback(image, parts, client, services);
  for (const { core, hops } of coresAbove(home, neighbours)) {
    if (!core.isHome) continue;
    pass.connect(core.layer.neuronCount, (target) =>
      outletBetween(stack, { from: core, to: home, hops }, target),
    );
  }
  return pass;
}

/** bp: errors come from every core of the layer above that has outputs of the home as axons. */
function backwardFeedback(
  stack: ChipStack,
  neighbours: Neighbours,
  home: TimedCore,
  client: FeedbackClient,
): FeedbackPass {
  const { image, services } = stack.context;
  const { layer, above } = neighbours;
  const reachOf = (receiver: TimedCore) =>
    farthest(receiversOf(receiver, neighbours).map(({ hops }) => hops));
  const hops = { ofLayer: farthest(layer.homes.map(reachOf)), ofHome: reachOf(home) };
  const outputs = outputsOf(layer.image, home.part);
  const parts = { layer: home.layer, above: above.image, outputs, hops };
  const pass = new BackwardFeedback(image, parts, client, services);
  for (const { core, hops: ownHops } of receiversOf(home, neighbours)) {
    pass.connect(axonsOf(core.part), core.synapses, (target) =>
      outletBetween(stack, { from: core, to: home, hops: ownHops }, target),
    );
  }
  return pass;
}

type MakePass = (home: TimedCore, client: FeedbackClient) => FeedbackPass;

/** How a home of the layer fetches its error signal, by rule; null: no rule fetches any. */
function passMaker(stack: ChipStack, neighbours: Neighbours): MakePass | null {
  const { image, services, delayedErrors } = stack.context;
  const { rule } = image;
  const fromPins = (home: TimedCore) => (target: PacketTarget) =>
    outletFromPins(stack, home, target);
  const fromFirstAbove = (home: TimedCore) => (target: PacketTarget) => {
    const { core, hops } = elementAt(coresAbove(home, neighbours), 0, 'cores');
    return outletBetween(stack, { from: core, to: home, hops }, target);
  };
  const { teachesHidden, waitsFor } = factsOf(rule.kind);
  if (!teachesHidden) return null;
  switch (waitsFor) {
    case 'nothing': {
      const Pass = keepsFullVector(rule) ? VectorFeedback : LabelFeedback;
      return (home, client) =>
        new Pass(image, home, { makeOutlet: fromPins(home), delayedErrors }, client, services);
    }
    case 'outputs':
      return (home, client) =>
        new VectorFeedback(
          image,
          home,
          { makeOutlet: fromFirstAbove(home), delayedErrors: null },
          client,
          services,
        );
    case 'nextLayer': {
      const makePass = readsWeightsAbove(rule.kind) ? backwardFeedback : alignedFeedback;
      return (home, client) => makePass(stack, neighbours, home, client);
    }
  }
}

/** Where the error signals of a hidden layer come from (docs/spec.md §2.9, §7); null: it needs none. */
export function makeFeedback(stack: ChipStack, neighbours: Neighbours): LayerFeedback | null {
  const { context } = stack;
  const { layer } = neighbours;
  const makePass = passMaker(stack, neighbours);
  if (makePass === null || !needsDelta(context.image, layer.image)) return null;
  return new LayerFeedback(context, layer.homes, makePass, () => {
    layer.endFeedback();
  });
}
