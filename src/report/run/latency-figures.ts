import type { ResultRecord } from '../../experiment/record/result-record.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { formatCount, formatTime, withUnit } from '../kit/quantity.js';

/** A key figure as it is printed. */
export type Figure = readonly [label: string, explanation: string, value: string];

/** `1,234 cycles, 12.3 µs`. */
function cyclesAndTime(cycles: number, us: number | null): string {
  return `${withUnit(formatCount(cycles), 'cycles')}, ${formatTime(us)}`;
}

/** Serial latency of a sample in cycles and time. */
export function latency(result: ResultRecord, run: RunKind): string {
  const { latencyCycles, latencyUs } = result.perSample[run];
  return cyclesAndTime(latencyCycles, latencyUs);
}

/** A batch of a locked rule, also with its samples following each other; nothing where there is none. */
function batchFigures({ batchLatency }: ResultRecord): readonly Figure[] {
  if (batchLatency === undefined) return [];
  const { samples, serialCycles, pipelinedCycles, serialUs, pipelinedUs } = batchLatency;
  return [
    [
      `Latency of a batch of ${samples}`,
      'One sample after the other; and pipelined inside the batch, on cores that hold all its samples: a closed form, whose memory and area are not counted.',
      `${cyclesAndTime(serialCycles, serialUs)}; pipelined ${cyclesAndTime(pipelinedCycles, pipelinedUs)}`,
    ],
  ];
}

/** Latencies of a sample; where updates overlap with the next one, that of training is an interval. */
export function latencyFigures(result: ResultRecord): readonly Figure[] {
  const isSerial = (result.hardware.update?.schedule ?? 'serial') === 'serial';
  return [
    ['Latency of an inference', 'Serial time of one sample.', latency(result, 'inference')],
    [
      'Latency of a training sample',
      isSerial
        ? 'Serial time of one sample.'
        : 'Mean time from one sample to the next: part of an update goes with the next sample.',
      latency(result, 'training'),
    ],
    ...batchFigures(result),
  ];
}
