import { elementAt } from '../../../numerics/integer.js';
import { axonsOf, outputsOf, sharedRange } from '../../image/layer-parts.js';
import type { CoreContext } from '../core/core-context.js';
import type { TimedCore } from '../core/core.js';
import type { Outlet } from '../router/outlet.js';
import type { PacketTarget } from '../router/packet-train.js';
import type { Router } from '../router/router.js';
import type { TimedLayer } from '../layer/timed-layer.js';

/** The layers of a chip while they are connected. */
export interface ChipStack {
  readonly context: CoreContext;
  readonly router: Router;
  readonly layers: readonly TimedLayer[];
}

/** A hidden layer and the one above it. */
export interface Neighbours {
  readonly layer: TimedLayer;
  readonly above: TimedLayer;
}

/** A core of the layer above, and its hops to or from a home. */
interface DistantCore {
  readonly core: TimedCore;
  readonly hops: number;
}

export function ignoreSent(): void {
  // Most senders hold nothing that they wait to get back.
}

/** The layer with this index and the one above it; null for the output layer. */
export function neighboursOf({ layers }: ChipStack, index: number): Neighbours | null {
  const above = layers[index + 1];
  return above === undefined ? null : { layer: elementAt(layers, index, 'layers'), above };
}

/** All cores of the layer above, with their hops to a home. */
export function coresAbove(home: TimedCore, { above }: Neighbours): readonly DistantCore[] {
  return above.cores.map((core, place) => ({
    core,
    hops: elementAt(home.part.outputHops, place, 'hops of a home'),
  }));
}

/** Those of them that have outputs of the home as axons. */
export function receiversOf(home: TimedCore, neighbours: Neighbours): readonly DistantCore[] {
  const outputs = outputsOf(neighbours.layer.image, home.part);
  return coresAbove(home, neighbours).filter(
    ({ core }) => sharedRange(outputs, axonsOf(core.part)).count > 0,
  );
}

/** From one core to another, `hops` links away. */
interface CoreRoute {
  readonly from: TimedCore;
  readonly to: TimedCore;
  readonly hops: number;
}

/** An outlet along a route to `target` in its last core. */
export function outletBetween(
  { router }: ChipStack,
  { from, to, hops }: CoreRoute,
  target: PacketTarget,
  whenSent: () => void = ignoreSent,
): Outlet {
  const path = router.betweenCores(from.part.core, to.part.core, hops);
  return router.outlet({ path, target, block: 'router', core: from.part.core }, whenSent);
}
