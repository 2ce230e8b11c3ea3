import type { Experiment } from './experiment-schema.js';

/** The two sides of a run: either can be left out. */
export const sides = ['chip', 'reference'] as const;
/** A side of a run. */
export type Side = (typeof sides)[number];

/** Settings of the experiment that leave the other side out, by key; of both sides none. */
export function settingsOfOnly(side: Side | null): Readonly<Record<string, boolean>> {
  switch (side) {
    case null:
      return {};
    case 'chip':
      return { 'reference.enabled': false };
    case 'reference':
      return { 'chip.enabled': false, 'reference.enabled': true };
  }
}

/** Whether the experiment trains on the chip. */
export function isChipOn({ chip }: Pick<Experiment, 'chip'>): boolean {
  return chip === undefined;
}
