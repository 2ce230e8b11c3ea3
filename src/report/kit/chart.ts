import { createRequire } from 'node:module';
import type { EChartsCoreOption } from 'echarts/core';
import type * as ECharts from 'echarts';
import { escapeHtml, Markup } from './markup.js';

/*
 * Its bundle: a sixth of the processor time that its 585 modules take to load, which every command with a page would wait
 * for. It draws the same.
 */
const { init } = createRequire(import.meta.url)('echarts/dist/echarts.min.js') as typeof ECharts;

/** Colours that follow the page's light or dark scheme. */
export const ink = 'var(--ink)';
export const muted = 'var(--muted)';
export const rule = 'var(--rule)';
export const paper = 'var(--paper)';
/** Inherited from the page, so that charts and text match. */
export const chartFont = 'inherit';

export const axisText = { color: muted, fontSize: 12, fontFamily: chartFont };

interface ChartSpec {
  /** Unique in the page; prefixes the ids inside the picture. */
  readonly id: string;
  /** What the picture says, for readers who cannot see it. */
  readonly description: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly option: EChartsCoreOption;
}

/**
 * Takes out what ECharts adds for interaction (hover rules, class names, data marks, name spaces that inline SVG does
 * not need) and gives ids that depend on the chart only: the library numbers them through the life of the process.
 */
function cleanSvg(svg: string, spec: ChartSpec): string {
  const ids = new Map<string, string>();
  const body = svg
    .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|xmlns(?::\w+)?|baseProfile)="[^"]*"/g, '')
    .replace(/\bzr\d+-[\w-]+/g, (id) => {
      const stable = ids.get(id) ?? `${spec.id}-${ids.size + 1}`;
      ids.set(id, stable);
      return stable;
    })
    .replace(/\n+/g, '\n');
  const open = `<svg viewBox="0 0 ${spec.widthPx} ${spec.heightPx}" role="img" aria-label="${escapeHtml(spec.description)}">`;
  return body.replace(/^<svg[^>]*>/, open);
}

/** Draws a chart as inline SVG: no script, no fonts, the same bytes for the same data. */
export function renderChart(spec: ChartSpec): Markup {
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: spec.widthPx,
    height: spec.heightPx,
  });
  chart.setOption({ animation: false, backgroundColor: 'transparent', ...spec.option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return Markup.trusted(cleanSvg(svg, spec));
}
