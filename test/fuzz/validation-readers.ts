import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { validateChip } from '../../src/experiment/validation/validate.js';
import { readPublishedRows } from '../../src/experiment/validation/published-rows.js';
import { readValidation } from '../../src/experiment/validation/read-validation.js';
import { compareSramWitnesses } from '../../src/hardware/sram/sram-witnesses.js';
import { packageRoot } from '../../src/package-root.js';
import { sramWitnessSection } from '../../src/report/validation/sram-witness-section.js';
import { verdictTable } from '../../src/report/validation/validation-figures.js';
import { mutateGently } from './gentle.js';
import { type Draws, mutateText, mutateTree } from './mutations.js';
import { checkFigures } from './outcomes.js';
import type { Reader } from './reader.js';

/* Readers of what is published: validation files and SRAM macros. */

const models = path.join(packageRoot, 'hardware-models');
const chips = ['odin-28nm', 'tinyodin-28nm', 'loihi-14nm', 'spoon-28nm', 'reckon-28nm'];
const published = readPublishedRows();

/** Content of a file, by key. */
type Listed = Record<string, unknown>;

/** Shipped files by path, paths to other files made whole; parsing them takes longer than reading a mutant. */
const contents = new Map<string, Listed>();

function contentOf(file: string): Listed {
  const content =
    contents.get(file) ??
    (parse(readFileSync(file, 'utf8').replaceAll('../../', `${packageRoot}/`)) as Listed);
  contents.set(file, content);
  return content;
}

/** A file with at most two entries of a list, so that a mutant of it is quick and its changes are in what is read. */
function few(draws: Draws, file: string, key: string): Listed {
  const content = contentOf(file);
  const entries = content[key] as readonly unknown[];
  const taken = Array.from({ length: 2 }, () => draws.pick(entries));
  return { ...content, [key]: [...new Set(taken)] };
}

function mutated(draws: Draws, content: Listed): string {
  return draws.hits(0.8)
    ? stringify(mutateTree(draws, content))
    : mutateText(draws, stringify(content));
}

const validations: Reader = {
  name: 'validation',
  prepare: () => Promise.resolve(),
  make: (draws, folder) => {
    const shipped = path.join(models, 'validation', `${draws.pick(chips)}.yaml`);
    const isMeantLegal = draws.hits(0.3);
    const claims = few(draws, shipped, 'claims');
    const text = isMeantLegal ? stringify(mutateGently(draws, claims)) : mutated(draws, claims);
    const file = path.join(folder, 'own.yaml');
    writeFileSync(file, text);
    return {
      what: text,
      read: async () => {
        const outcome = await validateChip(readValidation(file, published));
        checkFigures(verdictTable([outcome], () => true));
      },
      use: [['validate', './own.yaml']],
      isMeantLegal,
    };
  },
};

const witnesses: Reader = {
  name: 'sram-witnesses',
  prepare: () => Promise.resolve(),
  make: (draws, folder) => {
    const shipped = path.join(models, 'technologies', 'sram-witnesses.yaml');
    const macros = few(draws, shipped, 'witnesses');
    const text = draws.hits(0.3) ? stringify(mutateGently(draws, macros)) : mutated(draws, macros);
    const file = path.join(folder, 'sram-witnesses.yaml');
    writeFileSync(file, text);
    return {
      what: text,
      read: () => {
        const section = sramWitnessSection(
          compareSramWitnesses({ absolutePath: file, shownPath: file }),
        );
        checkFigures(section.filter((line) => /^(?:\||- (?:Energies|Areas): )/.test(line)));
      },
      use: [],
    };
  },
};

export const validationReaders: readonly Reader[] = [validations, witnesses];
