import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { prepareExperiment } from '../../src/experiment/file/prepare-experiment.js';
import { readExperiment } from '../../src/experiment/file/read-experiment.js';
import { checkModel } from '../../src/hardware/check-models.js';
import { parseFormat } from '../../src/numerics/format.js';
import { packageRoot } from '../../src/package-root.js';
import { InputError } from '../../src/units/input-error.js';
import { parseQuantity, printQuantity, type Quantity } from '../../src/units/quantity.js';
import { quantities } from '../units/quantity-names.js';
import { drawChip } from './drawn-chip.js';
import { drawExperiment, writeDrawn, writeSamples } from './drawn-experiment.js';
import { mutateGently } from './gentle.js';
import { type Draws, flowText, mutateText, mutateTree } from './mutations.js';
import type { FuzzCase, Reader } from './reader.js';
import { npyFiles, runAndReport, tinyExperiment, writeFiles } from './tiny.js';

/* Readers of descriptions: experiments, overrides, chips, technologies, the words in them. */

/** Keys that a tiny experiment does not need, so that they are changed too. */
const fullExperiment =
  `${tinyExperiment().replace('FC_2_FC_2', '[{ type: fc, neurons: 2, repeat: 2 }, { type: fc, neurons: 2 }]')}
activation: { hidden: tanh, output: sigmoid }
precision: { weight: s8.7, input: u8.8, activation: s8.7, rounding: { weight: stochastic, bias: nearest }, overflow: saturate }
events: { dense: false, threshold: 0 }
mapping: { layers: [{ layer: 1, neuronParts: 1, axonParts: 1 }] }
input: { coding: ttfs, cyclesPerStep: 4 }
activity: { input: 0.5, layers: 0.5, changedWords: 0.5 }
deployment: { samplesPerSecond: 10, trainingFraction: 0.1, battery: { charge: 200 mAh, voltage: 3 V } }
`.replace(
    'rule: drtp,',
    'rule: defp, batch: 1, optimizer: sgd, loss: bce, seed: 1, schedule: { name: step, everyEpochs: 1, factor: 0.5 }, defp: { variant: error, init: drtp }, lossReduction: sum,',
  );

const hardwareModels = path.join(packageRoot, 'hardware-models');
const chips = ['edge-28nm', 'mesh-28nm', 'edge-28nm-fused', 'odin-28nm', 'spoon-28nm'];

function shippedText(kind: 'chips' | 'technologies', name: string): string {
  return readFileSync(path.join(hardwareModels, kind, `${name}.yaml`), 'utf8');
}

/** A YAML text, changed as data or as text. */
function mutateYaml(draws: Draws, text: string): string {
  return draws.hits(0.75)
    ? stringify(mutateTree(draws, parse(text)), { aliasDuplicateObjects: draws.hits(0.2) })
    : mutateText(draws, text);
}

/** The same of a description that is used often: gently in a third of the cases. */
function mutateOrVary(draws: Draws, text: string): readonly [text: string, isMeantLegal: boolean] {
  const isMeantLegal = draws.hits(0.3);
  const tree = isMeantLegal ? stringify(mutateGently(draws, parse(text))) : null;
  return [tree ?? mutateYaml(draws, text), isMeantLegal];
}

async function prepareTiny(folder: string): Promise<void> {
  writeFiles(path.join(folder, 'data'), npyFiles());
  writeFiles(folder, { 'case.yaml': tinyExperiment() });
  return Promise.resolve();
}

/** Reads a chip or technology as `models check` does. */
function checked(file: string): void {
  const problems = checkModel(file).flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) throw new InputError(problems.join('\n'));
}

/** The same, and then an estimate from what was measured. */
const runAndEstimate = [
  ...runAndReport,
  ['estimate', 'case.yaml', '--result', 'out', '--out', 'estimated', '--rules', 'all'],
];

