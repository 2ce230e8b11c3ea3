import { elementAt } from '../../numerics/integer.js';
import type { LayerImage } from '../chip-image.js';
import { needsDelta } from '../learning-layers.js';
import { type CoreClient, type CoreConnections, TimedCore } from './core.js';
import type { CoreContext } from './core-context.js';
import type { FeedbackPass } from './feedback-pass.js';
import { LabelFeedback } from './label-feedback.js';
import { LayerAboveFeedback } from './layer-above-feedback.js';
import { InputPins } from './pins.js';
import type { Router } from './router.js';
import { VectorFeedback } from './vector-feedback.js';

/** The cores of a placed network and the pins before them. */
export interface AssembledChip {
  readonly cores: readonly TimedCore[];
  readonly pins: InputPins;
}

/** A core with the core above it, whose error signal it may need. */
interface Neighbours {
  readonly index: number;
  readonly layer: LayerImage;
  readonly core: TimedCore;
  readonly above: LayerImage;
  readonly coreAbove: TimedCore;
}

function ignoreSent(): void {
  // Error signals hold nothing that their sender waits to get back.
}

/** Where the error signal of a hidden layer comes from, by rule (docs/spec.md §2.9). */
function makeFeedback(
  context: CoreContext,
  router: Router,
  { index, layer, core, above, coreAbove }: Neighbours,
): FeedbackPass | null {
  const { image, services, delayedErrors } = context;
  if (!needsDelta(image, layer)) return null;
  const client = {
    layerIndex: index,
    whenDone: () => {
      core.endFeedback();
    },
  };
  const port = { target: core, block: 'router', core: layer.core } as const;
  const fromPins = () => router.outlet({ ...port, path: router.fromPins(layer) }, ignoreSent);
  const fromAbove = () =>
    router.outlet({ ...port, path: router.betweenLayers(layer, above, true) }, ignoreSent);
  switch (image.rule.kind) {
    case 'drtp':
      return new LabelFeedback(image, layer, fromPins(), null, client, services);
    case 'defp':
      return image.rule.variant === 'fullVector'
        ? new VectorFeedback(image, layer, fromPins(), delayedErrors, client, services)
        : new LabelFeedback(image, layer, fromPins(), delayedErrors, client, services);
    case 'dfa':
    case 'sdfa':
      return new VectorFeedback(image, layer, fromAbove(), null, client, services);
    case 'fa':
      return new LayerAboveFeedback(
        image,
        layer,
        above,
        fromAbove(),
        { kind: 'own' },
        client,
        services,
      );
    case 'bp': {
      const matrix = { kind: 'weightsAbove', synapses: coreAbove.synapses } as const;
      return new LayerAboveFeedback(image, layer, above, fromAbove(), matrix, client, services);
    }
    case 'shallow':
      return null;
  }
}

/** Makes a core a layer and connects them in the order of the layers. */
export function assembleChip(
  context: CoreContext,
  router: Router,
  client: CoreClient,
): AssembledChip {
  const { image, services } = context;
  const { layers } = image;
  const cores = layers.map((layer, index) => new TimedCore(context, index, layer, client));
  const firstCore = elementAt(cores, 0, 'cores');
  const pins = new InputPins(image, elementAt(layers, 0, 'layers'), services);
  const noPath = { links: [], hopsPerLink: 0 };
  pins.connect(
    router.outlet({ path: noPath, target: firstCore, block: 'pins', core: null }, ignoreSent),
  );
  for (const [index, core] of cores.entries()) {
    const layer = elementAt(layers, index, 'layers');
    const above = layers[index + 1];
    const coreAbove = cores[index + 1];
    const source = cores[index - 1] ?? pins;
    let connections: CoreConnections = { source, next: null, feedback: null };
    if (above !== undefined && coreAbove !== undefined) {
      const path = router.betweenLayers(layer, above, false);
      const port = { path, target: coreAbove, block: 'router', core: layer.core } as const;
      const outlet = router.outlet(port, () => {
        core.sent();
      });
      const neighbours = { index, layer, core, above, coreAbove };
      const feedback = makeFeedback(context, router, neighbours);
      connections = { source, next: { outlet, layer: above }, feedback };
    }
    core.connect(connections);
  }
  return { cores, pins };
}
