import type { ResultRecord, ScheduleRecord } from '../../experiment/record/result-record.js';

/** Process of a schedule in the trace. */
const processes = { serial: 1, pipelined: 2 } as const;

/** One entry of Chrome's trace-event format; times in µs. */
type TraceEvent =
  | {
      readonly ph: 'M';
      readonly name: 'process_name' | 'thread_name';
      readonly pid: number;
      readonly tid: number;
      readonly args: { readonly name: string };
    }
  | {
      readonly ph: 'X';
      readonly name: string;
      readonly cat: string;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
      readonly dur: number;
      readonly args: Readonly<Record<'sample' | 'fromCycle' | 'toCycle', number>>;
    };

function metadataOf({ intervals }: ScheduleRecord): readonly TraceEvent[] {
  const names = new Map<string, TraceEvent>();
  for (const { schedule, core, layer } of intervals) {
    const pid = processes[schedule];
    const shared = { ph: 'M' as const, pid };
    const process = { ...shared, name: 'process_name' as const, tid: 0, args: { name: schedule } };
    names.set(schedule, process);
    const args = { name: `core ${core}, layer ${layer}` };
    const thread = { ...shared, name: 'thread_name' as const, tid: core, args };
    names.set(`${schedule} ${core}`, thread);
  }
  return [...names.values()];
}

/**
 * The schedule for chrome://tracing and Perfetto, in Chrome's trace-event format (JSON object form): one process per
 * schedule, one thread per core, one complete event ("X") per bar. Null where the record has no schedule.
 */
export function renderScheduleTrace({ schedule, hardware }: ResultRecord): string | null {
  if (schedule === null) return null;
  const { clockMhz } = hardware;
  const bars = schedule.intervals.map((interval): TraceEvent => {
    const { sample, kind, core, fromCycle, toCycle } = interval;
    return {
      ph: 'X',
      name: `${kind} ${sample + 1}`,
      cat: kind,
      pid: processes[interval.schedule],
      tid: core,
      ts: fromCycle / clockMhz,
      dur: (toCycle - fromCycle) / clockMhz,
      args: { sample: sample + 1, fromCycle, toCycle },
    };
  });
  const traceEvents = [...metadataOf(schedule), ...bars];
  return `${JSON.stringify({ displayTimeUnit: 'ns', traceEvents })}\n`;
}
