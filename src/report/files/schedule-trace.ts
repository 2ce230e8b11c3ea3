import type { ResultRecord, ScheduleRecord } from '../../experiment/record/result-record.js';
import { mostCores } from '../../units/limits.js';

type Interval = ScheduleRecord['intervals'][number];

/** Thread of a bar: its core; bars beside another one of the core have a thread of their own, for those of a thread do not overlap. */
function threadOf({ core, isBeside }: Interval): number {
  return isBeside === true ? mostCores + core : core;
}

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
  for (const interval of intervals) {
    const { schedule, core, layer, isBeside } = interval;
    const pid = processes[schedule];
    const shared = { ph: 'M' as const, pid };
    const process = { ...shared, name: 'process_name' as const, tid: 0, args: { name: schedule } };
    names.set(schedule, process);
    const what = isBeside === true ? ', beside the next sample' : '';
    const args = { name: `core ${core}, layer ${layer}${what}` };
    const tid = threadOf(interval);
    names.set(`${schedule} ${tid}`, { ...shared, name: 'thread_name', tid, args });
  }
  return [...names.values()];
}

/**
 * The schedule for chrome://tracing and Perfetto, in Chrome's trace-event format (JSON object form): one process per
 * schedule, one thread per core and one for what runs beside it, one complete event ("X") per bar. Null where the record has no schedule.
 */
export function renderScheduleTrace({ schedule, hardware }: ResultRecord): string | null {
  if (schedule === null) return null;
  const { clockMhz } = hardware;
  const bars = schedule.intervals.map((interval): TraceEvent => {
    const { sample, kind, fromCycle, toCycle } = interval;
    return {
      ph: 'X',
      name: `${kind} ${sample + 1}`,
      cat: kind,
      pid: processes[interval.schedule],
      tid: threadOf(interval),
      ts: fromCycle / clockMhz,
      dur: (toCycle - fromCycle) / clockMhz,
      args: { sample: sample + 1, fromCycle, toCycle },
    };
  });
  const traceEvents = [...metadataOf(schedule), ...bars];
  return `${JSON.stringify({ displayTimeUnit: 'ns', traceEvents })}\n`;
}
