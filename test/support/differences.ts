/** Keys and indices from the root to a value. */
export type Path = readonly (string | number)[];

/** A value that two witnesses show differently; `undefined` on the side that does not have it. */
export interface Difference {
  readonly path: Path;
  readonly values: readonly [unknown, unknown];
}

type Entries = Readonly<Record<string, unknown>>;

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isRecord(value: unknown): value is Entries {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What a ledger row counts: the key by which rows of two ledgers are put side by side. */
export function rowKey(value: unknown): string | null {
  if (!isRecord(value) || typeof value['componentAction'] !== 'string') return null;
  const { run, phase, layer, core, componentAction, bits } = value;
  return [run, phase, layer ?? '-', core ?? '-', componentAction, bits ?? '-']
    .map(String)
    .join(' ');
}

/** Rows by what they count; null where the list holds something else or two rows with one key. */
function rowsByKey(list: ArrayLike<unknown>): Map<string, unknown> | null {
  const rows = new Map<string, unknown>();
  for (const row of Array.from(list)) {
    const key = rowKey(row);
    if (key === null || rows.has(key)) return null;
    rows.set(key, row);
  }
  return rows;
}

class Comparison {
  readonly found: Difference[] = [];
  readonly #path: (string | number)[] = [];

  compare(left: unknown, right: unknown): void {
    if (Object.is(left, right)) return;
    if (isList(left) && isList(right) && left.constructor === right.constructor) {
      this.#compareLists(left, right);
    } else if (isRecord(left) && isRecord(right)) {
      const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
      for (const key of keys) {
        if (Object.hasOwn(left, key) === Object.hasOwn(right, key)) {
          this.#below(key, left[key], right[key]);
        } else {
          this.#book(key, Object.hasOwn(left, key), Object.hasOwn(right, key));
        }
      }
    } else {
      this.#book(null, left, right);
    }
  }

  #below(key: string | number, left: unknown, right: unknown): void {
    this.#path.push(key);
    this.compare(left, right);
    this.#path.pop();
  }

  #book(key: string | number | null, left: unknown, right: unknown): void {
    const path = key === null ? [...this.#path] : [...this.#path, key];
    this.found.push({ path, values: [left, right] });
  }

  #compareLists(left: ArrayLike<unknown>, right: ArrayLike<unknown>): void {
    const before = this.found.length;
    const [rowsLeft, rowsRight] = [rowsByKey(left), rowsByKey(right)];
    if (rowsLeft !== null && rowsRight !== null) {
      for (const key of new Set([...rowsLeft.keys(), ...rowsRight.keys()])) {
        this.#below(key, rowsLeft.get(key), rowsRight.get(key));
      }
      if (this.found.length > before) return;
    }
    if (left.length !== right.length) this.#book('length', left.length, right.length);
    for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
      this.#below(index, left[index], right[index]);
    }
  }
}

/**
 * Values that differ in two trees of plain objects, lists, typed arrays and primitive values; other objects differ
 * unless they are the same. Rows of ledgers are put side by side by what they count.
 */
export function differencesOf(left: unknown, right: unknown): readonly Difference[] {
  const comparison = new Comparison();
  comparison.compare(left, right);
  return comparison.found;
}
