import { readStrictYaml } from '../units/strict-yaml.js';
import { besideModel, findModel, type ModelFile, readModelText } from './model-files.js';
import { buildTechnology, type TechnologyModel } from './technology-model.js';
import { technologySchema } from './technology-schema.js';

/**
 * Loads a technology: a shipped name or a path; its SRAM table lies beside it.
 * @param from chip file that names it by a relative path; null: relative to the working directory.
 * @throws InputError with file, line and column
 */
export function loadTechnology(nameOrPath: string, from: ModelFile | null = null): TechnologyModel {
  const found = findModel('technologies', nameOrPath, from);
  const file = readStrictYaml(found.shownPath, readModelText(found), technologySchema);
  const table = file.value.sram?.table;
  const sramText = table === undefined ? '' : readModelText(besideModel(found, table));
  return buildTechnology(file, sramText);
}
