import type { AreaRecord } from '../../experiment/estimate/area-record.js';
import {
  type AreaRow,
  formatAreaBand,
  sumMm2,
  unknownArea,
  unknownAreaReason,
  wholeMm2,
} from './area-facts.js';
import { markup, type Markup, noMarkup } from './markup.js';
import {
  formatChangePercent,
  formatCount,
  formatMemory,
  formatNumber,
  formatShare,
} from './quantity.js';
import { type Column, renderTable } from './table.js';

const unknown = markup`<em class="unpriced">${unknownArea}</em>`;

function figure(areaMm2: number | null): string | Markup {
  return areaMm2 === null ? unknown : formatNumber(areaMm2, 3);
}

function band(lowMm2: number | null, highMm2: number | null): string {
  return formatAreaBand(lowMm2, highMm2).replace(/\u00a0.*$/, '') || '–';
}

/** Columns that say what a component is and where. */
function componentColumns(): readonly Column<AreaRow>[] {
  return [
    {
      label: 'Component',
      unit: '',
      explanation: 'Memories as in the ledger, then what a core has of logic.',
      isNumeric: false,
      cell: ({ component }) => markup`<code>${component}</code>`,
    },
    {
      label: 'Cores',
      unit: '',
      explanation:
        'How many cores have it, whether the network uses them or not; shared: one for all.',
      isNumeric: true,
      cell: ({ cores }) => (cores === null ? 'shared' : formatCount(cores)),
    },
    {
      label: 'Holds',
      unit: 'on a core',
      explanation: 'What a memory can hold; – is logic.',
      isNumeric: true,
      cell: ({ bits }) => formatMemory(bits),
    },
  ];
}

/** @param totalMm2 of the chip, for the shares; null: unknown. */
function areaColumns(totalMm2: number | null): readonly Column<AreaRow>[] {
  return [
    ...componentColumns(),
    {
      label: 'Area',
      unit: 'mm² a core',
      explanation: 'All of the component on one core: every bank, every lane.',
      isNumeric: true,
      cell: ({ areaMm2 }) => figure(areaMm2),
    },
    {
      label: 'In all',
      unit: 'mm²',
      explanation: 'On all cores together.',
      isNumeric: true,
      cell: (row) => figure(wholeMm2(row)),
    },
    {
      label: 'Low–high',
      unit: 'mm² in all',
      explanation:
        'The band it is believed to lie in; in sums all areas err in the same direction.',
      isNumeric: true,
      cell: (row) => band(wholeMm2(row, 'lowMm2'), wholeMm2(row, 'highMm2')),
    },
    {
      label: 'Share',
      unit: '',
      explanation: 'Of the area of the chip.',
      isNumeric: true,
      cell: (row) => formatShare(wholeMm2(row) ?? 0, totalMm2 ?? 0),
    },
    {
      label: 'Kind',
      unit: '',
      explanation: 'What the area rests on, as prices do: measured is best, assumed has no source.',
      isNumeric: false,
      cell: ({ kind }) => kind,
    },
    {
      label: 'Needed by',
      unit: '',
      explanation: 'Whether it exists only because the chip learns.',
      isNumeric: false,
      cell: ({ trainingOnly }) => (trainingOnly ? 'learning only' : 'inference and learning'),
    },
  ];
}

/** A line of totals below the columns of areas. @param note in the last columns. */
function totalRow(
  label: string,
  [areaMm2, lowMm2, highMm2]: readonly [number | null, number | null, number | null],
  totalMm2: number | null,
  note = '',
): Markup {
  const share = formatShare(areaMm2 ?? 0, totalMm2 ?? 0);
  return markup`<tr class="total"><th scope="row" colspan="4">${label}</th><td class="n">${figure(areaMm2)}</td><td class="n">${band(lowMm2, highMm2)}</td><td class="n">${share}</td><td class="t" colspan="2">${note}</td></tr>`;
}

/** Components of unknown area, for which the whole chip has no area either; nothing where all are known. */
function renderUnknown(area: AreaRecord): Markup {
  const reason = unknownAreaReason(area, area.components.length);
  if (reason === null) return noMarkup;
  return markup`<p>Area of the chip: ${unknown}; ${reason}. An unknown area is never counted as 0.</p>`;
}

/**
 * Area of the whole chip by component, memories apart from logic, and the same chip without what it has only for learning.
 * As long for thousands of cores as for one.
 */
export function renderAreaTable(area: AreaRecord): Markup {
  const { totalMm2, components, learningOverheadPercent: percent } = area;
  if (components.length === 0) return renderUnknown(area);
  const sums = (rows: readonly AreaRow[]) =>
    [sumMm2(rows), sumMm2(rows, 'lowMm2'), sumMm2(rows, 'highMm2')] as const;
  const part = (heading: string, label: string, rows: readonly AreaRow[]) => ({
    heading: markup`${heading}`,
    rows,
    total: totalRow(label, sums(rows), totalMm2),
  });
  const memories = components.filter(({ bits }) => bits !== null);
  const logic = components.filter(({ bits }) => bits === null);
  const rest = components.filter(({ trainingOnly }) => !trainingOnly);
  const learning = components.filter(({ trainingOnly }) => trainingOnly);
  const added = percent === null ? '' : `${formatChangePercent(percent)} by learning`;
  const whole = [
    totalRow('The chip without its learning engine', sums(rest), totalMm2),
    totalRow('Its learning engine', sums(learning), totalMm2, added),
    totalRow('The whole chip', [totalMm2, area.lowMm2, area.highMm2], totalMm2),
  ];
  const table = renderTable('Area', areaColumns(totalMm2), [
    part('Memory', 'Memory', memories),
    part('Logic', 'Logic', logic),
    { heading: markup`Chip`, rows: [], total: markup`${whole}` },
  ]);
  return markup`${renderUnknown(area)}${table}`;
}
