import type { ScheduleRecord } from '../../../src/experiment/record/result-record.js';

/** One bar a slot of 100 cycles; layer i is on core i − 1. Of each update the error signal takes the first 20. */
function slot(
  schedule: 'serial' | 'pipelined',
  layer: number,
  sample: number,
  kind: 'forward' | 'update',
  place: number,
): ScheduleRecord['intervals'] {
  const bar = { schedule, core: layer - 1, layer, sample };
  const [fromCycle, toCycle] = [100 * place, 100 * (place + 1)];
  if (kind === 'forward' || layer === 2) return [{ ...bar, kind, fromCycle, toCycle }];
  return [
    { ...bar, kind: 'feedback', fromCycle, toCycle: fromCycle + 20 },
    { ...bar, kind: 'update', fromCycle: fromCycle + 20, toCycle },
  ];
}

/** Two samples in two layers of equal stages: 2·k·b = 8 slots one after the other, k + 2b − 1 = 5 pipelined (docs/spec.md §8). */
export function sampleSchedule(): ScheduleRecord {
  const serial = [0, 1].flatMap((sample) => [
    ...slot('serial', 1, sample, 'forward', 4 * sample),
    ...slot('serial', 2, sample, 'forward', 4 * sample + 1),
    ...slot('serial', 1, sample, 'update', 4 * sample + 2),
    ...slot('serial', 2, sample, 'update', 4 * sample + 3),
  ]);
  const pipelined = [0, 1].flatMap((sample) => [
    ...slot('pipelined', 1, sample, 'forward', 2 * sample),
    ...slot('pipelined', 1, sample, 'update', 2 * sample + 1),
    ...slot('pipelined', 2, sample, 'forward', 2 * sample + 1),
    ...slot('pipelined', 2, sample, 'update', 2 * sample + 2),
  ]);
  return {
    coding: 'graded',
    samples: 2,
    serialCycles: 800,
    serialLatencyCycles: 400,
    pipelinedCycles: 500,
    pipelinedLatencyCycles: 300,
    reason: null,
    intervals: [...serial, ...pipelined],
  };
}
