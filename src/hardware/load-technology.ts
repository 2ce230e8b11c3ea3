import { InputError } from '../units/input-error.js';
import { Kept } from '../units/kept.js';
import { type KeyPath, readStrictYaml, type StrictYaml } from '../units/strict-yaml.js';
import {
  type AccelergyPrices,
  mappedPath,
  readAccelergyPrices,
} from './accelergy/accelergy-prices.js';
import {
  besideModel,
  findModel,
  listModels,
  type ModelFile,
  readModelText,
} from './model-files.js';
import { placeInMemories, pricesOfMemories } from './memory-defaults.js';
import { buildTechnology, type TechnologyModel, type TechnologyText } from './technology-model.js';
import { type Technology, type TechnologyFile, technologyFileSchema } from './technology-schema.js';

/** One file of a technology, and where it lies. */
interface Layer {
  readonly found: ModelFile;
  readonly text: string;
  readonly file: StrictYaml<TechnologyFile>;
  /** What the file takes from its energy-reference table. */
  readonly taken: AccelergyPrices;
}

/** A technology and what it extends: nobody can follow more files than this. */
const mostLayers = 4;

/** Keys whose entries are merged one by one; of all others the nearest file that states them counts. */
const mergedKeys: readonly PropertyKey[] = ['prices', 'offChipPrices', 'areas'];

/** A file that was found, and its text. */
interface ReadFile {
  readonly found: ModelFile;
  readonly text: string;
}

/** Files as they were read last: the chips of a study name the same. */
const keptFiles = new Kept<StrictYaml<TechnologyFile>>(8);

/** @throws InputError */
function readFile({ found: { shownPath }, text }: ReadFile): StrictYaml<TechnologyFile> {
  return keptFiles.get(`${shownPath}\n${text}`, () =>
    readStrictYaml(shownPath, text, technologyFileSchema),
  );
}

/** Result of `read`. @param locate makes the error of the file that names what cannot be read. */
function locating<Result>(locate: (sentence: string) => InputError, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw locate(error.message);
  }
}

/**
 * Reads the file that `name` in `from` refers to.
 * @param locate makes the error of `from` at that name.
 */
function readNamed(
  name: string,
  from: ModelFile,
  locate: (sentence: string) => InputError,
): ReadFile {
  return locating(locate, () => {
    const found = findModel('technologies', name, from);
    return { found, text: readModelText(found) };
  });
}

/**
 * The file asked for, then what it extends, then what that extends.
 * @param above those that led to this file.
 * @throws InputError
 */
function readLayers(asked: ReadFile, above: readonly Layer[] = []): readonly Layer[] {
  const { found, text } = asked;
  const file = readFile(asked);
  const taken = readAccelergyPrices(found, file, (table) =>
    locating(
      (sentence) => file.problem(['accelergy', 'table'], sentence),
      () => readModelText(table),
    ),
  );
  const layers = [...above, { found, text, file, taken }];
  const { extends: extended } = file.value;
  if (extended === undefined) return layers;
  const locate = (sentence: string): InputError => file.problem(['extends'], sentence);
  const next = readNamed(extended, found, locate);
  const shown = [...layers.map((layer) => layer.found.shownPath), next.found.shownPath].join(' → ');
  if (layers.some((layer) => layer.found.absolutePath === next.found.absolutePath)) {
    throw locate(`goes round in a circle: ${shown}; extend a file that does not extend this one`);
  }
  if (layers.length === mostLayers) {
    throw locate(`leads to a file too many: ${shown}; at most ${mostLayers} follow one another`);
  }
  return readLayers(next, layers);
}

/** Whether this file takes the price at this path of `prices` from its energy-reference table. */
function takes({ taken }: Layer, [key, entry]: KeyPath): boolean {
  return key === 'prices' && entry !== undefined && Object.hasOwn(taken.prices, entry);
}

/** Whether this file itself states what lies at this path: the key, of merged keys the entry. */
function statesItself({ file }: Layer, path: KeyPath): boolean {
  const [key, entry] = path;
  const part = Object.entries(file.value).find(([name]) => name === key)?.[1];
  if (part === undefined) return false;
  if (key === undefined || entry === undefined || !mergedKeys.includes(key)) return true;
  return typeof part === 'object' && Object.hasOwn(part, entry);
}

/** Where a file states what lies at this path of the technology; null: it leaves it to the file that it extends. */
function placeIn(layer: Layer, path: KeyPath): KeyPath | null {
  const [, entry = '', key] = path;
  if (takes(layer, path)) return mappedPath(entry, key);
  return statesItself(layer, path) ? path : placeInMemories(layer.file.value, path);
}

