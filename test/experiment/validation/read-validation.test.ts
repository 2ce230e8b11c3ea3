import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';
import { jsonSchemas } from '../../../src/cli/write/json-schemas.js';
import { readPublishedRows } from '../../../src/experiment/validation/published-rows.js';
import {
  listValidations,
  readValidation,
} from '../../../src/experiment/validation/read-validation.js';
import { validateChip } from '../../../src/experiment/validation/validate.js';
import { shippedModel } from '../../../src/hardware/model-files.js';
import { packageRoot } from '../../../src/package-root.js';
import { InputError } from '../../../src/units/input-error.js';

const published = readPublishedRows();
const schemaName = 'hardware-models/schema/validation.schema.json';

/** One claim on ODIN's power, as a user might write it. */
const text = `chip: odin-28nm
workloads:
  operation:
    what: one read of a neuron, all cycles busy
    perOperation:
      - { action: neurons.read, count: 1 }
      - { action: datapath.add, bits: 8 bit, count: 1 }
    perCycle:
      - { action: clock.cycle, count: 1 }
claims:
  - name: power
    what: power at 75 MHz
    published: { chip: ODIN, figure: measured point A, value: 477 uW }
    prediction: { kind: actions, workload: operation, figure: power, rate: 37.5 MHz }
    constants:
      - { name: memories, basis: blind, from: CACTI 7 between two nodes }
    tolerancePercent: 5
    note: a claim for this test
notPredicted: []
`;

function edit(from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`"${from}" is not in the file to edit`);
  return text.replace(from, to);
}

function writeFile(t: ExecutionContext, content: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'validation-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, 'mine.yaml');
  writeFileSync(file, content);
  return file;
}

/** The refusal of this file, with `mine.yaml` in place of its path. */
async function refusal(t: ExecutionContext, content: string): Promise<string> {
  const file = writeFile(t, content);
  const error = await t.throwsAsync(async () => validateChip(readValidation(file, published)), {
    instanceOf: InputError,
  });
  return error.message.replaceAll(file, 'mine.yaml');
}

test('every shipped validation file is read, has the name of its chip, and is valid under its schema', (t) => {
  const names = listValidations();
  for (const chip of ['odin', 'spoon', 'tinyodin', 'reckon', 'truenorth']) {
    t.true(names.includes(`${chip}-28nm`));
  }
  const schema = jsonSchemas().get(schemaName) ?? '';
  t.is(readFileSync(path.join(packageRoot, schemaName), 'utf8'), schema);
  const validate = new Ajv2020().compile(JSON.parse(schema));
  for (const name of names) {
    t.is(readValidation(name, published).read.value.chip, name);
    const content = readFileSync(shippedModel('validation', name).absolutePath, 'utf8');
    t.true(
      content.startsWith('# yaml-language-server: $schema=../schema/validation.schema.json\n'),
    );
    t.true(validate(parse(content)), `${name}: ${JSON.stringify(validate.errors)}`);
  }
});

test('figures that claims state are those of the packaged rows, where these are numbers', (t) => {
  const { rows } = JSON.parse(
    readFileSync(path.join(packageRoot, 'hardware-models/validation/published.json'), 'utf8'),
  ) as { rows: { chip: string; param: string; value: string | number; unit: string }[] };
  let compared = 0;
  for (const name of listValidations()) {
    for (const { published: claimed } of readValidation(name, published).read.value.claims) {
      const row = rows.find(({ chip, param }) => chip === claimed.chip && param === claimed.figure);
      if (typeof row?.value !== 'number' || claimed.quoted !== undefined) continue;
      t.is(claimed.value.text, `${row.value} ${row.unit}`, `${name}: ${claimed.figure}`);
      compared += 1;
    }
  }
  t.true(compared >= 10);
});

test('no claim rests on a published row that was only recalled', (t) => {
  for (const name of listValidations()) {
    const { rows } = readValidation(name, published);
    t.true(
      rows.every(({ status }) => ['read-primary', 'read-secondary', 'simulated'].includes(status)),
    );
  }
});

test('an unknown action is refused with file, line, column and the nearest name', async (t) => {
  const message = await refusal(t, edit('action: neurons.read', 'action: neuron.read'));
  t.regex(
    message,
    /^mine\.yaml:6:19: workloads\.operation\.perOperation\[0\]\.action: "neuron\.read" is not allowed/,
  );
  t.regex(message, /did you mean "neurons\.read"\?/);
});

