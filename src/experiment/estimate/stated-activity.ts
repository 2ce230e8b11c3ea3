import type { LayerImage } from '../../chip/image/chip-image.js';
import { convolutionVisits } from '../../chip/image/convolution.js';
import { totalVisits } from '../../chip/image/total-visits.js';
import type { Dataset } from '../../datasets/dataset.js';
import { InputEncoder } from '../../mapping/input/input-encoder.js';
import type { QuantiserSpec } from '../../mapping/quantise.js';
import { type LayerSpan, type NetworkTopology, spanOf } from '../../network/topology.js';
import { elementAt } from '../../numerics/integer.js';
import type { KeyPath, StrictYaml } from '../../units/strict-yaml.js';
import type { Experiment } from '../file/experiment-schema.js';
import type { LayerEvents, NetworkActivity } from './network-activity.js';

/** Training samples on which the activity of the input is measured: a thousand images have a mean that hardly moves. */
export const measuredSampleCount = 1000;

/** The samples of an experiment and how they become raw inputs. */
export interface MeasuredInput {
  readonly train: Dataset;
  readonly quantiser: QuantiserSpec;
}

/** Activity that the experiment states. */
export interface StatedActivity {
  /** Fraction of the inputs that are events; or the samples to measure it on. */
  readonly input: number | MeasuredInput;
  /** Fraction of the values leaving each hidden layer that are events; a number: those of all. */
  readonly hidden: readonly number[] | number;
  /** Null: not stated. */
  readonly changedWords: number | null;
}

/**
 * What the experiment says of its activity. Nothing is assumed: what is left out is named.
 * @param input samples of the data set; null where only their shape is known.
 * @throws InputError naming the key that is missing, or a list that does not fit the network.
 */
export function readStatedActivity(
  read: StrictYaml<Experiment>,
  layerCount: number,
  input: MeasuredInput | null,
): StatedActivity {
  const { activity = {} } = read.value;
  const problem = (key: string, sentence: string): Error => {
    const path: KeyPath = ['activity', key];
    return read.problem(path, sentence);
  };
  const hiddenCount = layerCount - 1;
  const { layers, changedWords = null } = activity;
  const stated = activity.input ?? input;
  if (stated === null) {
    throw problem(
      'input',
      'missing; without samples it cannot be measured: state the fraction of the inputs that are events (0 to 1), or give a result of the same network with --result',
    );
  }
  if (layers === undefined && hiddenCount > 0) {
    throw problem(
      'layers',
      `missing; state the fraction of the values leaving each hidden layer (there ${hiddenCount === 1 ? 'is 1' : `are ${hiddenCount}`}) that are events (0 to 1, one number or a list), or give a result of the same network with --result`,
    );
  }
  if (Array.isArray(layers) && layers.length !== hiddenCount) {
    throw problem(
      'layers',
      `${layers.length} fractions do not fit, the network has ${hiddenCount} hidden ${hiddenCount === 1 ? 'layer' : 'layers'}; give one for each, or one number for all of them`,
    );
  }
  return { input: stated, hidden: layers ?? 0, changedWords };
}

/** Events and visits of the first samples in layer 1. */
function measure({ train, quantiser }: MeasuredInput, layer: LayerImage): LayerEvents {
  const sampleCount = Math.min(measuredSampleCount, train.sampleCount);
  const order = Uint32Array.from({ length: sampleCount }, (_, index) => index);
  const { inputsRaw } = new InputEncoder(train, quantiser).encode(order, 0, sampleCount);
  const { convolution, inputCount, eventThresholdRaw } = layer;
  const visitCounts =
    convolution === null ? null : convolutionVisits(convolution).map(({ length }) => length);
  const isEvent = (index: number): boolean => Math.abs(inputsRaw[index] ?? 0) > eventThresholdRaw;
  let events = 0;
  let shared = 0;
  let visits = 0;
  for (const index of inputsRaw.keys()) {
    if (!isEvent(index)) continue;
    events += 1;
    if (isEvent(index - inputCount)) shared += 1;
    visits += visitCounts === null ? 1 : elementAt(visitCounts, index % inputCount, 'inputs');
  }
  return {
    eventsPerSample: events / sampleCount,
    visitsPerSample: visits / sampleCount,
    sharedPerSample: shared / sampleCount,
    cut: null,
  };
}

/** Fraction of the events that enter a layer after the first. */
function hiddenFraction(hidden: StatedActivity['hidden'], { first }: LayerSpan): number {
  return typeof hidden === 'number' ? hidden : elementAt(hidden, first - 2, 'activity.layers');
}

/**
 * Stated fractions as events of the layers. Of a CONV layer events are taken to lie evenly over the maps, so that visits
 * are the same fraction of all there can be.
 */
export function activityFromStatement(
  { input, hidden, changedWords }: StatedActivity,
  layers: readonly LayerImage[],
  topology: Pick<NetworkTopology, 'spans'>,
  samples: Pick<NetworkActivity, 'epochs' | 'samplesPerEpoch'>,
): NetworkActivity {
  const events = layers.map((layer, index): LayerEvents => {
    const fraction = index === 0 ? input : hiddenFraction(hidden, spanOf(topology, index));
    if (typeof fraction !== 'number') return measure(fraction, layer);
    return {
      eventsPerSample: fraction * layer.inputCount,
      visitsPerSample: fraction * totalVisits(layer),
      sharedPerSample: null,
      cut: null,
    };
  });
  return {
    ...samples,
    inferenceSamples: samples.samplesPerEpoch,
    flushes: samples.epochs,
    training: events,
    inference: events,
    measuring: events,
    changedWords: changedWords === null ? null : layers.map(() => changedWords),
    inputTime: null,
  };
}
