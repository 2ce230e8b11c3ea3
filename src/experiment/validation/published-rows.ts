import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../package-root.js';

/** How a row came to be known; all but `computed` and `unverified` are evidence. */
const statuses = ['read-primary', 'read-secondary', 'simulated', 'computed', 'unverified'] as const;

const publishedSchema = z.strictObject({
  statuses: z.record(z.enum(statuses), z.string()),
  sources: z.record(z.string(), z.string()),
  rows: z.array(
    z.strictObject({
      chip: z.string(),
      param: z.string(),
      value: z.union([z.string(), z.number()]),
      unit: z.string(),
      source: z.string(),
      status: z.enum(statuses),
      note: z.string(),
    }),
  ),
});

/** One published figure. */
export interface PublishedRow {
  readonly chip: string;
  readonly figure: string;
  /** Everything that the row says, for comparison with what a claim quotes of it. */
  readonly text: string;
  readonly status: (typeof statuses)[number];
  /** What the status means, in words. */
  readonly statusMeaning: string;
  readonly source: string;
}

/** The rows of `hardware-models/validation/published.json`, with their sources. */
export function readPublishedRows(): readonly PublishedRow[] {
  const file = path.join(packageRoot, 'hardware-models/validation/published.json');
  const {
    statuses: meanings,
    sources,
    rows,
  } = publishedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return rows.map(({ chip, param, value, unit, source, status, note }) => ({
    chip,
    figure: param,
    text: `${param}: ${value} ${unit}; ${note}`,
    status,
    statusMeaning: meanings[status],
    source: sources[source] ?? source,
  }));
}
