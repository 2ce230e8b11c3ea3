import { isTrainingOnly } from '../ledger/components.js';
import { listedCores } from '../units/limits.js';
import type { PriceKind } from '../ledger/priced-ledger.js';
import {
  type AreaComponent,
  type ChipCores,
  type ComponentArea,
  type CoreKind,
  coreKinds,
  isLogicPart,
  kindOfCore,
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

/** Parts of the cores of one kind: those up to `listed` one by one, then the others as one. */
function partsOfKind(
  { firstCore, count, areas }: CoreKind,
  listed: number,
): readonly ChipAreaPart[] {
  const ownListed = Math.min(count, Math.max(0, listed - firstCore));
  const ofCores = Array.from({ length: ownListed }, (_, index) =>
    areas.map((area) => partOf(area, firstCore + index)),
  );
  const idle = { core: firstCore + ownListed, cores: count - ownListed };
  const ofIdle = idle.cores === 0 ? [] : areas.map((area) => ({ ...partOf(area, 0), ...idle }));
  return [...ofCores.flat(), ...ofIdle];
}

/**
 * Area of all cores, each with what its kind has, whether a network uses them or not, and of what they share.
 *
 * Not modelled: pads, wiring between cores, clock tree and program memory of the chip, a second port of the synapse
 * array. The band adds up as if all areas erred in the same direction.
 * @param usedCount cores, from core 0 on, that are listed one by one in any case; others where the chip is small.
 */
export function chipArea(chip: ChipCores, usedCount = 0): ChipArea {
  const listed = Math.min(chip.coreCount, Math.max(usedCount, listedCores));
  const shared = chip.areas.shared.map((area) => partOf(area, null));
  const parts = [...coreKinds(chip).flatMap((kind) => partsOfKind(kind, listed)), ...shared];
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

/** All of one component on a chip, in cores of the same size. */
export interface ComponentTotal extends Pick<
  ChipAreaPart,
  'component' | 'bits' | 'areaMm2' | 'lowMm2' | 'highMm2'
> {
  /** Kind of the cores; null: all cores are alike, or all share it. */
  readonly kind: string | null;
  /** Cores that have it, bits and areas being those of each; 1 where all cores share it. */
  readonly cores: number;
}

/** The area of a chip by component and kind of core, in the order of the parts. */
export function areaByComponent(chip: ChipCores): readonly ComponentTotal[] {
  const totals = new Map<string, ComponentTotal>();
  for (const { core, component, bits, areaMm2, lowMm2, highMm2, cores = 1 } of chipArea(chip)
    .parts) {
    const kind = core === null ? null : kindOfCore(chip, core).name;
    const key = `${kind ?? ''}/${component}`;
    const counted = totals.get(key)?.cores ?? 0;
    totals.set(key, { kind, component, bits, areaMm2, lowMm2, highMm2, cores: counted + cores });
  }
  return [...totals.values()];
}
