import type { CustomSeriesRenderItem } from 'echarts';
import type { PriceSensitivityRecord } from '../../../experiment/record/cost-schema.js';
import type { ResultRecord } from '../../../experiment/record/result-record.js';
import type { RunKind } from '../../../ledger/ledger-row.js';
import { decisivePrices, priceName } from '../decisive-prices.js';
import { labelAxis, lengthAxis } from '../../kit/bar-axes.js';
import { chartFont, ink, muted, renderChart } from '../../kit/chart.js';
import type { Markup } from '../../kit/markup.js';
import { energyPrefix, formatNumber, type UnitPrefix, withUnit } from '../../kit/quantity.js';
import { cheaperColor, dearerColor, runLabels } from '../../kit/vocabulary.js';

const rowHeightPx = 24;

/** A bar from the total at the price's low end to that at its high end, both written beside it. */
function bars(
  prices: readonly PriceSensitivityRecord[],
  totalNj: number,
  { factor }: UnitPrefix,
): CustomSeriesRenderItem {
  const inUnit = (energyNj: number): number => (1000 * energyNj) / factor;
  return (params, api) => {
    const price = prices[params.dataIndex];
    if (price === undefined) return null;
    const at = (energyNj: number): readonly [number, number] => {
      const [x = 0, y = 0] = api.coord([inUnit(energyNj), params.dataIndex]);
      return [x, y];
    };
    const [low, middle] = at(price.totalLowNj);
    const [[center], [high]] = [at(totalNj), at(price.totalHighNj)];
    const half = rowHeightPx / 2 - 5;
    const box = (from: number, to: number, fill: string) => ({
      type: 'rect' as const,
      shape: { x: from, y: middle - half, width: to - from, height: 2 * half },
      style: { fill },
    });
    const text = (x: number, energyNj: number, align: 'left' | 'right') => ({
      type: 'text' as const,
      style: {
        text: formatNumber(inUnit(energyNj), 3),
        x,
        y: middle,
        fill: muted,
        fontSize: 11,
        fontFamily: chartFont,
        align,
        verticalAlign: 'middle' as const,
      },
    });
    return {
      type: 'group',
      children: [
        box(low, center, cheaperColor),
        box(center, high, dearerColor),
        text(low - 5, price.totalLowNj, 'right'),
        text(high + 5, price.totalHighNj, 'left'),
      ],
    };
  };
}

/** Which prices move the energy of a sample most: each one alone at its low and at its high end. */
export function renderTornado(result: ResultRecord, run: RunKind, id: string): Markup {
  const prices = decisivePrices(result, run);
  const totalNj = result.perSample[run].energyNj;
  const prefix = energyPrefix(1000 * totalNj);
  const inUnit = (energyNj: number): number => (1000 * energyNj) / prefix.factor;
  const total = withUnit(formatNumber(inUnit(totalNj), 3), prefix.unit);
  const line = {
    type: 'custom',
    silent: true,
    z: 5,
    renderItem: ((_, api) => {
      const [x = 0, bottom = 0] = api.coord([inUnit(totalNj), prices.length - 1]);
      const [, top = 0] = api.coord([inUnit(totalNj), 0]);
      const half = rowHeightPx / 2;
      return {
        type: 'line',
        shape: { x1: x, y1: top - half, x2: x, y2: bottom + half },
        style: { stroke: ink, lineWidth: 1.2 },
      };
    }) satisfies CustomSeriesRenderItem,
    data: [[inUnit(totalNj), 0]],
  };
  return renderChart({
    id,
    description: `${runLabels[run]}: prices that move the energy of a sample, ${total}, most: ${prices.map(priceName).join(', ')}.`,
    widthPx: 760,
    heightPx: prices.length * rowHeightPx + 48,
    option: {
      grid: { left: 170, right: 60, top: 4, bottom: 42 },
      xAxis: lengthAxis(
        `energy per ${run === 'training' ? 'training sample' : 'inference'} [${prefix.unit}]`,
      ),
      yAxis: labelAxis(prices.map(priceName), { color: ink }),
      series: [
        {
          type: 'custom',
          silent: true,
          clip: false,
          renderItem: bars(prices, totalNj, prefix),
          encode: { x: [0, 1], y: 2 },
          data: prices.map((price, index) => [
            inUnit(price.totalLowNj),
            inUnit(price.totalHighNj),
            index,
          ]),
        },
        line,
      ],
    },
  });
}
