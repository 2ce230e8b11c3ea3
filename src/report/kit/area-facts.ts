import { type AreaRecord, groupAreaParts } from '../../experiment/estimate/area-record.js';
import type { ResultRecord } from '../../experiment/record/result-record.js';
import { formatChangePercent, formatNumber, withUnit } from './quantity.js';

/** All of one component of a chip: on one core, and on how many cores. */
export type AreaRow = AreaRecord['components'][number];

/** A word in place of an area that no hardware model knows. */
export const unknownArea = 'unknown';

/** The area of a run's chip, however many cores it has: one row per component. */
export function areaOfResult({ area, perSample }: ResultRecord): AreaRecord {
  const { parts, ...total } = area;
  const { area: learningOverheadPercent } = perSample.learningOverheadPercent;
  return { ...total, learningOverheadPercent, components: groupAreaParts(parts) };
}

/** mm² of a component on all its cores; null: unknown. */
export function wholeMm2(
  { cores, ...row }: AreaRow,
  end: 'areaMm2' | 'lowMm2' | 'highMm2' = 'areaMm2',
): number | null {
  const { [end]: areaMm2 } = row;
  return areaMm2 === null ? null : (cores ?? 1) * areaMm2;
}

/** Σ of the components, mm²; null: one of them is unknown. */
export function sumMm2(
  rows: readonly AreaRow[],
  end: 'areaMm2' | 'lowMm2' | 'highMm2' = 'areaMm2',
): number | null {
  return rows.reduce<number | null>((total, row) => {
    const areaMm2 = wholeMm2(row, end);
    return total === null || areaMm2 === null ? null : total + areaMm2;
  }, 0);
}

function formatArea(areaMm2: number | null): string {
  return areaMm2 === null ? unknownArea : withUnit(formatNumber(areaMm2, 3), 'mm²');
}

/** `2.1–5.03 mm²`; empty where the area is unknown. */
export function formatAreaBand(lowMm2: number | null, highMm2: number | null): string {
  if (lowMm2 === null || highMm2 === null) return '';
  return withUnit(`${formatNumber(lowMm2, 3)}–${formatNumber(highMm2, 3)}`, 'mm²');
}

/** Most components of unknown area that a short text names. */
const shownNames = 3;

/**
 * Why the area of the whole chip is unknown, for behind a colon or in brackets; null: it is known.
 * @param mostNames of components; the others are counted.
 */
export function unknownAreaReason(
  { components }: AreaRecord,
  mostNames = shownNames,
): string | null {
  if (components.length === 0) return 'older records do not have it';
  const names = components.filter(({ areaMm2 }) => areaMm2 === null).map((row) => row.component);
  if (names.length === 0) return null;
  if (names.length === components.length) return 'the hardware model has no areas';
  const hidden = names.length - mostNames;
  const shown = hidden > 1 ? [...names.slice(0, mostNames), `${hidden} more`] : names;
  return `the hardware model has no area of ${shown.join(', ')}`;
}

/** `3.2 mm² (2.1–5.03 mm²)`, or why it is unknown. */
export function areaText(area: AreaRecord): string {
  const note = unknownAreaReason(area) ?? formatAreaBand(area.lowMm2, area.highMm2);
  return note === '' ? formatArea(area.totalMm2) : `${formatArea(area.totalMm2)} (${note})`;
}

/** `+33.5 %`, or why it is unknown. */
export function areaOverheadText(area: AreaRecord): string {
  const { learningOverheadPercent: percent } = area;
  if (percent !== null) return formatChangePercent(percent);
  const reason = unknownAreaReason(area);
  return reason === null ? unknownArea : `${unknownArea} (${reason})`;
}

/** `Area of the chip: 3.2 mm² (2.1–5.03 mm²), +33.5 % by learning`. */
export function areaSentence(area: AreaRecord): string {
  const { learningOverheadPercent: percent } = area;
  const learning = percent === null ? '' : `, ${formatChangePercent(percent)} by learning`;
  return `Area of the chip: ${areaText(area)}${learning}`;
}