test('an unknown unit, a unit of something else and a negative tolerance are refused with file, line and column', async (t) => {
  t.regex(
    await refusal(t, edit('value: 477 uW', 'value: 477 uX')),
    /^mine\.yaml:13:63: claims\[0\]\.published\.value: "477 uX" is not a number with a unit/,
  );
  t.regex(
    await refusal(t, edit('value: 477 uW', 'value: 477 uJ, quoted: 477 uW')),
    /^mine\.yaml:13:63: claims\[0\]\.published\.value: "477 uJ" is in units of energy, the prediction is in units of power/,
  );
  t.regex(
    await refusal(t, edit('rate: 37.5 MHz', 'rate: 37.5 mm')),
    /^mine\.yaml:14:76: claims\[0\]\.prediction\.rate: .*"mm" is not one of its units/,
  );
  t.regex(
    await refusal(t, edit('tolerancePercent: 5', 'tolerancePercent: -5')),
    /^mine\.yaml:17:23: claims\[0\]\.tolerancePercent: -5 is too small; it must be at least 0/,
  );
});

test('a figure that the row does not say is refused, and so is a row that there is not', async (t) => {
  t.regex(
    await refusal(t, edit('value: 477 uW', 'value: 478 uW')),
    /^mine\.yaml:13:63: claims\[0\]\.published\.value: "478 uW" is not in the row, which says ".*477 uW/,
  );
  t.regex(
    await refusal(t, edit('figure: measured point A', 'figure: measured point C')),
    /^mine\.yaml:13:38: claims\[0\]\.published\.figure: published\.json has no row "measured point C" of ODIN;.*did you mean/,
  );
  t.regex(
    await refusal(t, edit('chip: ODIN,', 'chip: ODINN,')),
    /^mine\.yaml:13:24: claims\[0\]\.published\.chip: published\.json has no rows of ODINN;/,
  );
});

test('what a prediction lacks is refused at its place: a workload, a rate, a width, a price', async (t) => {
  t.regex(
    await refusal(t, edit('workload: operation,', 'workload: operations,')),
    /^mine\.yaml:14:44: claims\[0\]\.prediction\.workload: "operations" is not in the file, which has operation; did you mean "operation"\?/,
  );
  t.regex(
    await refusal(t, edit(', rate: 37.5 MHz', '')),
    /^mine\.yaml:14:5: claims\[0\]\.prediction: rate: missing; a power/,
  );
  t.regex(
    await refusal(t, edit('datapath.add, bits: 8 bit,', 'datapath.add,')),
    /^mine\.yaml:7:9: workloads\.operation\.perOperation\[1\]: bits: missing; datapath\.add is priced by/,
  );
  t.regex(
    await refusal(t, edit('neurons.read, count', 'neurons.read, bits: 8 bit, count')),
    /^mine\.yaml:6:39: workloads\.operation\.perOperation\[0\]\.bits: neurons\.read takes the width of the memory's word; leave bits out/,
  );
  t.regex(
    await refusal(t, edit('action: neurons.read', 'action: gradient.read')),
    /^mine\.yaml:6:19: workloads\.operation\.perOperation\[0\]\.action: gradient\.read has no price on odin-28nm/,
  );
});

test('an operating point outside the technology is refused at the claim that asks for it', async (t) => {
  const point = 'rate: 37.5 MHz, operatingPoint: { voltage: 3 V, clock: 75 MHz }';
  t.regex(
    await refusal(t, edit('rate: 37.5 MHz', point)),
    /^.*mine\.yaml:14:86: voltage: 3 V is outside the range of generic-28nm/,
  );
});

test('a name that is no validation file is refused with the names that there are', (t) => {
  t.throws(() => readValidation('odin-28n', published), {
    instanceOf: InputError,
    message: /not a shipped model; chips with published results are .*did you mean "odin-28nm"\?/,
  });
});

test('an update of a layer that does not learn, or takes more than one core, is refused with what to write', async (t) => {
  const original =
    'prediction: { kind: actions, workload: operation, figure: power, rate: 37.5 MHz }';
  const cycles = edit('value: 477 uW', 'value: 477 cycles, quoted: measured').replace(
    original,
    'prediction: { kind: cycles, figure: update, inputs: 256, neurons: 256 }',
  );
  t.regex(
    await refusal(t, cycles),
    /^mine\.yaml:14:5: claims\[0\]\.prediction: learns: missing; .* write learns: true$/,
  );
  const accesses = edit('chip: odin-28nm', 'chip: reckon-28nm')
    .replace('value: 477 uW', 'value: 477 accesses, quoted: measured')
    .replace(
      original,
      'prediction: { kind: accesses, action: synapses.read, of: update, inputs: 512, neurons: 256, learns: true }',
    );
  t.regex(
    await refusal(t, accesses),
    /neurons: 256 neurons of 512 inputs take more than one core; accesses are compared for one$/,
  );
});
