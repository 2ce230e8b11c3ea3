import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../../src/package-root.js';

/*
 * Energies and leakage of SRAM macros, worked out again from the CACTI table and hardware-models/README.md, "SRAM", by no code of
 * src. Energies in pJ, leakage in µW, nodes in nm, supplies in V.
 */

/** Vdd of the tables, hardware-models/technologies/generic-28nm.yaml. */
const supplies: ReadonlyMap<number, number> = new Map([
  [22, 0.8],
  [32, 1.0],
  [45, 1.1],
  [65, 1.2],
  [90, 1.3],
]);

interface Row {
  readonly node: number;
  readonly bits: number;
  readonly width: number;
  readonly read: number;
  readonly write: number;
  readonly leakage: number;
}

const rows: readonly Row[] = readFileSync(
  path.join(packageRoot, 'hardware-models/technologies/cacti-7-sram.csv'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => line.split(','))
  .filter(([objective, , cell]) => objective === 'hwcomponents_default' && cell === 'lstp')
  .map(([, node, , bytes, width, read, write, leakage]) => ({
    node: Number(node),
    bits: 8 * Number(bytes),
    width: Number(width),
    read: Number(read),
    write: Number(write),
    leakage: Number(leakage),
  }));

type Figure = 'read' | 'write' | 'leakage';

/** A row's own figure; an energy is at most that of any macro of the node that is as large and as wide, or more. */
function figureAt(node: number, bits: number, width: number, figure: Figure): number {
  const ofNode = rows.filter((row) => row.node === node);
  if (figure === 'leakage') {
    return ofNode.find((row) => row.bits === bits && row.width === width)?.leakage ?? NaN;
  }
  const usable = ofNode.filter((row) => row.bits >= bits && row.width >= width);
  return Math.min(...usable.map((row) => row[figure]));
}

/** The two stated values around x, both the same where x is one of them; below the first: the first two. */
function around(stated: readonly number[], x: number): readonly [number, number] {
  const sorted = [...new Set(stated)].sort((a, b) => a - b);
  const exact = sorted.find((value) => value === x);
  if (exact !== undefined) return [exact, exact];
  const above = Math.max(
    1,
    sorted.findIndex((value) => value > x),
  );
  return [sorted[above - 1] ?? NaN, sorted[above] ?? NaN];
}

/** On the straight line of logarithms through two points. */
function onLine(x: number, [x0, x1]: readonly [number, number], y0: number, y1: number): number {
  if (x0 === x1) return y0;
  const share = Math.log(x / x0) / Math.log(x1 / x0);
  return Math.exp(Math.log(y0) * (1 - share) + Math.log(y1) * share);
}

/** A macro's figure at a node and a supply: a read and a write go with V², leakage with V. */
export function sramFigure(
  figure: Figure,
  macro: { readonly bits: number; readonly width: number },
  { node, voltage }: { readonly node: number; readonly voltage: number },
): number {
  const bits = Math.max(macro.bits, 8 * 64);
  const width = Math.max(macro.width, 8);
  const sizes = around(
    rows.map((row) => row.bits),
    bits,
  );
  const widths = around(
    rows.map((row) => row.width),
    width,
  );
  const nodes = around([...supplies.keys()], node);
  const [atFirst = NaN, atSecond = NaN] = nodes.map((tableNode) => {
    const [small = NaN, large = NaN] = sizes.map((size) => {
      const [narrow = NaN, wide = NaN] = widths.map((one) =>
        figureAt(tableNode, size, one, figure),
      );
      return onLine(width, widths, narrow, wide);
    });
    const ratio = voltage / (supplies.get(tableNode) ?? NaN);
    return onLine(bits, sizes, small, large) * (figure === 'leakage' ? ratio : ratio ** 2);
  });
  return onLine(node, nodes, atFirst, atSecond);
}
