import type { ResultRecord, ScheduleRecord } from '../../../experiment/record/result-record.js';
import { legend } from './charts-section.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatCount, formatNumber, formatPercent, formatTime } from '../../kit/quantity.js';
import { waitsForNext } from '../../../time/update-schedule.js';
import { renderScheduleChart } from '../charts/schedule-chart.js';
import { workColors } from '../../kit/vocabulary.js';

/** Share of the cores' cycles without a bar, per cent: the bubbles. */
export function idlePercent(
  { intervals }: ScheduleRecord,
  name: 'serial' | 'pipelined',
  cycles: number,
): number {
  const cores = new Set(intervals.map(({ core }) => core));
  const busy = intervals
    // What runs beside a forward pass is in that one's bar.
    .filter(({ schedule, isBeside }) => schedule === name && isBeside === undefined)
    .reduce((sum, { fromCycle, toCycle }) => sum + toCycle - fromCycle, 0);
  return 100 * (1 - busy / (cores.size * cycles));
}

/** What the picture says, in words. */
export function scheduleSentence(schedule: ScheduleRecord, clockMhz: number): string {
  const { samples, serialCycles, pipelinedCycles, reason } = schedule;
  const cycles = (count: number) =>
    `${formatCount(count)} cycles (${formatTime(count / clockMhz)})`;
  const idle = (name: 'serial' | 'pipelined', count: number) =>
    formatPercent(idlePercent(schedule, name, count), 0);
  const subject =
    samples === 1
      ? 'The first training sample takes'
      : `The first ${formatCount(samples)} training samples take`;
  if (pipelinedCycles === null) {
    return `${subject} ${cycles(serialCycles)}, during which the cores are idle ${idle('serial', serialCycles)} of the time: bubbles that no pipeline fills. ${reason ?? ''}`;
  }
  return `${subject} ${cycles(serialCycles)} serially and ${cycles(pipelinedCycles)} pipelined, ${formatNumber(serialCycles / pipelinedCycles, 3)} times as fast; cores are idle ${idle('serial', serialCycles)} of the time serially and ${idle('pipelined', pipelinedCycles)} pipelined. The weights are the same bits.`;
}

/** How the events came in, where they took their time. */
function codingSentence({ coding, serialLatencyCycles }: ScheduleRecord): string {
  if (coding === 'graded') return '';
  const how =
    coding === 'ttfs'
      ? 'come at their time to first spike'
      : 'come at the times of their recording';
  return ` Input events ${how}: a sample takes ${formatCount(Math.round(serialLatencyCycles))} cycles on average until its last weight is written, the time until its last event included.`;
}

/** Where the rows of an update are that waits for the next sample (docs/spec.md §5.1). */
function putOffSentence({ update }: ResultRecord['hardware']): string {
  return update === null || !waitsForNext(update.schedule)
    ? ''
    : ` Schedule ${update.schedule}: rows of a sample change within the forward bar of the next one, those of the last in a bar of their own.`;
}

/** When each core works; nothing where the record does not say. */
export function renderSchedule({ schedule, hardware }: ResultRecord): Markup {
  if (schedule === null) return noMarkup;
  const kinds = ['forward', 'feedback', 'update'] as const;
  const keys = legend(kinds.map((kind) => ({ label: kind, color: workColors[kind] })));
  const sentence = scheduleSentence(schedule, hardware.clockMhz) + codingSentence(schedule);
  return markup`<section><h2>When each core works</h2><p>${sentence}</p><figure><div class="chart schedule">${renderScheduleChart(schedule)}</div>${keys}<figcaption>Numbers and shades: samples. Event by event, from the first sample on, on a chip that has learned nothing yet.${putOffSentence(hardware)}</figcaption></figure></section>\n`;
}
