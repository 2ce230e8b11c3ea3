import { isTrainingOnly } from '../ledger/components.js';
import { listedCores } from '../units/limits.js';
import type { PriceKind } from '../ledger/priced-ledger.js';
import {
  type AreaComponent,
  type ChipModel,
  type ComponentArea,
  isLogicPart,
  type LogicPart,
} from './chip-model.js';

/** All of one component in one core, or shared by all cores; idle cores after those that are listed are one. */
export interface ChipAreaPart extends Omit<ComponentArea, 'source'> {
  /** Null: all cores share it. */
  readonly core: number | null;
  /** Cores from this one on that have it, area and bits being those of each; absent: this one, or all that share it. */
  readonly cores?: number;
  readonly kind: PriceKind;
  /** It exists only because the chip learns. */
  readonly isTrainingOnly: boolean;
}

/** Area of a chip, in mm², and what it consists of; its three figures are null where a part is unknown. */
export interface ChipArea {
  readonly totalMm2: number | null;
  readonly lowMm2: number | null;
  readonly highMm2: number | null;
  readonly parts: readonly ChipAreaPart[];
}

/** Whether logic exists only because the chip learns. */
const isLearningLogic: Readonly<Record<LogicPart, boolean>> = {
  accumulators: false,
  activationTable: false,
  forwardLane: false,
  learningLane: true,
  router: false,
  controller: false,
};

function isLearningOnly(component: AreaComponent): boolean {
  return isLogicPart(component) ? isLearningLogic[component] : isTrainingOnly(component);
}

function partOf(area: ComponentArea, core: number | null): ChipAreaPart {
  const { component, bits, areaMm2, lowMm2, highMm2, kind } = area;
  const band = { areaMm2, lowMm2, highMm2 };
  return { core, component, bits, ...band, kind, isTrainingOnly: isLearningOnly(component) };
}

/** Of all cores; null where one of them is unknown. */
function sum(parts: readonly ChipAreaPart[], end: 'areaMm2' | 'lowMm2' | 'highMm2'): number | null {
  return parts.reduce<number | null>((total, { cores = 1, [end]: value }) => {
    return total === null || value === null ? null : total + cores * value;
  }, 0);
}

/**
 * Area of all cores, whether a network uses them or not, and of what they share.
 *
 * Not modelled: pads, wiring between cores, clock tree and program memory of the chip, a second port of the synapse
 * array. The band adds up as if all areas erred in the same direction.
 * @param usedCount cores, from core 0 on, that are listed one by one in any case; others where the chip is small.
 */
export function chipArea(
  { coreCount, areas }: Pick<ChipModel, 'coreCount' | 'areas'>,
  usedCount = 0,
): ChipArea {
  const listed = Math.min(coreCount, Math.max(usedCount, listedCores));
  const ofCores = Array.from({ length: listed }, (_, core) =>
    areas.core.map((area) => partOf(area, core)),
  );
  const idle = { core: listed, cores: coreCount - listed };
  const ofIdle =
    idle.cores === 0 ? [] : areas.core.map((area) => ({ ...partOf(area, 0), ...idle }));
  const shared = areas.shared.map((area) => partOf(area, null));
  const parts = [...ofCores.flat(), ...ofIdle, ...shared];
  return {
    totalMm2: sum(parts, 'areaMm2'),
    lowMm2: sum(parts, 'lowMm2'),
    highMm2: sum(parts, 'highMm2'),
    parts,
  };
}

/**
 * Learning overhead in area, %: what exists only because the chip learns, against the same chip without it. Null where
 * a part is unknown.
 */
export function learningAreaPercent({ parts }: Pick<ChipArea, 'parts'>): number | null {
  const areaOf = (isTrainingOnly: boolean): number | null =>
    sum(
      parts.filter((part) => part.isTrainingOnly === isTrainingOnly),
      'areaMm2',
    );
  const learning = areaOf(true);
  const without = areaOf(false);
  return learning === null || without === null || without === 0 ? null : (100 * learning) / without;
}

/** All of one component on a chip. */
export interface ComponentTotal extends Pick<
  ChipAreaPart,
  'component' | 'bits' | 'areaMm2' | 'lowMm2' | 'highMm2'
> {
  /** Cores that have it, bits and areas being those of each; 1 where all cores share it. */
  readonly cores: number;
}

/** The parts of an area by component, in the order of the first core. */
export function areaByComponent({ parts }: ChipArea): readonly ComponentTotal[] {
  const totals = new Map<AreaComponent, ComponentTotal>();
  for (const { component, bits, areaMm2, lowMm2, highMm2, cores = 1 } of parts) {
    const counted = totals.get(component)?.cores ?? 0;
    totals.set(component, { component, bits, areaMm2, lowMm2, highMm2, cores: counted + cores });
  }
  return [...totals.values()];
}
