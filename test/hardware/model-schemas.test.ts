import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import { parse } from 'yaml';
import { listModels, shippedModel } from '../../src/hardware/model-files.js';
import { modelSchemas } from '../../src/hardware/model-schemas.js';
import { packageRoot } from '../../src/package-root.js';

const schemaOf = { chips: 'chip.schema.json', technologies: 'technology.schema.json' } as const;

test('the schema files are those generated from the readers (npm run schema writes them)', (t) => {
  for (const [name, text] of modelSchemas()) {
    t.is(readFileSync(path.join(packageRoot, 'hardware-models/schema', name), 'utf8'), text, name);
  }
});

test('every shipped file is valid under its schema, which an editor would use', (t) => {
  for (const kind of ['chips', 'technologies'] as const) {
    const validate = new Ajv2020().compile(JSON.parse(modelSchemas().get(schemaOf[kind]) ?? ''));
    for (const name of listModels(kind)) {
      const text = readFileSync(shippedModel(kind, name).absolutePath, 'utf8');
      t.true(text.startsWith(`# yaml-language-server: $schema=../schema/${schemaOf[kind]}\n`));
      t.true(validate(parse(text)), `${name}: ${JSON.stringify(validate.errors)}`);
    }
  }
});
