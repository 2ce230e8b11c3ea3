import type { ExecutionContext } from 'ava';
import type { ChipImage } from '../../src/chip/image/chip-image.js';
import { describeChip, describeLayer, describeRule } from './describe-chip.js';
import { type Difference, differencesOf, type Path, rowKey } from './differences.js';
import { runAgain } from './run-again.js';

/** Tensors of `LearnedState`, one entry a layer. */
const tensorOfKey: Readonly<Record<string, string>> = {
  weightsRaw: 'weight',
  biasesRaw: 'bias',
  laneStates: 'lane',
  gradientsRaw: 'gradient',
  momentaRaw: 'momentum',
  secondMomentsRaw: 'secondMoment',
};

/** Where a value is on the chip; null: it is of no layer. */
interface Place {
  readonly layer: number | null;
  readonly tensor: string;
}

function at(tree: unknown, key: string | number): unknown {
  if (typeof tree !== 'object' || tree === null) return undefined;
  const row = Array.isArray(tree) && typeof key === 'string';
  return row
    ? tree.find((entry) => rowKey(entry) === key)
    : (tree as Readonly<Record<string, unknown>>)[key];
}

function printPath(path: Path): string {
  return path
    .map((key, index) =>
      typeof key === 'number' || key.includes(' ') ? `[${key}]` : index === 0 ? key : `.${key}`,
    )
    .join('');
}

/** Layer and name of a value: of the entry of `LearnedState`, the row or the figure that it stands in. */
function placeOf(trees: readonly unknown[], path: Path, image: ChipImage): Place {
  for (const [depth, key] of path.entries()) {
    const tensor = tensorOfKey[key];
    const index = path[depth + 1];
    if (tensor !== undefined && typeof index === 'number') {
      return { layer: index + 1, tensor: `${tensor}${printPath(path.slice(depth + 2))}` };
    }
    if (key === 'outputs') {
      const [pass, value] = path.slice(depth + 1);
      const where = value === undefined ? '' : `[${value}] of pass ${pass ?? '-'}`;
      return { layer: image.layers.length, tensor: `output${where}` };
    }
    for (const tree of trees) {
      const entry = path.slice(0, depth + 1).reduce(at, tree);
      const layer = at(entry, 'layer');
      if (typeof layer !== 'number' && layer !== null) continue;
      const name = rowKey(entry) ?? at(entry, 'tensor');
      const figure = printPath(path.slice(depth + 1));
      const of = typeof name === 'string' ? name : printPath(path.slice(0, depth + 1));
      return { layer, tensor: figure === '' ? of : `${of}, ${figure}` };
    }
  }
  return { layer: null, tensor: printPath(path) };
}

function printValue(value: unknown): string {
  if (value === undefined) return 'absent';
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  const text = typeof value === 'bigint' ? `${value}` : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)} …` : text;
}

/** Two witnesses that show different values. */
class Disagreement extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Disagreement';
    // Frames of this helper and of AVA tell nothing that the message does not.
    this.stack = `Disagreement: ${message}`;
  }
}

function explain(
  image: ChipImage,
  names: readonly [string, string],
  trees: readonly [unknown, unknown],
  differences: readonly [Difference, ...Difference[]],
): string {
  const [first, ...others] = differences;
  const { layer, tensor } = placeOf(trees, first.path, image);
  const layerImage = layer === null ? undefined : image.layers[layer - 1];
  const shape = layerImage === undefined ? '' : ` (${describeLayer(layerImage)})`;
  const rows: readonly (readonly [string, string])[] = [
    ['chip', describeChip(image)],
    ['rule', describeRule(image)],
    ['layer', `${layer ?? 'none'}${shape}`],
    ['tensor', tensor],
    [names[0], printValue(first.values[0])],
    [names[1], printValue(first.values[1])],
    ['found at', printPath(first.path)],
    ...others.slice(0, 3).map(({ path }) => ['also at', printPath(path)] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const count = `${differences.length} ${differences.length === 1 ? 'value' : 'values'}`;
  const table = rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
  return [`${names[0]} and ${names[1]} differ in ${count}`, ...table].join('\n');
}

/**
 * Compares what two witnesses show of one chip: every value must be the same, as in `t.deepEqual`.
 * `shown`: what each shows, by the name of the witness, for example `{ fast, oracle }`.
 * @throws Disagreement with chip, rule, layer, tensor and index, both values and the command that runs the test again
 */
export function agree(
  t: Pick<ExecutionContext, 'title' | 'pass'>,
  image: ChipImage,
  shown: Readonly<Record<string, unknown>>,
): void {
  const [left, right, ...more] = Object.entries(shown);
  if (left === undefined || right === undefined || more.length > 0) {
    throw new RangeError(`agree compares two witnesses, not ${Object.keys(shown).length}`);
  }
  const trees = [left[1], right[1]] as const;
  const [first, ...others] = differencesOf(...trees);
  if (first !== undefined) {
    const message = explain(image, [left[0], right[0]], trees, [first, ...others]);
    throw new Disagreement(`${message}\n  run it again: ${runAgain(t)}`);
  }
  t.pass();
}
