import { z } from 'zod';
import { chipSchema } from './chip-schema.js';
import { sramWitnessSchema } from './sram/sram-witnesses.js';
import { technologyFileSchema } from './technology-schema.js';

/**
 * JSON Schemas of the model files, for editors: file name under `hardware-models/schema/` → text. They describe what
 * is written in YAML (`0.8 V` is a text), not what is read from it.
 */
export function modelSchemas(): ReadonlyMap<string, string> {
  const render = (schema: z.ZodType): string =>
    `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`;
  return new Map([
    ['chip.schema.json', render(chipSchema)],
    ['technology.schema.json', render(technologyFileSchema)],
    ['sram-witnesses.schema.json', render(sramWitnessSchema)],
  ]);
}
