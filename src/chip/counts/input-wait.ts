import { ceilDiv, elementAt } from '../../numerics/integer.js';
import type { Arrivals } from '../image/arrivals.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import { convolutionVisits } from '../image/convolution.js';
import { columnCount } from '../image/layer-geometry.js';
import { axonPartsOf, axonsOf, isInside, narrowed, type Range } from '../image/layer-parts.js';
import { forwardEventCycles } from './core-cycles.js';

/** One axon part of the first layer: the cores that take the same inputs, and how long they work on each. */
interface AxonPart {
  readonly axons: Range;
  /** Cycles from the first bias to the first visit. */
  readonly biasCycles: number;
  /** Cycles of an event of each input, its fetch and its visits; shape (inputs of the part). */
  readonly eventCycles: readonly number[];
}

/** What samples whose events come in time add to the cycles of docs/spec.md §5, summed over the samples. */
export interface InputWait {
  /** By which the forward pass of layer 1 ends later than if all events had been there at once. */
  readonly waitCycles: number;
  /** From the beginning of a sample until its last event. */
  readonly durationCycles: number;
  /** Work of layer 1 on the events, which the wait comes on top of. */
  readonly eventCycles: number;
}

function partOf(layer: LayerImage, part: ReturnType<typeof axonPartsOf>[number]): AxonPart {
  const own = narrowed(layer, part);
  const visits =
    own.convolution === null
      ? null
      : convolutionVisits(own.convolution).map(({ length }) => length);
  return {
    axons: axonsOf(part),
    biasCycles: ceilDiv(columnCount(own), layer.organisation.biasesPerWord),
    eventCycles: Array.from({ length: own.inputCount }, (_, input) =>
      forwardEventCycles(own, visits === null ? 1 : elementAt(visits, input, 'visits')),
    ),
  };
}

/** Places among the arrivals of the events of a sample that one axon part gets. */
function placesOf({ axons, offsets }: Arrivals, sample: number, range: Range): readonly number[] {
  const found: number[] = [];
  const end = elementAt(offsets, sample + 1, 'offsets');
  for (let place = elementAt(offsets, sample, 'offsets'); place < end; place += 1) {
    if (isInside(elementAt(axons, place, 'axons'), range)) found.push(place);
  }
  return found;
}

/** What one axon part gets of a sample: ticks at which its packets enter, and the cycles of the event in each. */
interface PartEvents {
  readonly biasCycles: number;
  /** One packet a cycle; the last, or the empty one, not before the sample is over. */
  readonly entryTicks: readonly number[];
  /** Empty where no event is for the part. */
  readonly eventCycles: readonly number[];
}

function eventsOf(arrivals: Arrivals, sample: number, part: AxonPart): PartEvents {
  const places = placesOf(arrivals, sample, part.axons);
  const ticks =
    places.length === 0 ? [0] : places.map((place) => elementAt(arrivals.ticks, place, 'ticks'));
  const endTick = elementAt(arrivals.endTicks, sample, 'ends of samples');
  let entry = -1;
  const entryTicks = ticks.map((tick, index) => {
    entry = Math.max(entry + 1, index === ticks.length - 1 ? Math.max(tick, endTick) : tick);
    return entry;
  });
  const eventCycles = places.map((place) => {
    const input = elementAt(arrivals.axons, place, 'axons') - part.axons.first;
    return elementAt(part.eventCycles, input, 'cycles of events');
  });
  return { biasCycles: part.biasCycles, entryTicks, eventCycles };
}

/** Tick at which a part has made its visits, in a pass that begins at a tick. */
function endOfVisits({ biasCycles, entryTicks, eventCycles }: PartEvents, begin: number): number {
  let tick = begin + biasCycles;
  if (eventCycles.length === 0) return Math.max(tick, elementAt(entryTicks, 0, 'entries'));
  for (const [index, cycles] of eventCycles.entries()) {
    // A packet is in the buffer a cycle after it entered.
    tick = Math.max(tick, elementAt(entryTicks, index, 'entries') + 1) + cycles;
  }
  return tick;
}

function sumOf(cycles: readonly number[]): number {
  return cycles.reduce((sum, count) => sum + count, 0);
}

/**
 * The wait of samples whose events come in time, from the times and the closed forms of a visit; exact where no core waits for
 * anything but its events.
 *
 * Implements: docs/spec.md §9 (wait).
 */
export function inputWait(image: ChipImage, arrivals: Arrivals): InputWait {
  const layer = elementAt(image.layers, 0, 'layers');
  const parts = axonPartsOf(layer).map((part) => partOf(layer, part));
  const total = { waitCycles: 0, durationCycles: 0, eventCycles: 0 };
  for (const [sample, endTick] of arrivals.endTicks.entries()) {
    const ofParts = parts.map((part) => eventsOf(arrivals, sample, part));
    // The pass begins with the first packet of any part.
    const begin = Math.min(...ofParts.map(({ entryTicks }) => elementAt(entryTicks, 0, 'entries')));
    const inTime = Math.max(...ofParts.map((events) => endOfVisits(events, begin)));
    const work = Math.max(...ofParts.map(({ eventCycles }) => sumOf(eventCycles)));
    const biases = Math.max(...ofParts.map(({ biasCycles }) => biasCycles));
    total.waitCycles += inTime - biases - work;
    total.durationCycles += endTick;
    total.eventCycles += work;
  }
  return total;
}
