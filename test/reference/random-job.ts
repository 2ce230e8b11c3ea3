import fc from 'fast-check';
import type { FeedbackKind } from '../../src/network/feedback.js';
import { drawParameters } from '../../src/network/parameters.js';
import { drawUniform } from '../../src/network/random-numbers.js';
import {
  activationNames,
  buildTopology,
  type LayerDescription,
  type NetworkTopology,
} from '../../src/network/topology.js';
import type { LossName } from '../../src/reference/loss.js';
import { lossReductions } from '../../src/reference/loss.js';
import { optimizerNames } from '../../src/reference/optimizers/optimizers.js';
import { plainTraining, type ReferenceJob } from '../../src/reference/reference-job.js';
import { defpVariants } from '../../src/network/defp-variants.js';
import { defpInits } from '../../src/reference/rules/defp.js';
import type { RuleSpec } from '../../src/reference/rules/rules.js';
import { fileOrder } from './make-job.js';

export const everyRule: readonly RuleSpec[] = [
  ...(['bp', 'fa', 'dfa', 'sdfa', 'drtp', 'shallow'] as const).map((name) => ({ name })),
  ...defpVariants.flatMap((variant) =>
    defpInits.map((init) => ({ name: 'defp' as const, variant, init })),
  ),
];

/** Shape of the B that a rule needs, restated from the table of the rules. */
export function feedbackKindOf(rule: RuleSpec): FeedbackKind {
  if (rule.name === 'bp' || rule.name === 'shallow') return 'none';
  return rule.name === 'fa' ? 'weights' : 'classes';
}

const sampleCount = 12;
const classCount = 3;

/** Samples of float features in −1…1, no two alike, so that no pooling window has ties that rounding could turn. */
export function floatSamples(topology: NetworkTopology, seed: string): ReferenceJob['train'] {
  return {
    sampleCount,
    features: drawUniform(seed, sampleCount * topology.inputCount, 1),
    featureScale: 1,
    labels: Uint8Array.from({ length: sampleCount }, (_, sample) => (sample * 5) % classCount),
  };
}

const convolution = fc.record({
  type: fc.constant('conv' as const),
  channels: fc.integer({ min: 1, max: 3 }),
  kernelSize: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  padding: fc.integer({ min: 0, max: 2 }),
});
const fullyConnected = fc.record({
  type: fc.constant('fc' as const),
  neurons: fc.integer({ min: 1, max: 6 }),
});

const layerLists = fc.oneof(
  fc.tuple(fc.constant([]), fc.array(fullyConnected, { maxLength: 3 })),
  fc.tuple(
    fc.array(convolution, { minLength: 1, maxLength: 2 }),
    fc.array(fullyConnected, { maxLength: 1 }),
  ),
);

/** A loss with an output activation that it allows. */
const endings = fc.constantFrom<
  readonly [LossName, NetworkTopology['layers'][number]['activation']]
>(
  ['bce', 'sigmoid'],
  ['mse', 'sigmoid'],
  ['mse', 'tanh'],
  ['mse', 'none'],
  ['mse', 'relu'],
  ['ce', 'none'],
  ['ce', 'sigmoid'],
);

/** A network on 2×7×6 maps, or null where its layers do not fit. */
function tryTopology(
  layers: readonly LayerDescription[],
  hidden: NetworkTopology['layers'][number]['activation'],
  output: NetworkTopology['layers'][number]['activation'],
): NetworkTopology | null {
  try {
    const all = [...layers, { type: 'fc' as const, neurons: classCount }];
    return buildTopology(all, [2, 7, 6], classCount, { hidden, output });
  } catch {
    return null;
  }
}

/** Jobs of any rule, topology, optimizer, loss and batch, small enough for the naive trainer. */
export const randomJobs: fc.Arbitrary<ReferenceJob> = fc
  .record({
    layers: layerLists.map(([first, then]) => [...first, ...then]),
    hidden: fc.constantFrom(...activationNames),
    ending: endings,
    rule: fc.constantFrom(...everyRule),
    optimizer: fc.constantFrom(...optimizerNames),
    lossReduction: fc.constantFrom(...lossReductions),
    batch: fc.constantFrom(1, 4, 5, 12),
    backend: fc.constantFrom('wasm' as const, 'cpu' as const),
    isFrozen: fc.boolean(),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ layers, hidden, ending, rule, isFrozen, seed, ...rest }): ReferenceJob | null => {
    const [loss, output] = ending;
    const topology = tryTopology(layers, hidden, output);
    if (topology === null || (rule.name === 'fa' && layers.length === 0)) return null;
    const samples = floatSamples(topology, `${seed}/samples`);
    const feedback = {
      kind: feedbackKindOf(rule),
      distribution: 'heUniform',
      widthFactors: null,
    } as const;
    return {
      ...plainTraining,
      ...rest,
      topology,
      initial: drawParameters(topology, seed, { weights: 'uniform', feedback }),
      rule,
      loss,
      learningRate: 2 ** -6,
      epochs: 2,
      orders: fileOrder(sampleCount),
      train: samples,
      test: samples,
      frozenLayers: isFrozen ? [1] : [],
    };
  })
  .filter((job) => job !== null);
