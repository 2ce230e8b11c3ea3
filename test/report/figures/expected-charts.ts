import { componentFacts, isMemory } from '../../../src/ledger/components.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { statedIn } from './expected-summary.js';
import * as print from './print.js';
import { energyOf, type Run, rowsOfRun, runs } from './recompute.js';

/* What the page's pictures must show. */

const phases = ['forward', 'feedback', 'update', 'readout', 'control', 'idle'];

/** Bars of the energy chart from the top: each run, then its phases; null keeps the runs apart. */
export function energyPlaces(result: ResultRecord) {
  const bars = (run: Run) => {
    const rows = rowsOfRun(result, run);
    const title = run === 'training' ? 'Training' : 'Inference';
    const own = phases.flatMap((phase) => {
      const part = rows.filter((row) => row.phase === phase);
      return part.length === 0 ? [] : [{ name: phase, rows: part }];
    });
    return [{ name: title, rows }, ...own];
  };
  return [...bars('inference'), null, ...bars('training')];
}

type Place = NonNullable<ReturnType<typeof energyPlaces>[number]>;

/** pJ of a sample in the components of one colour. */
export function groupPj({ rows }: Place, group: string): number {
  return energyOf(rows.filter(({ component }) => componentFacts[component].group === group)).pj;
}

/** Each energy has the unit of its own size. */
export function totalText({ rows }: Place): string {
  const { pj, pricing } = energyOf(rows);
  if (pricing === 'none') return 'unpriced';
  const text = print.energy(pj);
  return pricing === 'all' ? text : `${text}, incomplete`;
}

/** Accesses of a sample by memory, action and phase, as they are written beside their bars. */
export function expectedAccesses(result: ResultRecord): ReadonlyMap<string, readonly string[]> {
  const bars = new Map<string, { inference: number; training: number }>();
  for (const { run, phase, component, action, count, samples } of result.ledger) {
    if (!isMemory(component)) continue;
    const name = `${component}.${action}, ${phase}`;
    const bar = bars.get(name) ?? { inference: 0, training: 0 };
    bar[run] += count / samples;
    bars.set(name, bar);
  }
  return new Map(
    [...bars].map(([name, bar]) => [
      name,
      runs.filter((run) => bar[run] > 0).map((run) => print.mean(bar[run])),
    ]),
  );
}

/** Values of a curve by epoch, null left out. */
export function curve(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}

/** Hidden layers of which some epoch has an angle. */
export function alignedLayers({ epochs }: ResultRecord): readonly number[] {
  const layers = epochs.flatMap(({ alignment }) =>
    alignment.filter((one) => one.chipDegrees !== null || one.referenceDegrees !== null),
  );
  return [...new Set(layers.map(({ layer }) => layer))].sort((left, right) => left - right);
}

export function anglesOf(
  { epochs }: ResultRecord,
  layer: number,
  side: 'chipDegrees' | 'referenceDegrees',
): readonly (number | null)[] {
  return epochs.map(
    ({ alignment }) => alignment.find((one) => one.layer === layer)?.[side] ?? null,
  );
}

/** `layer 1: chip 60.1°, reference 59° (epoch 2, its last)`. */
export function expectedEnds(result: ResultRecord): readonly string[] {
  const last = result.epochs.length;
  const end = (layer: number, side: 'chipDegrees' | 'referenceDegrees') => {
    const angles = anglesOf(result, layer, side);
    const epoch = angles.findLastIndex((angle) => angle !== null) + 1;
    if (epoch === 0) return 'not measured';
    const text = `${print.significant(angles[epoch - 1] ?? NaN, 3)}°`;
    return epoch === last ? text : `${text} (epoch ${epoch}, its last)`;
  };
  return alignedLayers(result).map(
    (layer) =>
      `layer ${layer}: chip ${end(layer, 'chipDegrees')}, reference ${end(layer, 'referenceDegrees')}`,
  );
}

/** Per cent of dead updates by layer and epoch. */
export function deadUpdates({ epochs }: ResultRecord): ReadonlyMap<number, readonly number[]> {
  const layers = new Map<number, number[]>();
  for (const { health } of epochs) {
    for (const { layer, deadUpdateFraction } of health) {
      if (deadUpdateFraction === null) continue;
      layers.set(layer, [...(layers.get(layer) ?? []), 100 * deadUpdateFraction]);
    }
  }
  return new Map([...layers].sort(([left], [right]) => left - right));
}

/** The sentence above the bars of work; null: the record has none. */
export function expectedSchedule({ schedule, hardware }: ResultRecord): string | null {
  if (schedule === null) return null;
  const { intervals, samples, serialLatencyCycles, coding, reason } = schedule;
  const own = (name: string) => intervals.filter((one) => one.schedule === name);
  const cores = new Set(intervals.map(({ core }) => core)).size;
  const first = Math.min(...own('serial').map(({ fromCycle }) => fromCycle));
  const lengthOf = (name: string, stated: number) => ({
    stated,
    last: Math.max(...own(name).map(({ toCycle }) => toCycle)),
    idle: print.percent(
      100 *
        (1 -
          own(name)
            .filter(({ isBeside }) => isBeside !== true)
            .reduce((sum, { fromCycle, toCycle }) => sum + toCycle - fromCycle, 0) /
            (cores * stated)),
      0,
    ),
    text: `${print.count(stated)} cycles (${print.time(stated / hardware.clockMhz)})`,
  });
  const serial = lengthOf('serial', schedule.serialCycles);
  // Work may begin after cycle 0 where its events come in time; it ends with the last of the cycles that are stated.
  if (first < 0 || serial.last !== serial.stated) return `work ends at cycle ${serial.last}`;
  const subject =
    samples === 1
      ? 'The first training sample takes'
      : `The first ${print.count(samples)} training samples take`;
  const how =
    coding === 'ttfs'
      ? 'come at their time to first spike'
      : 'come at the times of their recording';
  const timed =
    coding === 'graded'
      ? ''
      : ` Input events ${how}: a sample takes ${print.count(Math.round(serialLatencyCycles))} cycles on average until its last weight is written, the time until its last event included.`;
  if (schedule.pipelinedCycles === null) {
    return `${subject} ${serial.text}, during which the cores are idle ${serial.idle} of the time: bubbles that no pipeline fills. ${reason ?? ''}${timed}`;
  }
  const pipelined = lengthOf('pipelined', schedule.pipelinedCycles);
  if (pipelined.last !== pipelined.stated) return `work ends at cycle ${pipelined.last}`;
  const faster = print.significant(serial.stated / pipelined.stated, 3);
  return `${subject} ${serial.text} serially and ${pipelined.text} pipelined, ${faster} times as fast; cores are idle ${serial.idle} of the time serially and ${pipelined.idle} pipelined. The weights are the same bits.${timed}`;
}

/** Test errors by epoch; curves end after their own last epoch. */
export function errorCurves(result: ResultRecord): Readonly<Record<string, readonly number[]>> {
  const { epochs } = statedIn(result).training;
  const own = result.epochs.slice(0, epochs);
  return {
    'var(--chip)': curve(own.map(({ chip }) => chip.testErrorPercent)),
    'var(--reference)': curve(
      result.epochs.map(({ reference }) => reference?.testErrorPercent ?? null),
    ),
  };
}
