import { z } from 'zod';
import { modelSchemas } from '../../hardware/model-schemas.js';
import { estimateSchema } from '../../experiment/estimate/estimate-record.js';
import { experimentSchema } from '../../experiment/file/experiment-schema.js';
import { runSchema } from '../../experiment/record/run-record.js';
import { sweepSchema } from '../../experiment/study/sweep-schema.js';
import { validationSchema } from '../../experiment/validation/validation-schema.js';

function schemaText(schema: z.ZodType, title: string): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`;
}

/** Every JSON Schema of the project, by file below the package's root, generated from the types. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map([
    ...[...modelSchemas()].map(([name, text]) => [`hardware-models/schema/${name}`, text] as const),
    [
      'hardware-models/schema/validation.schema.json',
      schemaText(validationSchema, 'Spikeledger validation'),
    ],
    ['docs/schema/experiment.schema.json', schemaText(experimentSchema, 'Spikeledger experiment')],
    ['docs/schema/sweep.schema.json', schemaText(sweepSchema, 'Spikeledger sweep')],
    ['docs/schema/result.schema.json', schemaText(runSchema, 'Spikeledger result')],
    ['docs/schema/estimate.schema.json', schemaText(estimateSchema, 'Spikeledger estimate')],
  ]);
}
