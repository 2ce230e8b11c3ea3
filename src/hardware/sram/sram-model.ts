import { elementAt } from '../../numerics/integer.js';
import {
  interpolateGrid,
  interpolateLog,
  locateOnLogAxis,
  type LogGrid,
} from '../formula/interpolation.js';

/** Which rows of the table a technology uses, and at which supply they were computed. */
interface SramSelection {
  readonly cell: string;
  readonly objective: string;
  /** Supply of each node of the table, in V; nodes that are not named are not used. */
  readonly supplies: readonly { readonly nodeNm: number; readonly voltageV: number }[];
}

/** A macro that the table does not hold; the message is a sentence. */
export class OutsideTableError extends RangeError {
  override readonly name = 'OutsideTableError';
  readonly bankBits: number;
  readonly wordBits: number;
  /** Measure that is outside. */
  readonly measure: 'bank' | 'word';

  constructor(measure: 'bank' | 'word', bankBits: number, wordBits: number, sentence: string) {
    super(sentence);
    this.measure = measure;
    this.bankBits = bankBits;
    this.wordBits = wordBits;
  }
}

interface NodeGrids {
  readonly nodeNm: number;
  readonly supplyV: number;
  readonly read: LogGrid;
  readonly write: LogGrid;
  readonly leakage: LogGrid;
  readonly area: LogGrid;
}

/** Quantities that the model gives: pJ per access of one word, µW or mm² per bank. */
export type SramQuantity = 'read' | 'write' | 'leakage' | 'area';

/** SRAM macros of a table, by bank capacity, word width, node and voltage (`hardware-models/README.md`, "SRAM"). */
export interface SramModel {
  readonly nodesNm: readonly number[];
  /**
   * Energy in pJ, leakage in µW, or area in mm². Both axes log-linear; below the smallest capacity the line is continued down to
   * `smallestBankBits`, below that and below the narrowest word the value stays.
   * @throws OutsideTableError for a macro outside the table, RangeError for a node; both sentences.
   */
  readonly lookUp: (
    quantity: SramQuantity,
    bankBits: number,
    wordBits: number,
    nodeNm: number,
    voltageV: number,
  ) => number;
}

/** Extrapolation to small banks ends here: 64 bytes, where a memory of flip-flops would be built instead. */
const smallestBankBits = 512;

const columns = [
  'objective',
  'tech_nm',
  'cell',
  'bytes',
  'width_bits',
  'read_pJ',
  'write_pJ',
  'leak_uW',
  'area_mm2',
] as const;
type Column = (typeof columns)[number];
type MacroColumn = 'read_pJ' | 'write_pJ' | 'leak_uW' | 'area_mm2';
/** `rows[i][j]`: capacity i, width j, both rising. */
type Rows = LogGrid['rows'];
type TableRow = Readonly<Record<Column, string>>;

function readRows(csvText: string, source: string): readonly TableRow[] {
  const [header = '', ...lines] = csvText.trim().split(/\r?\n/);
  const names = header.split(',');
  const missing = columns.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new RangeError(`${source}: the header lacks ${missing.join(', ')}`);
  }
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: Column): string => cells[names.indexOf(name)] ?? '';
    return {
      objective: cell('objective'),
      tech_nm: cell('tech_nm'),
      cell: cell('cell'),
      bytes: cell('bytes'),
      width_bits: cell('width_bits'),
      read_pJ: cell('read_pJ'),
      write_pJ: cell('write_pJ'),
      leak_uW: cell('leak_uW'),
      area_mm2: cell('area_mm2'),
    };
  });
}

function risingAxis(rows: readonly TableRow[], column: Column, factor: number): readonly number[] {
  return [...new Set(rows.map((row) => Number(row[column]) * factor))].sort((a, b) => a - b);
}

/**
 * A word of w bits never costs more than a wider one, nor a bank more than a larger one: a need of w bits is met by the
 * wider or the larger macro, too. CACTI optimises every macro apart, so a few of its rows say otherwise; this makes energy
 * rise with width and capacity, as it must.
 */
function capByLargerMacros(rows: Rows): Rows {
  // From the largest macro down: the least of all that are as large is the least of the value and its two neighbours'.
  return rows.reduceRight<readonly (readonly number[])[]>((capped, values) => {
    const [larger = []] = capped;
    const row = values.reduceRight<readonly number[]>((wider, value, column) => {
      const least = Math.min(value, wider[0] ?? Infinity, larger[column] ?? Infinity);
      return [least, ...wider];
    }, []);
    return [row, ...capped];
  }, []);
}

/** The line of logarithms through the two smallest capacities, continued to `smallestBankBits`, for each width. */
function continueToSmallestBank(rowAxis: readonly number[], rows: Rows): readonly number[] {
  const first = elementAt(rowAxis, 0, 'capacities');
  const second = elementAt(rowAxis, 1, 'capacities');
  const fraction = Math.log(smallestBankBits / first) / Math.log(second / first);
  const secondRow = elementAt(rows, 1, 'rows');
  return elementAt(rows, 0, 'rows').map((value, index) =>
    interpolateLog(value, elementAt(secondRow, index, 'widths'), fraction),
  );
}