const experiments: Reader = {
  name: 'experiment',
  prepare: async (folder) => {
    await prepareTiny(folder);
    writeSamples(folder);
  },
  make: (draws, folder) => {
    const file = path.join(folder, 'case.yaml');
    if (draws.hits(0.3)) {
      const what = writeDrawn(folder, drawExperiment(draws));
      const use = draws.hits(0.5) ? runAndReport : runAndEstimate;
      // Its chip and samples too: a chip that cannot do it is refused, and no fault.
      return { what, read: () => prepareExperiment(file, [], folder), use, isMeantLegal: true };
    }
    const text = mutateYaml(draws, draws.hits(0.5) ? fullExperiment : tinyExperiment());
    writeFileSync(file, text);
    return { what: text, read: () => readExperiment(file, []), use: runAndReport };
  },
};

function pathsIn(value: unknown, above: readonly string[] = []): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => [
    [...above, key].join('.'),
    ...pathsIn(entry, [...above, key]),
  ]);
}

function partOf(whole: unknown, key: string): unknown {
  return typeof whole === 'object' && whole !== null && Object.hasOwn(whole, key)
    ? Reflect.get(whole, key)
    : undefined;
}

const setPaths = [
  ...pathsIn(parse(fullExperiment)),
  ...[
    'network.length',
    'network.4294967294',
    'network.map',
    '__proto__.x',
    'constructor.prototype.x',
    'dataset.name',
    '',
    'training..rule',
    'reference.backend',
  ],
];

/** A key and a value of a drawn experiment in another. */
function drawnOverride(draws: Draws, folder: string): FuzzCase {
  const { experiment } = drawExperiment(draws);
  const key = draws.pick(pathsIn(experiment).filter((name) => !/^(?:name|hardware)$/.test(name)));
  const value = key.split('.').reduce<unknown>(partOf, experiment) ?? null;
  const set = `${key}=${stringify(value, { collectionStyle: 'flow' }).trimEnd()}`;
  const what = writeDrawn(folder, drawExperiment(draws));
  const file = path.join(folder, 'case.yaml');
  const [run = [], ...others] = runAndReport;
  return {
    what: `--set ${set}\n${what}`,
    read: () => prepareExperiment(file, [set], folder),
    use: [[...run, `--set=${set}`], ...others],
    isMeantLegal: true,
  };
}

const overrides: Reader = {
  name: 'set',
  prepare: async (folder) => {
    await prepareTiny(folder);
    writeSamples(folder);
  },
  make: (draws, folder) => {
    if (draws.hits(0.3)) return drawnOverride(draws, folder);
    const file = path.join(folder, 'case.yaml');
    writeFileSync(file, draws.hits(0.5) ? fullExperiment : tinyExperiment());
    const key = draws.pick(setPaths);
    const tree = key.split('.').reduce(partOf, parse(fullExperiment));
    const value = flowText(mutateTree(draws, tree ?? 1));
    const set = draws.hits(0.2) ? mutateText(draws, `${key}=${value}`) : `${key}=${value}`;
    const [run = [], ...others] = runAndReport;
    return {
      what: `--set ${set}`,
      read: () => readExperiment(file, [set]),
      use: [[...run, `--set=${set}`], ...others],
    };
  },
};

/** A mutated model in its place. */
function modelCase(file: string, text: string, isMeantLegal: boolean): FuzzCase {
  writeFileSync(file, text);
  return {
    what: text,
    read: () => {
      checked(file);
    },
    use: runAndReport,
    isMeantLegal,
  };
}

const chipFiles: Reader = {
  name: 'chip',
  prepare: async (folder) => {
    await prepareTiny(folder);
    writeFiles(folder, { 'case.yaml': tinyExperiment(undefined, './chip.yaml') });
  },
  make: (draws, folder) => {
    const file = path.join(folder, 'chip.yaml');
    const name = draws.pick(chips);
    if (draws.hits(0.2)) return modelCase(file, stringify(drawChip(draws, name)), true);
    return modelCase(file, ...mutateOrVary(draws, shippedText('chips', name)));
  },
};

const technologies: Reader = {
  name: 'technology',
  prepare: async (folder) => {
    await prepareTiny(folder);
    cpSync(path.join(hardwareModels, 'technologies'), folder, { recursive: true });
    writeFiles(folder, {
      'case.yaml': tinyExperiment(undefined, './chip.yaml'),
      'chip.yaml': shippedText('chips', 'edge-28nm').replace(
        /^technology: .*$/m,
        'technology: ./technology.yaml',
      ),
    });
  },
  make: (draws, folder) => {
    const file = path.join(folder, 'technology.yaml');
    const name = draws.pick(['generic-28nm', 'generic-65nm', 'loihi-14nm']);
    return modelCase(file, ...mutateOrVary(draws, shippedText('technologies', name)));
  },
};

