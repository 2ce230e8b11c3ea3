import type { PriceKind } from '../ledger/priced-ledger.js';
import { readStrictYaml } from '../units/strict-yaml.js';
import { chipSchema } from './chip-schema.js';
import { listModels, readModelText, shippedModel } from './model-files.js';
import type { provenances } from './price-schema.js';
import { technologyFileSchema } from './technology-schema.js';

/** How a figure was read; null: its file does not say. */
type Provenance = keyof typeof provenances | null;

/** A figure, or a table of figures, of a shipped file. */
export interface SourcedFigure {
  /** Name of the technology or chip. */
  readonly file: string;
  /** Such as `prices.clock.cycle`. */
  readonly name: string;
  /** Null: a table of figures. */
  readonly kind: PriceKind | null;
  readonly provenance: Provenance;
  readonly source: string;
}

interface Entry {
  readonly kind?: PriceKind;
  readonly provenance?: Exclude<Provenance, null> | undefined;
  readonly source: string;
}

function figuresOf(
  file: string,
  section: string,
  entries: Readonly<Record<string, Entry | undefined>> = {},
): readonly SourcedFigure[] {
  return Object.entries(entries).flatMap(([name, entry]) => {
    if (entry === undefined) return [];
    const { kind = null, provenance = null, source } = entry;
    return [{ file, name: section === '' ? name : `${section}.${name}`, kind, provenance, source }];
  });
}

function textOf(folder: 'technologies' | 'chips', name: string): readonly [string, string] {
  const found = shippedModel(folder, name);
  return [found.shownPath, readModelText(found)];
}

/** Every figure with a source that a shipped technology or chip states itself, in the order of their files. */
export function sourcedFigures(): readonly SourcedFigure[] {
  const technologies = listModels('technologies').flatMap((file) => {
    const { value: stated } = readStrictYaml(...textOf('technologies', file), technologyFileSchema);
    return [
      ...figuresOf(file, '', { sram: stated.sram, logicScaling: stated.logicScaling }),
      ...figuresOf(file, 'memories', stated.memories),
      ...figuresOf(file, 'prices', stated.prices),
      ...figuresOf(file, 'offChipPrices', stated.offChipPrices),
      ...figuresOf(file, 'areas', stated.areas),
    ];
  });
  const chips = listModels('chips').flatMap((file) => {
    const { value: stated } = readStrictYaml(...textOf('chips', file), chipSchema);
    return [
      ...figuresOf(file, '', { table: stated.table }),
      ...figuresOf(file, 'prices', stated.prices),
      ...figuresOf(file, 'areas', stated.areas),
    ];
  });
  return [...technologies, ...chips];
}
