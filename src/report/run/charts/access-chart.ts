import { type Component, componentNames, isMemory } from '../../../ledger/components.js';
import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { type Phase, phases } from '../../../ledger/ledger-row.js';
import { labelAxis, lengthAxis } from '../../kit/bar-axes.js';
import { chartFont, ink, muted, renderChart } from '../../kit/chart.js';
import { ledgerLines } from '../../kit/ledger-view.js';
import type { Markup } from '../../kit/markup.js';
import { formatMeanCount } from '../../kit/quantity.js';
import { inferenceColor, trainingColor } from '../../kit/vocabulary.js';

/** Word accesses of one kind of memory in one phase, per sample, all layers together. */
interface AccessBar {
  readonly component: Component;
  readonly action: string;
  readonly phase: Phase;
  readonly inferencePerSample: number;
  readonly trainingPerSample: number;
}

/** The chart's data, memory by memory; reads before writes, phases in the order of the chip's work. */
export function accessBars(result: ResultRecord): readonly AccessBar[] {
  const bars = new Map<string, AccessBar>();
  for (const line of ledgerLines(result)) {
    const { component, action, phase, inference, training } = line;
    if (!isMemory(component)) continue;
    const key = `${component}.${action} ${phase}`;
    const known = bars.get(key);
    bars.set(key, {
      component,
      action,
      phase,
      inferencePerSample: (known?.inferencePerSample ?? 0) + (inference?.countPerSample ?? 0),
      trainingPerSample: (known?.trainingPerSample ?? 0) + (training?.countPerSample ?? 0),
    });
  }
  const memoryOf = (bar: AccessBar) => componentNames.indexOf(bar.component);
  const isWrite = (bar: AccessBar) => Number(bar.action === 'write');
  return [...bars.values()].sort(
    (left, right) =>
      memoryOf(left) - memoryOf(right) ||
      isWrite(left) - isWrite(right) ||
      phases.indexOf(left.phase) - phases.indexOf(right.phase),
  );
}

const rowHeightPx = 25;

/** Reads and writes of each memory per sample and phase, inference beside training. */
export function renderAccessChart(result: ResultRecord, id: string): Markup {
  const bars = accessBars(result);
  const series = (name: string, color: string, values: readonly number[]) => ({
    type: 'bar',
    name,
    silent: true,
    barWidth: 9,
    barGap: '10%',
    itemStyle: { color },
    emphasis: { disabled: true },
    label: {
      show: true,
      position: 'right',
      distance: 4,
      color: muted,
      fontSize: 10.5,
      fontFamily: chartFont,
      formatter: ({ dataIndex }: { readonly dataIndex: number }) =>
        formatMeanCount(values[dataIndex] ?? 0),
    },
    data: values.map((value) => (value === 0 ? null : value)), // no bar, no label where nothing happens
  });
  return renderChart({
    id,
    description: 'Word accesses of each memory per sample and phase, inference beside training.',
    widthPx: 760,
    heightPx: bars.length * rowHeightPx + 44,
    option: {
      grid: { left: 170, right: 64, top: 4, bottom: 40 },
      xAxis: lengthAxis('accesses per sample [words]'),
      yAxis: labelAxis(
        bars.map(({ component, action, phase }) => `${component}.${action}, ${phase}`),
        { color: ink },
      ),
      series: [
        series(
          'inference',
          inferenceColor,
          bars.map((bar) => bar.inferencePerSample),
        ),
        series(
          'training',
          trainingColor,
          bars.map((bar) => bar.trainingPerSample),
        ),
      ],
    },
  });
}
