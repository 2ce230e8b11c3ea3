import { AccessLedger } from '../../ledger/access-ledger.js';
import type { LedgerRow, RunKind } from '../../ledger/ledger-row.js';
import { elementAt } from '../../numerics/integer.js';
import type { ChipImage, LayerImage, LayerPart } from '../image/chip-image.js';
import {
  additionCycles,
  type CoreWork,
  homeCycles,
  type HomeTraffic,
  type PhaseCycles,
  type RunPurpose,
  satelliteCycles,
} from './core-cycles.js';
import { coresOf, type LayerCore, reachOf } from './cores.js';
import {
  type LayerActivity,
  learnedEvents,
  learnedSamples,
  type RunActivity,
} from '../image/activity.js';
import { feedbackCycles, homeFeedbackCycles } from './feedback.js';
import { homeUpkeepCycles, upkeepCycles } from './feedback-upkeep.js';
import { axonPartsOf, farthest, homesOf, isHome, narrowed, partsOf } from '../image/layer-parts.js';
import { withFrozen } from '../image/upkeep/frozen-image.js';
import { needsDelta, sendsDelta } from '../image/learning-layers.js';
import { besideSteps, uncoveredBetween } from '../image/visit-cycles.js';

/** C − 1 comparisons, and the class sent; the first home of the output layer does that. */
function predictionCycles({ classCount }: ChipImage): number {
  return classCount - 1 + 1;
}

/** What follows in readout after a home has read its y. */
function readoutCyclesOf(image: ChipImage, { own, part }: LayerCore): number {
  if (!own.isOutput) return 0;
  return part.neuronPart === 0 ? predictionCycles(image) : own.neuronCount + part.homeHops;
}

/** The first home has to wait for the y of the others, one a cycle. */
function slowestReadout(image: ChipImage, layer: LayerImage): number {
  if (!layer.isOutput) return 0;
  const homes = homesOf(layer);
  const { columnCount } = elementAt(homes, 0, 'homes');
  return predictionCycles(image) + image.classCount - columnCount + hopsHome(homes);
}

/** Cycles of sending δz to `satelliteCount` satellites in turn, one value per cycle, until the last value is there. */
function sendCyclesOf(
  image: ChipImage,
  own: LayerImage,
  satelliteCount: number,
  farthestHops: number,
): number {
  if (satelliteCount === 0 || !sendsDelta(image, own)) return 0;
  return satelliteCount * own.neuronCount + farthestHops;
}

function hopsHome(parts: readonly LayerPart[]): number {
  return farthest(parts.map(({ homeHops }) => homeHops));
}

/** Whether a layer makes δz of an error signal from elsewhere: one on cores without learning lanes does not. */
function fetchesError(image: ChipImage, layer: LayerImage): boolean {
  return !layer.isOutput && needsDelta(image, layer);
}

/** What a home does itself of what comes and goes. Implements: docs/spec.md §5 (clock.cycle of a core). */
function trafficOfHome(image: ChipImage, layer: LayerImage, home: LayerCore): HomeTraffic {
  const { own, part, satellites } = home;
  return {
    routingCycles: reachOf(layer, part, image.layers[layer.layer]),
    mergeCycles: satellites.length * additionCycles(own),
    sendCycles: sendCyclesOf(image, own, satellites.length, hopsHome(satellites)),
    feedbackCycles: fetchesError(image, layer) ? homeFeedbackCycles(image, layer, home) : 0,
    readoutCycles: readoutCyclesOf(image, home),
  };
}

/** What all homes of a layer wait for in step. `slowest`: the share of `slowestShare`. Implements: docs/spec.md §5. */
function trafficOfLayer(image: ChipImage, layer: LayerImage, slowest: LayerImage): HomeTraffic {
  const homes = homesOf(layer);
  const satelliteCount = axonPartsOf(layer).length - 1;
  const satelliteHops = hopsHome(partsOf(layer).filter((part) => !isHome(part)));
  const above = image.layers[layer.layer];
  return {
    routingCycles: farthest(homes.map((home) => reachOf(layer, home, above))),
    mergeCycles: satelliteCount * (slowest.neuronCount + additionCycles(slowest)) + satelliteHops,
    sendCycles: sendCyclesOf(image, slowest, satelliteCount, satelliteHops),
    feedbackCycles: fetchesError(image, layer) ? feedbackCycles(image, layer) : 0,
    readoutCycles: slowestReadout(image, layer),
  };
}

/** As many columns and axons as the largest of the cores: none is slower. */
function slowestShare(layer: LayerImage): LayerImage {
  const parts = partsOf(layer);
  return narrowed(layer, {
    firstColumn: 0,
    columnCount: Math.max(...parts.map(({ columnCount }) => columnCount)),
    firstAxon: 0,
    axonCount: Math.max(...parts.map(({ axonCount }) => axonCount)),
  });
}

/** Cycles of a layer by phase: its cores work in step. `work`: that of the slowest axon part. Implements: docs/spec.md §5. */
export function layerCycles(
  image: ChipImage,
  layer: LayerImage,
  purpose: RunPurpose,
  work: CoreWork,
): readonly PhaseCycles[] {
  const slowest = slowestShare(layer);
  const traffic = trafficOfLayer(image, layer, slowest);
  return homeCycles(image, slowest, purpose, work, traffic);
}

/** Between others of as many events that share no row with it, and without what an end of training still waits for. */
const oneSample = { sampleCount: 1, learnedCount: 1, sharedCount: 0, stepCount: 1, flushCount: 0 };

