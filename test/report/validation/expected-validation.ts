import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../../src/package-root.js';

/* What the page of validations must say, from the files that it is made of and from its own cells, by plain arithmetic. */

export const models = path.join(packageRoot, 'hardware-models');

/** Of a validation file what is read here. */
interface ClaimText {
  readonly what: string;
  readonly published: { readonly value: string; readonly chip: string; readonly figure: string };
  readonly prediction: Readonly<Record<string, unknown>> & { readonly kind: string };
  readonly constants: readonly { readonly basis: string }[];
  readonly tolerancePercent: number;
}

/** A claim beside the name of its file, in the order of the page. */
interface Claimed extends ClaimText {
  readonly chip: string;
}

export function claimsOfFiles(): readonly Claimed[] {
  const folder = path.join(models, 'validation');
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().flatMap((name) => {
    const { chip, claims } = parse(readFileSync(path.join(folder, name), 'utf8')) as {
      readonly chip: string;
      readonly claims: readonly ClaimText[];
    };
    return claims.map((claim) => ({ ...claim, chip }));
  });
}

/** Base units in one of each that a figure may be written in: pJ, µW, ns, mm². */
const units: Readonly<Record<string, number>> = {
  ...{ fJ: 1e-3, pJ: 1, nJ: 1e3, uJ: 1e6, mJ: 1e9 },
  ...{ pW: 1e-6, nW: 1e-3, uW: 1, mW: 1e3 },
  ...{ ns: 1, us: 1e3, ms: 1e6, s: 1e9 },
  ...{ mm2: 1, um2: 1e-6 },
  ...{ '%': 1, cycles: 1, accesses: 1 },
};

/** A figure with its unit, as a number of base units. */
export function valueOf(text: string): number {
  const [, number = '', unit = ''] = /^\s*(−?[\d.]+)\s*(\S+)/.exec(text) ?? [];
  const plain = unit.replace('µ', 'u').replace('²', '2').replace('^', '').replace(/,$/, '');
  return Number(number.replace('−', '-')) * (units[plain] ?? NaN);
}

/** Cells of the tables of a page of Markdown, by their header's first words. */
export function tablesOf(page: string, header: string): readonly (readonly string[])[] {
  const lines = page.split('\n');
  const from = lines.findIndex((line) => line.replaceAll(/ +/g, ' ').startsWith(header));
  const end = lines.findIndex((line, at) => at > from && !line.startsWith('|'));
  return lines.slice(from + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The worst of what a claim rests on, as it is called on the page. */
export function expectedBasis({ constants }: Claimed): string {
  const has = (basis: string): boolean => constants.some((constant) => constant.basis === basis);
  if (has('fitted')) return 'calibrated (fitted)';
  return has('calibrated') ? 'calibrated' : 'blind';
}

/** Couples of which both orders say the same, less those of which they do not, of all; and how often chance does as much. */
export function expectedOrder(pairs: readonly (readonly [number, number])[]): {
  readonly tau: number;
  readonly agreeing: number;
} {
  let [agreeing, contrary, couples] = [0, 0, 0];
  for (let left = 0; left < pairs.length; left += 1) {
    for (let right = left + 1; right < pairs.length; right += 1) {
      const [a = [0, 0], b = [0, 0]] = [pairs[left], pairs[right]];
      const product = (a[0] - b[0]) * (a[1] - b[1]);
      couples += 1;
      if (product > 0) agreeing += 1;
      if (product < 0) contrary += 1;
    }
  }
  return { tau: (agreeing - contrary) / couples, agreeing };
}
