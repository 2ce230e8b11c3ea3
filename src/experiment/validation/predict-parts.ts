import type { ChipModel, ComponentArea } from '../../hardware/chip-model.js';
import type { KeyPath } from '../../units/strict-yaml.js';
import { type Predicted, type Refuse, withoutBand } from './predicted.js';
import type { CountedParts, Prediction } from './validation-schema.js';

interface AreaBand {
  readonly area: number;
  readonly low: number;
  readonly high: number;
}

/** The parts as the chip has them. @throws InputError where it has no such part */
function findParts(
  parts: CountedParts,
  { areas, name }: ChipModel,
  path: KeyPath,
  refuse: Refuse,
): readonly { readonly part: ComponentArea; readonly cores: number; readonly path: KeyPath }[] {
  return parts.map(({ component, cores }, index) => {
    const part = areas.core.find((one) => one.component === component);
    if (part !== undefined) return { part, cores, path: [...path, index] };
    throw refuse(
      [...path, index, 'component'],
      `a core of ${name} has no ${component}; it has ${areas.core.map((one) => one.component).join(', ')}`,
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

/** Area of parts of a chip, counted of as many cores as the file says. @throws InputError */
export function predictArea(
  { parts }: Prediction & { readonly kind: 'area' },
  chip: ChipModel,
  path: KeyPath,
  refuse: Refuse,
): Predicted {
  const { area, low, high } = sumAreas(parts, chip, [...path, 'parts'], refuse);
  return { quantity: 'area', value: area, low, high };
}

/**
 * What parts for learning add to the others, per cent of these. Without a band: the ends of both sums have causes in common.
 * @throws InputError
 */
export function predictOverhead(
  { of, learning, inference }: Prediction & { readonly kind: 'overhead' },
  chip: ChipModel,
  path: KeyPath,
  refuse: Refuse,
): Predicted {
  const sum = (parts: CountedParts, key: 'learning' | 'inference'): number =>
    of === 'area'
      ? sumAreas(parts, chip, [...path, key], refuse).area
      : sumBits(parts, chip, [...path, key], refuse);
  const value = (100 * sum(learning, 'learning')) / sum(inference, 'inference');
  return withoutBand({ quantity: 'percent', value });
}