/** The layers as one. @throws InputError where none of them states a key that is needed. */
function mergeLayers(first: Layer, layers: readonly Layer[]): TechnologyText {
  const nearest = <Key extends keyof TechnologyFile>(key: Key): TechnologyFile[Key] | undefined =>
    layers.find(({ file }) => file.value[key] !== undefined)?.file.value[key];
  const farthestFirst = [...layers].reverse();
  const fromFarthest = farthestFirst.map(({ file }) => file.value);
  const problem: TechnologyText['problem'] = (path, sentence) => {
    const places = layers.map((layer) => ({ file: layer.file, place: placeIn(layer, path) }));
    const { file, place } = places.find((one) => one.place !== null) ?? { ...first, place: path };
    const [key] = place ?? path;
    const [, entry] = path;
    // What is stated of all memories may be wrong for one of them.
    return file.problem(
      place ?? path,
      key === 'memories' ? `${String(entry)}: ${sentence}` : sentence,
    );
  };
  const node = nearest('node');
  const voltage = nearest('voltage');
  if (
    node === undefined ||
    voltage === undefined ||
    (nearest('prices') ?? nearest('accelergy') ?? nearest('memories')) === undefined
  ) {
    const key = node === undefined ? 'node' : voltage === undefined ? 'voltage' : 'prices';
    throw problem([key], 'missing; it is required here or in a file that this one extends');
  }
  const { name, description } = first.file.value;
  const value: Technology = {
    name,
    description,
    node,
    voltage,
    sram: nearest('sram'),
    logicScaling: nearest('logicScaling'),
    prices: farthestFirst.reduce<Technology['prices']>(
      (all, { file, taken }) => ({
        ...all,
        ...pricesOfMemories(file.value).prices,
        ...taken.prices,
        ...file.value.prices,
      }),
      {},
    ),
    offChipPrices: fromFarthest.reduce<Technology['offChipPrices']>(
      (all, { offChipPrices }) => ({ ...all, ...offChipPrices }),
      {},
    ),
    areas: fromFarthest.reduce<Technology['areas']>(
      (all, file) => ({ ...all, ...pricesOfMemories(file).areas, ...file.areas }),
      {},
    ),
  };
  return { value, problem };
}

/** A technology with all that it extends, without its tables. */
function readMerged(asked: ReadFile) {
  const layers = readLayers(asked);
  const [first] = layers;
  if (first === undefined) throw new Error(`${asked.found.shownPath}: no file was read`);
  return { layers, first, text: mergeLayers(first, layers) };
}

/** Technologies as they were read last: one whose files are the same is the same object. */
const keptTechnologies = new Kept<TechnologyModel>(8);

function readTechnology(asked: ReadFile): TechnologyModel {
  const { layers, first, text } = readMerged(asked);
  const { sram } = text.value;
  const owner = layers.find((layer) => statesItself(layer, ['sram'])) ?? first;
  const sramText =
    sram === undefined
      ? ''
      : locating(
          (sentence) => text.problem(['sram', 'table'], sentence),
          () => readModelText(besideModel(owner.found, sram.table)),
        );
  const energyTexts = layers.map(({ taken }) => taken.tableText).join('');
  const files = layers.map((layer) => `${layer.found.shownPath}\n${layer.text}`);
  return keptTechnologies.get([...files, sramText, energyTexts].join('\n'), () =>
    buildTechnology(text, sramText, energyTexts),
  );
}

/** Loads a technology, a shipped name or a path, with all that it extends. @throws InputError with file, line and column */
export function loadTechnology(nameOrPath: string): TechnologyModel {
  const found = findModel('technologies', nameOrPath);
  return readTechnology({ found, text: readModelText(found) });
}

/**
 * Loads the technology that a chip file names; a path is relative to that file.
 * @param locate makes the error of the chip file at that name.
 */
export function loadNamedTechnology(
  name: string,
  from: ModelFile,
  locate: (sentence: string) => InputError,
): TechnologyModel {
  return readTechnology(readNamed(name, from, locate));
}

/** Names of the shipped technologies. */
export function listTechnologies(): readonly string[] {
  return listModels('technologies');
}

/** A technology in a line: node, range of supplies, and what it is. */
export interface TechnologySummary {
  readonly name: string;
  readonly description: string;
  readonly nodeNm: number;
  readonly lowestV: number;
  readonly highestV: number;
}

/** The technology's line, without its tables and prices; files that it extends are read where it leaves something to them. */
function summarise(asked: ReadFile): TechnologySummary {
  const file = readFile(asked);
  const { name, description, node, voltage } =
    file.value.node === undefined || file.value.voltage === undefined
      ? readMerged(asked).text.value
      : { ...file.value, node: file.value.node, voltage: file.value.voltage };
  return {
    name,
    description,
    nodeNm: node,
    lowestV: voltage.lowest,
    highestV: voltage.highest,
  };
}

/** Reads a technology, a shipped name or a path. @throws InputError with file, line and column */
export function describeTechnology(nameOrPath: string): TechnologySummary {
  const found = findModel('technologies', nameOrPath);
  return summarise({ found, text: readModelText(found) });
}

/** Reads the technology that a chip file names, as `loadNamedTechnology` does. */
export function describeNamedTechnology(
  name: string,
  from: ModelFile,
  locate: (sentence: string) => InputError,
): TechnologySummary {
  return summarise(readNamed(name, from, locate));
}
