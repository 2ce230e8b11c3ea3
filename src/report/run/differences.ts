import type { RunRecord } from '../../experiment/record/run-record.js';
import { elementAt } from '../../numerics/integer.js';
import { canonicalHash } from '../../units/canonical-hash.js';
import { updateText } from '../kit/update-text.js';
import { printSetting } from '../../units/printable.js';

/** A key of which several results have not all the same value, and that of each, in their order. */
interface Difference {
  readonly key: string;
  readonly values: readonly string[];
}

/** Shown where a result has no such key. */
const absent = '–';

/** Digits of a hash that tell files apart. */
const shortHashLength = 12;

/** Leaves of nested maps and lists by their path, as `--set` has it: `training.defp.variant`. */
function collect(value: unknown, path: string, leaves: Map<string, string>): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      collect(member, path === '' ? key : `${path}.${key}`, leaves);
    }
    return;
  }
  leaves.set(path, printSetting(value));
}

/** Leaves of nested maps and lists by their path. */
export function leavesOf(value: unknown): Map<string, string> {
  const leaves = new Map<string, string>();
  collect(value, '', leaves);
  return leaves;
}

/** Rule and formats as they came to be, in place of the keys that they follow from. */
function resolve(leaves: Map<string, string>, resolved: NonNullable<RunRecord['resolved']>): void {
  for (const key of ['training.rule', 'training.defp.variant', 'training.defp.init']) {
    leaves.delete(key);
  }
  leaves.set('rule', resolved.rule.label);
  for (const { tensor, format } of resolved.formats) {
    leaves.delete(`precision.${tensor}`);
    leaves.set(`format of ${tensor}`, format);
  }
}

/** Keys that readers look for first, in this order; the others keep theirs. */
const firstKeys = [
  'rule',
  'training.rule',
  'training.defp.variant',
  'training.feedback',
  'training.seed',
];

/** Keys in the order in which they are read. */
export function inOrder(keys: Iterable<string>): readonly string[] {
  const rank = (key: string): number => {
    const place = firstKeys.indexOf(key);
    if (place >= 0) return place;
    return /^(format of |precision\.)/.test(key) ? firstKeys.length : firstKeys.length + 1;
  };
  return [...keys].sort((left, right) => rank(left) - rank(right));
}

/** Whether all results say what their experiments came to: no older record is among them. */
export function areResolved(results: readonly RunRecord[]): boolean {
  return results.every(({ resolved }) => resolved !== null);
}

/**
 * All that makes a result, by key: its experiment without its name, the files of its data, its hardware model and the schedule of
 * its update, the version.
 * @param isResolved rule and formats are named as they came to be
 */
export function settingsOf(result: RunRecord, isResolved: boolean): ReadonlyMap<string, string> {
  const leaves = leavesOf(result.experiment);
  leaves.delete('name');
  if (isResolved && result.resolved !== null) resolve(leaves, result.resolved);
  const files = canonicalHash(result.dataset.files.map(({ sha256 }) => sha256));
  leaves.set('files of the data set', files.slice(0, shortHashLength));
  leaves.set(
    'hardware model',
    `${result.hardware.name} ${result.hardware.hash.slice(0, shortHashLength)}`,
  );
  const { update } = result.hardware;
  if (update !== null) leaves.set('update schedule', updateText(update));
  leaves.set('version', result.tool.version);
  return leaves;
}

/** In what results differ, key by key; nothing where they are of one experiment. */
export function differencesOf(results: readonly RunRecord[]): readonly Difference[] {
  const isResolved = areResolved(results);
  const settings = results.map((result) => settingsOf(result, isResolved));
  const keys = new Set(settings.flatMap((leaves) => [...leaves.keys()]));
  return [...keys]
    .map((key) => ({ key, values: settings.map((leaves) => leaves.get(key) ?? absent) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** Keys that a label names, where there are more of them than those that tell results apart. */
const mostLabelKeys = 3;

/** All keys, or of many the fewest found, one after the other, that tell results apart as well as all do. */
function telling(differences: readonly Difference[]): readonly Difference[] {
  if (differences.length <= mostLabelKeys) return differences;
  const kinds = (keys: readonly Difference[]): number => {
    const places = [...(differences[0]?.values.keys() ?? [])];
    return new Set(
      places.map((place) => JSON.stringify(keys.map(({ values }) => values[place] ?? absent))),
    ).size;
  };
  const all = kinds(differences);
  let chosen: readonly Difference[] = [];
  while (kinds(chosen) < all) {
    const longer = differences.map((key) => [...chosen, key]);
    const reached = longer.map(kinds);
    chosen = longer[reached.indexOf(Math.max(...reached))] ?? differences;
  }
  return chosen;
}

/**
 * A label for each result, no two alike: its name; equal names with keys in which their results differ, of many those that
 * tell them apart; results of one experiment with their place.
 */
export function labelsOf(
  results: readonly RunRecord[],
  names: readonly string[],
): readonly string[] {
  let labels = [...names];
  for (const name of new Set(names)) {
    const places = [...names.keys()].filter((index) => names[index] === name);
    const alike = places.map((index) => elementAt(results, index, 'results'));
    const keys = telling(differencesOf(alike));
    for (const [place, index] of places.entries()) {
      const parts = keys.map(({ key, values }) => `${key} ${values[place] ?? absent}`);
      if (parts.length > 0) labels[index] = `${name} (${parts.join(', ')})`;
    }
  }
  while (new Set(labels).size < labels.length) {
    const taken = labels;
    labels = taken.map((label, index) =>
      taken.indexOf(label) === taken.lastIndexOf(label) ? label : `${label} (${String(index + 1)})`,
    );
  }
  return labels;
}
