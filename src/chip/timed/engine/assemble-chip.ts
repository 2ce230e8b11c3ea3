import type { RunKind } from '../../../ledger/ledger-row.js';
import { elementAt } from '../../../numerics/integer.js';
import { partsOf } from '../../image/layer-parts.js';
import { sendsDelta } from '../../image/learning-layers.js';
import {
  type ChipStack,
  ignoreSent,
  neighboursOf,
  outletBetween,
  receiversOf,
} from './chip-stack.js';
import type { CoreContext } from '../core/core-context.js';
import type { TimedCore } from '../core/core.js';
import { DeltaExchange } from '../layer/delta-exchange.js';
import { HomeOutputs } from '../layer/home-outputs.js';
import { LayerMerge } from '../layer/layer-merge.js';
import { LayerReadout } from '../layer/layer-readout.js';
import { makeFeedback } from './make-feedback.js';
import { MergePass } from '../layer/merge-pass.js';
import { InputPins } from '../input/pins.js';
import type { Router } from '../router/router.js';
import { type LayerClient, TimedLayer } from '../layer/timed-layer.js';

/** The layers of a placed network and the pins before them. */
export interface AssembledChip {
  readonly layers: readonly TimedLayer[];
  readonly pins: InputPins;
}

function makeLayers(context: CoreContext, client: LayerClient): readonly TimedLayer[] {
  let coreCount = 0;
  return context.image.layers.map((layer, index) => {
    const firstNumber = coreCount;
    coreCount += partsOf(layer).length;
    return new TimedLayer(context, index, layer, firstNumber, client);
  });
}

/** The pins, with a way into every core of the first layer. */
function makePins({ context, router, layers }: ChipStack): InputPins {
  const first = elementAt(layers, 0, 'layers');
  const pins = new InputPins(context.image, first.image, context.services);
  const path = { links: [], hopsPerLink: 0 };
  for (const core of first.cores) {
    const target = core.addInlet(ignoreSent);
    const place = { path, target, block: 'pins', core: null } as const;
    pins.connect(core.part, router.outlet(place, ignoreSent));
  }
  return pins;
}

/** The events that leave a layer, from each home to every core of the next one that has their axons. */
function makeOutputs(stack: ChipStack, index: number): readonly HomeOutputs[] {
  const neighbours = neighboursOf(stack, index);
  if (neighbours === null) return [];
  const { image, services } = stack.context;
  const { layer, above } = neighbours;
  return layer.homes.map((home) => {
    const layers = { layer: layer.image, above: above.image };
    const outputs = new HomeOutputs(image, layers, home, services, () => {
      layer.sent();
    });
    for (const { core, hops } of receiversOf(home, neighbours)) {
      const inlet = core.addInlet(() => {
        outputs.headArrived();
      });
      outputs.addDestination(core.part, (whenSent) =>
        outletBetween(stack, { from: home, to: core, hops }, inlet, whenSent),
      );
    }
    return outputs;
  });
}

/** The other cores of a home's neurons. */
function satellitesOf(layer: TimedLayer, home: TimedCore): readonly TimedCore[] {
  return layer.cores.filter(
    ({ isHome, part }) => !isHome && part.neuronPart === home.part.neuronPart,
  );
}

function hasSatellites({ homes, cores }: TimedLayer): boolean {
  return cores.length > homes.length;
}

function makeMerge(stack: ChipStack, layer: TimedLayer): LayerMerge | null {
  const { image, services } = stack.context;
  const { totalBits } = image.numerics.formats.accumulator;
  if (!hasSatellites(layer)) return null;
  return new LayerMerge(layer.cores, services, (home, client) => {
    const merge = new MergePass(image, home, services, client);
    for (const core of satellitesOf(layer, home)) {
      const { homeHops } = core.part;
      const hopsOf = (run: RunKind) =>
        services.ledger.counter({
          run,
          phase: 'forward',
          layer: core.layer.layer,
          core: core.part.core,
          componentAction: 'router.hop',
          bits: totalBits,
        });
      const hops = { inference: hopsOf('inference'), training: hopsOf('training') };
      merge.connect(core, hops, (target) =>
        outletBetween(stack, { from: core, to: home, hops: homeHops }, target),
      );
    }
    return merge;
  });
}

function makeExchanges(stack: ChipStack, layer: TimedLayer): readonly DeltaExchange[] {
  const { image, services } = stack.context;
  if (!hasSatellites(layer) || !sendsDelta(image, layer.image)) return [];
  return layer.homes.map((home) => {
    const exchange = new DeltaExchange(image, home, services, () => {
      layer.deltaSent();
    });
    for (const core of satellitesOf(layer, home)) {
      const { homeHops } = core.part;
      exchange.connect(homeHops, (target) =>
        outletBetween(stack, { from: home, to: core, hops: homeHops }, target),
      );
    }
    return exchange;
  });
}

function makeReadout(stack: ChipStack, layer: TimedLayer): LayerReadout | null {
  if (!layer.image.isOutput) return null;
  const first = elementAt(layer.homes, 0, 'homes');
  return new LayerReadout(
    stack.context,
    layer.homes,
    (home: TimedCore, target) =>
      outletBetween(stack, { from: home, to: first, hops: home.part.homeHops }, target),
    () => {
      layer.endReadout();
    },
  );
}

/** Makes the cores of all layers and connects them in their order. */
export function assembleChip(
  context: CoreContext,
  router: Router,
  client: LayerClient,
): AssembledChip {
  const layers = makeLayers(context, client);
  const stack: ChipStack = { context, router, layers };
  const pins = makePins(stack);
  const outputs = layers.map((_, index) => makeOutputs(stack, index));
  for (const [index, layer] of layers.entries()) {
    const neighbours = neighboursOf(stack, index);
    layer.connect({
      source: layers[index - 1] ?? pins,
      outputs: elementAt(outputs, index, 'outputs of the layers'),
      merge: makeMerge(stack, layer),
      feedback: neighbours === null ? null : makeFeedback(stack, neighbours),
      exchanges: makeExchanges(stack, layer),
      readout: makeReadout(stack, layer),
    });
  }
  return { layers, pins };
}
