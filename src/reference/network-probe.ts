import { factsOf } from '../network/rule-facts.js';
import type { LayerParameters } from '../network/parameters.js';
import { measureAlignment } from './alignment.js';
import { openBackend, type TensorFlow } from './backend/backend.js';
import { errorSignals, type LayerSignals, type ObservedNetwork } from './training/error-signals.js';
import { optimizers } from './optimizers/optimizers.js';
import type { LayerAlignment, ReferenceJob } from './reference-job.js';
import { ReferenceLayer } from './reference-layer.js';
import type { ReferenceSamples } from './samples.js';

/** A network whose parameters come from elsewhere, and how it learns there. */
export type ProbeJob = Pick<
  ReferenceJob,
  'topology' | 'rule' | 'loss' | 'frozenLayers' | 'backend'
>;

/**
 * Looks in float arithmetic at parameters that something else has learned, at any moment of its training.
 * One at a time: TensorFlow.js has one backend a process.
 */
export class NetworkProbe {
  readonly #tf: TensorFlow;
  readonly #job: ProbeJob;

  private constructor(tf: TensorFlow, job: ProbeJob) {
    this.#tf = tf;
    this.#job = job;
  }

  /** @throws BackendUnavailableError from `openBackend`. */
  static async open(job: ProbeJob): Promise<NetworkProbe> {
    const { tf } = await openBackend(job.backend);
    return new NetworkProbe(tf, job);
  }

  /** The angles of `measureAlignment` with these weights, biases and B. */
  alignment(
    parameters: readonly LayerParameters[],
    samples: ReferenceSamples,
  ): Promise<readonly LayerAlignment[]> {
    return this.#observe(parameters, (network) => measureAlignment(network, samples));
  }

  /** h, δh and δz of every layer, of `errorSignals`, with these weights, biases and B. */
  signals(
    parameters: readonly LayerParameters[],
    samples: ReferenceSamples,
    delayed: Float32Array | null,
  ): Promise<readonly LayerSignals[]> {
    return this.#observe(parameters, (network) => errorSignals(network, samples, delayed));
  }

  async #observe<Figures>(
    parameters: readonly LayerParameters[],
    look: (network: ObservedNetwork) => Promise<Figures>,
  ): Promise<Figures> {
    const tf = this.#tf;
    const { topology, rule, loss, frozenLayers } = this.#job;
    const { feedback } = factsOf(rule.name);
    const layers: ReferenceLayer[] = [];
    try {
      topology.layers.forEach((spec, index) => {
        const initial = parameters[index];
        if (initial === undefined) {
          throw new RangeError(
            `reference: layer ${index + 1} has no parameters to look at; give those of all ${topology.layers.length} layers`,
          );
        }
        const isTrainable = !frozenLayers.includes(index + 1);
        const optimizer = optimizers.sgd;
        layers.push(
          new ReferenceLayer(tf, {
            topology,
            index,
            spec,
            initial,
            feedback,
            optimizer,
            isTrainable,
          }),
        );
      });
      return await look({ tf, layers, rule, loss });
    } finally {
      for (const layer of layers) layer.dispose();
    }
  }
}
