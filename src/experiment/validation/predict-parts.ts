import { areaByComponent, chipArea, type ComponentTotal } from '../../hardware/chip-area.js';
import type { AreaComponent, ChipModel } from '../../hardware/chip-model.js';
import type { KeyPath } from '../../units/strict-yaml.js';
import { type AreaAccount, type Predicted, type Refuse, withoutBand } from './predicted.js';
import type { CountedParts, LeavesOut, Prediction } from './validation-schema.js';

interface AreaBand {
  readonly area: number;
  readonly low: number;
  readonly high: number;
}

/** Components of the chip with their areas, by the one function that makes areas. */
function componentsOf(chip: ChipModel): readonly ComponentTotal[] {
  return areaByComponent(chip);
}

/** What a file calls a component: of which kind of core, where cores differ. */
interface NamedComponent {
  readonly component: AreaComponent;
  readonly kind?: string | null | undefined;
}

function isSame(one: NamedComponent, other: NamedComponent): boolean {
  return one.component === other.component && (one.kind ?? null) === (other.kind ?? null);
}

/** `synapses`, or `synapses of kind conv`. */
function printComponent({ component, kind = null }: NamedComponent): string {
  return kind === null ? component : `${component} of kind ${kind}`;
}

/** The parts as the chip has them. @throws InputError where it has no such part */
function findParts(
  parts: CountedParts,
  chip: ChipModel,
  path: KeyPath,
  refuse: Refuse,
): readonly { readonly part: ComponentTotal; readonly cores: number; readonly path: KeyPath }[] {
  const components = componentsOf(chip);
  return parts.map((counted, index) => {
    const part = components.find((one) => isSame(one, counted));
    if (part !== undefined) return { part, cores: counted.cores, path: [...path, index] };
    throw refuse(
      [...path, index, 'component'],
      `a core of ${chip.name} has no ${printComponent(counted)}; it has ${components.map(printComponent).join(', ')}`,
    );
  });
}

/** Σ area × cores, mm². @throws InputError where an area is unknown */
function sumAreas(parts: CountedParts, chip: ChipModel, path: KeyPath, refuse: Refuse): AreaBand {
  const total = { area: 0, low: 0, high: 0 };
  for (const { part, cores, path: at } of findParts(parts, chip, path, refuse)) {
    const { areaMm2, lowMm2, highMm2, component } = part;
    if (areaMm2 === null || lowMm2 === null || highMm2 === null) {
      throw refuse([...at, 'component'], `the area of ${component} is unknown on ${chip.name}`);
    }
    total.area += cores * areaMm2;
    total.low += cores * lowMm2;
    total.high += cores * highMm2;
  }
  return total;
}

/** Σ bits × cores. @throws InputError where a part stores none */
function sumBits(parts: CountedParts, chip: ChipModel, path: KeyPath, refuse: Refuse): number {
  let total = 0;
  for (const { part, cores, path: at } of findParts(parts, chip, path, refuse)) {
    if (part.bits === null) {
      throw refuse([...at, 'component'], `${part.component} is logic and stores no bits`);
    }
    total += cores * part.bits;
  }
  return total;
}

/** Fractions of cores that are no difference: sums of decimal fractions are not exact. */
const countTolerance = 1e-9;

/**
 * What the parts leave out of the area of the whole chip file. @param parts all that the prediction counts
 * @throws InputError where a component is counted on another number of cores than the file has, and `leavesOut` does not
 * say so, or says another number
 */
function accountFor(
  parts: CountedParts,
  leavesOut: LeavesOut,
  chip: ChipModel,
  path: KeyPath,
  refuse: Refuse,
): Omit<AreaAccount, 'takenMm2'> {
  const { totalMm2: chipMm2 } = chipArea(chip);
  if (chipMm2 === null) {
    throw refuse(path, `the area of a part of ${chip.name} is unknown, so that of the chip is`);
  }
  const leftOut = areaByComponent(chip).flatMap((total) => {
    const { component, kind, cores, areaMm2 } = total;
    const counted = parts
      .filter((part) => isSame(total, part))
      .reduce((sum, part) => sum + part.cores, 0);
    const missing = cores - counted;
    const stated = leavesOut.find((entry) => isSame(total, entry));
    if (Math.abs(missing - (stated?.cores ?? 0)) > countTolerance) {
      throw refuse(
        [...path, 'leavesOut'],
        `${chip.name} has ${printComponent(total)} on ${cores} cores, the parts count ${counted}: leavesOut must say { component: ${component}, ${kind === null ? '' : `kind: ${kind}, `}cores: ${missing}, why: … }`,
      );
    }
    if (stated === undefined) return [];
    return [
      {
        component,
        kind,
        cores: stated.cores,
        areaMm2: stated.cores * (areaMm2 ?? 0),
        why: stated.why,
      },
    ];
  });
  const strange = leavesOut.findIndex((entry) => !leftOut.some((part) => isSame(part, entry)));
  if (strange >= 0) {
    const entry = leavesOut[strange];
    const component = entry === undefined ? '' : printComponent(entry);
    throw refuse(
      [...path, 'leavesOut', strange, 'component'],
      `${chip.name} has no ${component} that could be left out; take the entry away`,
    );
  }
  return { chipMm2, leftOut };
}

/** Area of parts of a chip, counted of as many cores as the file says. @throws InputError */
export function predictArea(
  { of, parts, leavesOut }: Prediction & { readonly kind: 'area' },
  chip: ChipModel,
  path: KeyPath,
  refuse: Refuse,
): Predicted {
  const { area, low, high } = sumAreas(parts, chip, [...path, 'parts'], refuse);
  const figure = { quantity: 'area', value: area, low, high } as const;
  if (of === 'chip') {
    const account = accountFor(parts, leavesOut, chip, path, refuse);
    return { ...figure, account: { ...account, takenMm2: area } };
  }
  const { totalMm2: chipMm2 } = chipArea(chip);
  // Of a chip whose other parts have no known area there is nothing to compare with.
  return chipMm2 === null
    ? figure
    : { ...figure, account: { chipMm2, takenMm2: area, leftOut: null } };
}

/**
 * What parts for learning add to the others, per cent of these. Without a band: the ends of both sums have causes in common.
 * @throws InputError
 */
export function predictOverhead(
  { of, learning, inference, leavesOut }: Prediction & { readonly kind: 'overhead' },
  chip: ChipModel,
  path: KeyPath,
  refuse: Refuse,
): Predicted {
  if (of === 'bits') {
    const bits = (parts: CountedParts, key: 'learning' | 'inference'): number =>
      sumBits(parts, chip, [...path, key], refuse);
    const value = (100 * bits(learning, 'learning')) / bits(inference, 'inference');
    return withoutBand({ quantity: 'percent', value });
  }
  const area = (parts: CountedParts, key: 'learning' | 'inference'): number =>
    sumAreas(parts, chip, [...path, key], refuse).area;
  const [forLearning, others] = [area(learning, 'learning'), area(inference, 'inference')];
  const account = accountFor([...learning, ...inference], leavesOut, chip, path, refuse);
  const figure = withoutBand({ quantity: 'percent', value: (100 * forLearning) / others });
  return { ...figure, account: { ...account, takenMm2: forLearning + others } };
}
