import { type ChipModel, coreKinds, withCounts } from '../../hardware/chip-model.js';
import { InputError } from '../../units/input-error.js';
import { mostCores } from '../../units/limits.js';
import { suggestion } from '../../units/nearest-name.js';

/* Cores that an estimate assumes in place of the chip's own: the option --cores. */

/** How many cores there are; where a chip has kinds of cores, how many of those that are named. */
export type AssumedCores = number | Readonly<Record<string, number>>;

function parseCount(text: string, count: string): number {
  const cores = Number(count);
  if (/^\d+$/.test(count) && cores >= 1 && cores <= mostCores) return cores;
  throw new InputError(
    `--cores ${text}: ${count === text ? 'is' : `"${count}" is`} not a number of cores; write a whole number from 1 to ${mostCores}, or one for each kind of core, such as hidden=4,output=1`,
  );
}

/** Reads `12`, or `hidden=4,output=1`. @throws InputError */
export function parseCores(text: string): AssumedCores {
  if (!text.includes('=')) return parseCount(text, text);
  const counts = new Map<string, number>();
  for (const part of text.split(',')) {
    const [name = '', ...rest] = part.split('=');
    const kind = name.trim();
    if (counts.has(kind)) {
      throw new InputError(`--cores ${text}: "${kind}" stands twice; give each kind one count`);
    }
    counts.set(kind, parseCount(text, rest.join('=').trim()));
  }
  return Object.fromEntries(counts);
}

/** `hidden=4,output=1`, as the option takes it. */
export function coresText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}=${count}`)
    .join(',');
}

/** Cores of every kind of the chip, by name; null where all are alike. */
export function countsOfKinds(chip: ChipModel): Readonly<Record<string, number>> | null {
  const { kinds } = chip;
  return kinds === undefined
    ? null
    : Object.fromEntries(kinds.map(({ name, count }) => [name, count]));
}

/** The chip with as many cores as are asked for. @throws InputError where it has no such kinds of them, or would have too many */
export function withCores(chip: ChipModel, cores: AssumedCores | null): ChipModel {
  if (cores === null) return chip;
  const own = countsOfKinds(chip);
  if (typeof cores === 'number') {
    if (own === null) return withCounts(chip, [cores]);
    throw new InputError(
      `--cores ${cores}: ${chip.name} has several kinds of cores; say how many of which, such as --cores ${coresText(own)}`,
    );
  }
  const asked = coresText(cores);
  if (own === null) {
    throw new InputError(
      `--cores ${asked}: the cores of ${chip.name} are all alike; write one number, such as --cores ${chip.coreCount}`,
    );
  }
  const names = Object.keys(own);
  const unknown = Object.keys(cores).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InputError(
      `--cores ${asked}: ${chip.name} has no kind of core "${unknown}"; it has ${names.join(', ')}${suggestion(unknown, names)}`,
    );
  }
  const asks = new Map(Object.entries(cores));
  const counts = coreKinds(chip).map(({ name, count }) => asks.get(name ?? '') ?? count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > mostCores) {
    throw new InputError(
      `--cores ${asked}: ${total} cores in all, a chip has at most ${mostCores}; write smaller numbers`,
    );
  }
  return withCounts(chip, counts);
}