function readNode(
  all: readonly TableRow[],
  nodeNm: number,
  supplyV: number,
  source: string,
): NodeGrids {
  const rows = all.filter((row) => Number(row.tech_nm) === nodeNm);
  const rowAxis = risingAxis(rows, 'bytes', 8);
  const columnAxis = risingAxis(rows, 'width_bits', 1);
  if (rowAxis.length < 2 || columnAxis.length < 2) {
    throw new RangeError(
      `${source}: node ${nodeNm} nm has too few rows to interpolate for this cell and objective`,
    );
  }
  const macroKey = (capacityBits: number, wordBits: number): string =>
    `${capacityBits} ${wordBits}`;
  const macros = new Map<string, TableRow[]>();
  for (const row of rows) {
    const key = macroKey(Number(row.bytes) * 8, Number(row.width_bits));
    macros.set(key, [...(macros.get(key) ?? []), row]);
  }
  const valueAt = (column: MacroColumn, capacityBits: number, wordBits: number): number => {
    const found = macros.get(macroKey(capacityBits, wordBits)) ?? [];
    const value = Number(found[0]?.[column]);
    if (found.length !== 1 || !(value > 0)) {
      throw new RangeError(
        `${source}: ${found.length} rows for ${nodeNm} nm, ${capacityBits >> 3} bytes, ${wordBits} bits; exactly one with a positive ${column} is needed`,
      );
    }
    return value;
  };
  const grid = (column: MacroColumn, cap: (rows: Rows) => Rows): LogGrid => {
    const tabulated = cap(
      rowAxis.map((capacityBits) =>
        columnAxis.map((wordBits) => valueAt(column, capacityBits, wordBits)),
      ),
    );
    return {
      rowAxis: [smallestBankBits, ...rowAxis],
      columnAxis,
      rows: cap([continueToSmallestBank(rowAxis, tabulated), ...tabulated]),
    };
  };
  const asTabulated = (values: Rows): Rows => values;
  return {
    nodeNm,
    supplyV,
    read: grid('read_pJ', capByLargerMacros),
    write: grid('write_pJ', capByLargerMacros),
    leakage: grid('leak_uW', asTabulated),
    area: grid('area_mm2', asTabulated),
  };
}

function lookUpAtNode(
  node: NodeGrids,
  quantity: SramQuantity,
  bankBits: number,
  wordBits: number,
  voltageV: number,
): number {
  const { rowAxis, columnAxis } = node[quantity];
  const largestBank = elementAt(rowAxis, rowAxis.length - 1, 'capacities');
  const widestWord = elementAt(columnAxis, columnAxis.length - 1, 'widths');
  if (!(bankBits > 0) || bankBits > largestBank) {
    throw new OutsideTableError(
      'bank',
      bankBits,
      wordBits,
      `SRAM: a bank of ${bankBits} bits is outside the table, which ends at ${largestBank} bits; use more and smaller banks`,
    );
  }
  if (!(wordBits > 0) || wordBits > widestWord) {
    throw new OutsideTableError(
      'word',
      bankBits,
      wordBits,
      `SRAM: a word of ${wordBits} bits is outside the table, which ends at ${widestWord} bits; use narrower words`,
    );
  }
  const row = locateOnLogAxis(rowAxis, Math.max(bankBits, smallestBankBits));
  const column = locateOnLogAxis(
    columnAxis,
    Math.max(wordBits, elementAt(columnAxis, 0, 'widths')),
  );
  const atSupply = interpolateGrid(node[quantity], row, column);
  if (quantity === 'area') return atSupply;
  const ratio = voltageV / node.supplyV;
  // Energy goes with V²; leakage power with V, its current held constant.
  return atSupply * (quantity === 'leakage' ? ratio : ratio * ratio);
}

/**
 * Reads a table in the layout of `cacti-7-sram.csv`.
 * @param source name of the table, for messages.
 * @throws RangeError, a sentence, where the table lacks what is selected.
 */
export function readSramModel(
  csvText: string,
  selection: SramSelection,
  source: string,
): SramModel {
  const { cell, objective, supplies } = selection;
  const rows = readRows(csvText, source).filter(
    (row) => row.cell === cell && row.objective === objective,
  );
  const nodes = [...supplies]
    .sort((left, right) => left.nodeNm - right.nodeNm)
    .map(({ nodeNm, voltageV }) => readNode(rows, nodeNm, voltageV, source));
  const nodesNm = nodes.map(({ nodeNm }) => nodeNm);
  return {
    nodesNm,
    lookUp: (quantity, bankBits, wordBits, nodeNm, voltageV) => {
      const { lower, upper, fraction } = locateOnLogAxis(nodesNm, nodeNm);
      const from = nodes[lower];
      const to = nodes[upper];
      if (from === undefined || to === undefined || fraction < 0 || fraction > 1) {
        throw new RangeError(
          `SRAM: node ${nodeNm} nm is outside ${nodesNm.join(', ')} nm, for which the supply is stated`,
        );
      }
      const valueFrom = lookUpAtNode(from, quantity, bankBits, wordBits, voltageV);
      const valueTo = lookUpAtNode(to, quantity, bankBits, wordBits, voltageV);
      return interpolateLog(valueFrom, valueTo, fraction);
    },
  };
}
