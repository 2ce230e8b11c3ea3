import test from 'ava';
import {
  gridCycles,
  renderScheduleChart,
} from '../../../../src/report/run/charts/schedule-chart.js';
import {
  idlePercent,
  renderSchedule,
  scheduleSentence,
} from '../../../../src/report/run/sections/schedule-section.js';
import { renderScheduleTrace } from '../../../../src/report/files/schedule-trace.js';
import { sampleResult } from '../../samples/sample-result.js';
import { sampleSchedule } from '../../samples/sample-schedule.js';

test('the sentence gives both times, the speed-up and the bubbles (8 slots against 5, 8 of 16 and 8 of 10 busy)', (t) => {
  t.is(
    scheduleSentence(sampleSchedule(), 100).replaceAll('\u00a0', ' '),
    'The first 2 training samples take 800 cycles (8 µs) serially and 500 cycles (5 µs) pipelined, 1.6 times as fast; cores are idle 50 % of the time serially and 20 % pipelined. The weights are the same bits.',
  );
});

test('a locked rule says why there is no pipeline', (t) => {
  const all = sampleSchedule();
  const locked = {
    ...all,
    pipelinedCycles: null,
    pipelinedLatencyCycles: null,
    reason: 'Rule bp is locked.',
    intervals: all.intervals.filter(({ schedule }) => schedule === 'serial'),
  };
  t.regex(scheduleSentence(locked, 100), /idle 50.% of the time: .* Rule bp is locked\.$/);
  const chart = renderScheduleChart(locked).text;
  t.true(chart.includes('locked: one sample after the other'));
  t.false(chart.includes('pipelined'));
});

test('idle cycles are those of all cores without a bar', (t) => {
  t.is(idlePercent(sampleSchedule(), 'serial', 800), 50);
  // Two cores of 1000 cycles each, 800 of the 2000 busy.
  t.is(idlePercent(sampleSchedule(), 'pipelined', 1000), 60);
});

test('the picture has a bar for every interval, on one scale: a forward pass is as wide serially as pipelined', (t) => {
  const schedule = sampleSchedule();
  const chart = renderScheduleChart(schedule).text;
  const widths = [...chart.matchAll(/<rect [^>]*width="([\d.]+)"[^>]*><title>forward/g)].map(
    ([, width]) => width,
  );
  t.is(chart.split('<rect').length - 1, schedule.intervals.length);
  t.is(widths.length, 8);
  t.is(new Set(widths).size, 1);
  t.true(chart.includes('core 0, layer 1') && chart.includes('core 1, layer 2'));
});

test('what runs beside a forward pass lies on its bar, counts in no idle time, and has a thread of its own in the trace', (t) => {
  const all = sampleSchedule();
  const rows = { schedule: 'serial', core: 0, layer: 1, sample: 0, kind: 'update' } as const;
  const beside = { ...rows, fromCycle: 400, toCycle: 450, isBeside: true } as const;
  const schedule = { ...all, intervals: [beside, ...all.intervals] };
  t.is(idlePercent(schedule, 'serial', 800), idlePercent(all, 'serial', 800));
  const chart = renderScheduleChart(schedule).text;
  const serial = chart.slice(0, chart.indexOf('pipelined'));
  const last = [...serial.matchAll(/<rect [^>]*height="(\d+)"[^>]*><title>([^<]*)/g)].at(-1);
  t.deepEqual(last?.slice(1), ['7', 'update of sample 1: cycles 400 to 450']);
  const text = renderScheduleTrace(sampleResult({ schedule })) ?? '';
  t.true(text.includes('"tid":1000000,"args":{"name":"core 0, layer 1, beside the next sample"}'));
});

test('grid lines are round numbers of cycles, at most nine with 0', (t) => {
  t.deepEqual(gridCycles(800), [0, 100, 200, 300, 400, 500, 600, 700, 800]);
  t.deepEqual(gridCycles(801), [0, 200, 400, 600, 800]);
  t.deepEqual(gridCycles(3), [0, 1, 2, 3]);
});

test('the trace has a process a schedule, a thread a core and a complete event a bar, in µs of the clock (trace-event format)', (t) => {
  const text = renderScheduleTrace(sampleResult()) ?? '';
  const { traceEvents } = JSON.parse(text) as {
    readonly traceEvents: readonly Readonly<Record<string, unknown>>[];
  };
  const names = traceEvents.filter(({ ph }) => ph === 'M');
  t.deepEqual(
    names.filter(({ name }) => name === 'process_name').map(({ pid, args }) => [pid, args]),
    [
      [1, { name: 'serial' }],
      [2, { name: 'pipelined' }],
    ],
  );
  t.is(names.filter(({ name }) => name === 'thread_name').length, 4);
  // Layer 2 takes sample 2 forward in slot 3 of the pipeline: cycles 300 to 400 at 100 MHz.
  const bar = traceEvents.find(
    ({ pid, tid, name }) => pid === 2 && tid === 1 && name === 'forward 2',
  );
  t.like(bar, { ph: 'X', cat: 'forward', ts: 3, dur: 1 });
  t.is(traceEvents.filter(({ ph }) => ph === 'X').length, sampleSchedule().intervals.length);
});

test('a record without a schedule has no section and no trace', (t) => {
  const result = sampleResult({ schedule: null });
  t.is(renderSchedule(result).text, '');
  t.is(renderScheduleTrace(result), null);
});

test('the section says how timed events came, and how long a sample takes then', (t) => {
  const schedule = { ...sampleSchedule(), coding: 'ttfs' as const, serialLatencyCycles: 12_345.4 };
  const { text } = renderSchedule(sampleResult({ schedule }));
  t.true(text.includes('time to first spike: a sample takes 12,345 cycles'));
});
