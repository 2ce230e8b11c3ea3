import { z } from 'zod';
import { coreMemories, sharedMemories } from '../../ledger/components.js';
import { priceKinds } from '../../ledger/priced-ledger.js';
import { quantitySchema } from '../../units/quantity-schema.js';
import { provenance, source } from '../price-schema.js';

const macro = z.strictObject({
  bits: quantitySchema('information', 'Bits of one access.').pipe(z.int().min(1).max(4096)),
  words: z.int().min(1).max(0x7fff_ffff).describe('Words of the macro.'),
  read: quantitySchema('energy', 'One read of one word.', { isZeroAllowed: true }),
  write: quantitySchema('energy', 'One write of one word.', { isZeroAllowed: true }),
  leakage: quantitySchema('power', 'Of the macro.', { isZeroAllowed: true }),
  area: quantitySchema('area', 'Of the macro.', { isZeroAllowed: true }),
});

/** Memories of a chip that are priced by rows of a datasheet, in place of the law of its technology. */
export const macroTableSchema = z
  .strictObject({
    memories: z
      .array(z.enum([...coreMemories, ...sharedMemories]))
      .min(1)
      .describe('Memories whose banks are macros of this table.'),
    voltage: quantitySchema(
      'voltage',
      'Supply of the rows; at that of the chip energies go as its square, leakage as itself.',
    ),
    low: z.number().min(0).max(1).describe('Low end of every band, times the figure.'),
    high: z.number().min(1).max(1e6).describe('High end of every band, times the figure.'),
    kind: z.enum(priceKinds).exclude(['unknown']).describe('How well the figures are known.'),
    provenance,
    source,
    macros: z.array(macro).min(1).describe('Rows: one macro each.'),
  })
  .describe('Prices and areas of memories by a table of macros (hardware-models/README.md).');