const tables: Reader = {
  name: 'table',
  prepare: async (folder) => {
    await prepareTiny(folder);
    cpSync(path.join(packageRoot, 'examples', 'accelergy'), folder, { recursive: true });
    cpSync(path.join(hardwareModels, 'technologies'), folder, { recursive: true });
    writeFiles(folder, {
      'case.yaml': tinyExperiment(undefined, './chip.yaml'),
      'own.yaml': shippedText('technologies', 'generic-28nm').replaceAll(
        'cacti-7-sram.csv',
        './table.csv',
      ),
    });
  },
  make: (draws, folder) => {
    const isCsv = draws.hits(0.5);
    const [name, original, model] = isCsv
      ? ([
          'table.csv',
          path.join(hardwareModels, 'technologies', 'cacti-7-sram.csv'),
          'own.yaml',
        ] as const)
      : ([
          'ert.yaml',
          path.join(packageRoot, 'examples', 'accelergy', 'ert.yaml'),
          'chip.yaml',
        ] as const);
    const bytes = readFileSync(original, 'utf8');
    const [text, isMeantLegal] = isCsv
      ? [mutateText(draws, bytes), false]
      : mutateOrVary(draws, bytes);
    writeFileSync(path.join(folder, name), text);
    return {
      what: text,
      read: () => {
        checked(path.join(folder, model));
      },
      use: isCsv ? [] : runAndReport,
      isMeantLegal,
    };
  },
};

const quantityTexts = [
  '0.8 V',
  '313 nJ',
  '200 mAh',
  '28 nm',
  '1 us',
  '100 MHz',
  '256 KiB',
  '3 pW',
  '0.32 mm²',
  '4 fF',
  '1e3 pJ',
  '3.0 Wh',
];

/** A number that was read must be one, and be printed as one. */
function readQuantity(text: string, quantity: Quantity): void {
  try {
    const printed = printQuantity(parseQuantity(text, quantity), quantity);
    if (!/^-?\d[\d.e+-]* \S+$/.test(printed)) throw new Error(`${text} is printed as ${printed}`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(error.message);
  }
}

function readFormat(text: string): void {
  try {
    parseFormat(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(error.message);
  }
}

function wordCase(draws: Draws): FuzzCase {
  const [text, other] = [
    mutateText(draws, draws.pick(quantityTexts)),
    mutateText(draws, draws.pick(['s8.7', 'u8.8', 's16.-2', 's1.0'])),
  ];
  const isFormat = draws.hits(0.4);
  return {
    what: isFormat ? other : text,
    read: () => {
      if (isFormat) readFormat(other);
      else readQuantity(text, draws.pick(quantities));
    },
    use: [],
  };
}

const formulas = [
  '0.1 pJ',
  'bits * 1 fJ',
  '(bits^2 + 3) * 0.2 fJ',
  'voltage^2 * 1 pF',
  'sramRead(bankBits, wordBits)',
  'logicScale(45 nm, 1 V) * 0.2 pJ',
  'interpolate(bits, 8, 1, 16, 2) * 1 pJ',
];

const words: Reader = {
  name: 'quantity',
  prepare: prepareTiny,
  make: (draws, folder) => {
    if (draws.hits(0.85)) return wordCase(draws);
    const file = path.join(folder, 'chip.yaml');
    const energy = mutateText(draws, draws.pick(formulas)).replaceAll('\n', ' ');
    const prices = {
      'datapath.multiplyAccumulate': {
        energy,
        low: '0 pJ',
        high: draws.pick(['1 mJ', energy]),
        kind: 'assumed',
        source: 'fuzz',
      },
    };
    const chip: unknown = { ...(parse(shippedText('chips', 'edge-28nm')) as object), prices };
    writeFileSync(file, stringify(chip));
    return {
      what: energy,
      read: () => {
        checked(file);
      },
      use: [],
    };
  },
};

export const modelReaders: readonly Reader[] = [
  experiments,
  overrides,
  chipFiles,
  technologies,
  tables,
  words,
];