/**
 * Serial latency of one sample in cycles, from its first event to the class sent (inference) or the last weight written
 * (training). Where layers learn in steps it is that of the sample that takes the step, the longest of its batch; with
 * schedules beside and fused that of a sample between others of as many events of which it shares no row.
 * Implements: docs/spec.md §5.
 * @param deliveredVisits visits of the events delivered to each layer (docs/spec.md §2.10): of a fully-connected layer
 * A_{i−1}, its events. Of a layer that spans cores the most of any axon part.
 * @param deliveredEvents events delivered to each layer, likewise; left out where all layers are fully connected.
 */
export function cyclesPerSample(
  image: ChipImage,
  run: RunKind,
  deliveredVisits: readonly number[],
  deliveredEvents: readonly number[] = deliveredVisits,
): number {
  let total = 0;
  for (const [index, layer] of image.layers.entries()) {
    const visitCount = elementAt(deliveredVisits, index, 'visits of the layers');
    const eventCount = elementAt(deliveredEvents, index, 'events of the layers');
    const uncoveredCycles = uncoveredBetween(besideSteps(slowestShare(layer)), eventCount, false);
    const visits = { eventCount, visitCount, learnedVisitCount: visitCount };
    const work = { ...oneSample, ...visits, uncoveredCycles };
    for (const { cycles } of layerCycles(image, layer, { run }, work)) total += cycles;
  }
  return total;
}

/** What each core of a layer works itself. */
function coreCycles(
  image: ChipImage,
  layer: LayerImage,
  purpose: RunPurpose,
  activity: LayerActivity,
  run: RunActivity,
) {
  const { sampleCount, stepCount, flushCount } = run;
  return coresOf(layer).map((core, index) => {
    const measured =
      activity.parts === null ? activity : elementAt(activity.parts, index, 'activity of parts');
    const work = {
      sampleCount,
      eventCount: measured.deliveredEventCount,
      visitCount: measured.deliveredVisitCount,
      sharedCount: measured.sharedEventCount,
      uncoveredCycles: measured.uncoveredCycleCount ?? 0,
      learnedCount: learnedSamples(run),
      learnedVisitCount: learnedEvents(measured).deliveredVisitCount,
      stepCount,
      flushCount,
    };
    const { own, part } = core;
    const phases = isHome(part)
      ? homeCycles(image, own, purpose, work, trafficOfHome(image, layer, core))
      : satelliteCycles(image, own, part.homeHops, purpose, work);
    if (!isHome(part)) return { core: part.core, phases };
    const upkeep = homeUpkeepCycles(image, layer, part, run);
    const between: PhaseCycles = { phase: 'update', cycles: upkeep, learningCycles: upkeep };
    return { core: part.core, phases: [...phases, between] };
  });
}

/** Cycles that a layer takes in a run, all phases. */
function runCycles(
  image: ChipImage,
  layer: LayerImage,
  activity: RunActivity,
  measured: LayerActivity,
): number {
  const { traffic, deliveredEventCount, deliveredVisitCount, sharedEventCount } = measured;
  const { sampleCount, stepCount, flushCount } = activity;
  const work = {
    sampleCount,
    eventCount: traffic?.slowestEventCount ?? deliveredEventCount,
    visitCount: traffic?.slowestVisitCount ?? deliveredVisitCount,
    // Where rows are shared, all cores of the layer have the same axons (docs/spec.md §5.1).
    sharedCount: sharedEventCount,
    uncoveredCycles: measured.uncoveredCycleCount ?? 0,
    learnedCount: learnedSamples(activity),
    learnedVisitCount:
      traffic === null
        ? learnedEvents(measured).deliveredVisitCount
        : traffic.slowestVisitCount - (traffic.skippedSlowestVisitCount ?? 0),
    stepCount,
    flushCount,
  };
  const phases = layerCycles(image, layer, activity, work);
  return phases.reduce((sum, { cycles }) => sum + cycles, upkeepCycles(image, layer, activity));
}

/**
 * `clock.cycle` of every core and phase: what the core works itself, and `clock.update`: what of it its learning engine works; and `leakage.cycle` (phase idle) of every core in
 * use: a core leaks in every cycle of the run, whether it works or not, and while the chip waits for events; so do what of its clock
 * is not gated (`clock.ungated`) and, once, the memory that all cores share (`leakage.shared`). Implements: docs/spec.md §5, §9.
 * @param repeats equal layers that each layer stands for: all of them take time.
 */
export function cycleRows(
  image: ChipImage,
  activities: readonly RunActivity[],
  repeats: readonly number[] = [],
): readonly LedgerRow[] {
  const ledger = new AccessLedger();
  const cores = new Set(image.layers.flatMap((layer) => partsOf(layer).map(({ core }) => core)));
  for (const activity of activities) {
    const { run, inputWaitCycles = 0 } = activity;
    let total = inputWaitCycles;
    const own = withFrozen(image, activity.frozenLayers);
    for (const [index, layer] of own.layers.entries()) {
      const measured = elementAt(activity.layers, index, 'activity');
      total += (repeats[index] ?? 1) * runCycles(own, layer, activity, measured);
      for (const { core, phases } of coreCycles(own, layer, activity, measured, activity)) {
        for (const { phase, cycles, learningCycles } of phases) {
          const place = { run, phase, layer: layer.layer, core, bits: null };
          ledger.counter({ ...place, componentAction: 'clock.cycle' }).add(cycles);
          ledger.counter({ ...place, componentAction: 'clock.update' }).add(learningCycles);
        }
      }
    }
    for (const core of cores) {
      const place = { run, phase: 'idle', layer: null, core, bits: null } as const;
      ledger.counter({ ...place, componentAction: 'clock.ungated' }).add(total);
      ledger.counter({ ...place, componentAction: 'leakage.cycle' }).add(total);
    }
    const shared = { run, phase: 'idle', layer: null, core: null, bits: null } as const;
    ledger.counter({ ...shared, componentAction: 'leakage.shared' }).add(total);
  }
  return ledger.rows();
}
