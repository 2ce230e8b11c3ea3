import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { packageRoot } from '../../../src/package-root.js';
import {
  claimsOfFiles,
  expectedBasis,
  expectedOrder,
  models,
  tablesOf,
  valueOf,
} from './expected-validation.js';

/* Every figure of docs/validation.md, which another test holds against what the program writes. */

const page = readFileSync(path.join(packageRoot, 'docs/validation.md'), 'utf8');
const claims = claimsOfFiles();
const rows = tablesOf(page, '| chip | figure |');

/** Four significant digits are printed. */
function isPrinted(text: string, value: number): boolean {
  return Math.abs(valueOf(text) - value) <= 5.1e-4 * Math.abs(value);
}

test('every claim has a row: what is published, the error of what is predicted, basis, tolerance, verdict', (t) => {
  t.is(rows.length, claims.length);
  for (const [index, claim] of claims.entries()) {
    const [chip, what, predicted = '', published = '', error = '', ...rest] = rows[index] ?? [];
    t.deepEqual([chip, what], [claim.chip, claim.what]);
    const given = valueOf(claim.published.value);
    t.true(isPrinted(published, given), `${claim.what}: ${published}`);
    const expected = (100 * (valueOf(predicted) - given)) / given;
    // What is printed of a prediction is off by half of its fourth digit, of the error by half of its third.
    const slack = 0.05 * (valueOf(predicted) / given) + 0.006 * Math.abs(expected);
    const said = error === 'exact' ? 0 : valueOf(error.replace('+', ''));
    t.true(Math.abs(said - expected) <= slack, `${claim.what}: ${error}, not ${expected}`);
    t.true(error === 'exact' || /^[+−]/.test(error));
    const verdict = Math.abs(expected) <= claim.tolerancePercent ? 'within' : 'OUTSIDE';
    t.deepEqual(rest, [expectedBasis(claim), `${claim.tolerancePercent} %`, verdict]);
    const [, low, high] = /\((.*) to (.*)\)$/.exec(predicted) ?? [];
    if (low === undefined || high === undefined) continue;
    t.true(valueOf(low) <= valueOf(predicted) && valueOf(predicted) <= valueOf(high), claim.what);
  }
});

test('the tally counts the rows, all and by the worst of what they rest on', (t) => {
  const count = (basis: string | null): string => {
    const own = claims.map((claim, index) => ({ basis: expectedBasis(claim), row: rows[index] }));
    const kept = own.filter((one) => basis === null || one.basis === basis);
    return `${kept.filter(({ row }) => row?.at(-1) === 'within').length} of ${kept.length}`;
  };
  const kinds = `blind ${count('blind')}, calibrated ${count('calibrated')}, fitted ${count('calibrated (fitted)')}`;
  t.true(page.includes(`Within their tolerance: ${count(null)} predictions (${kinds}).`), kinds);
});

interface Workload {
  readonly perOperation: readonly Counted[];
  readonly perCycle: readonly Counted[];
}
interface Counted {
  readonly action: string;
  readonly bits?: string;
  readonly count: number;
}
type Chip = ReturnType<typeof loadChip>;

/** Σ count × price, with the words of the chip's memories. */
function energyOf(list: readonly Counted[], chip: Chip): number {
  const memories: Readonly<Record<string, { readonly wordBits: number } | undefined>> =
    chip.core.memories;
  let sum = 0;
  for (const { action, bits, count } of list) {
    const word = memories[action.split('.')[0] ?? '']?.wordBits ?? null;
    const width = bits === undefined ? word : Number.parseFloat(bits);
    const componentAction = action as Parameters<Chip['unitPrice']>[0]['componentAction'];
    sum += count * (chip.unitPrice({ componentAction, bits: width })?.energyPj ?? NaN);
  }
  return sum;
}

test('powers, energies of operations and increases are counts times prices at the rate and clock that are stated', (t) => {
  let checked = 0;
  for (const [index, claim] of claims.entries()) {
    const { kind, figure, rate, operatingPoint, workload, over, overRate } = claim.prediction;
    if (kind !== 'actions' && kind !== 'increase') continue;
    const file = path.join(models, 'validation', `${claim.chip}.yaml`);
    const { workloads } = parse(readFileSync(file, 'utf8')) as {
      readonly workloads: Readonly<Record<string, Workload>>;
    };
    const point = (operatingPoint ?? {}) as Readonly<Record<string, string>>;
    const overrides = Object.entries(point).map(([key, value]) => ({
      path: [key],
      value,
      label: key,
    }));
    const chip = loadChip(claim.chip, overrides);
    const clockMhz = Number.parseFloat(point['clock'] ?? String(chip.clockMhz));
    const powerOf = (name: unknown, megaHertz: number): number => {
      const { perOperation = [], perCycle = [] } = workloads[String(name)] ?? {};
      return megaHertz * energyOf(perOperation, chip) + clockMhz * energyOf(perCycle, chip);
    };
    const megaHertz = (text: unknown): number =>
      Number.parseFloat(String(text)) *
      (String(text).includes('kHz') ? 1e-3 : String(text).includes('MHz') ? 1 : 1e-6);
    const perSecond = rate === undefined ? 1 : megaHertz(rate);
    const power = powerOf(workload, perSecond);
    const expected =
      kind === 'increase'
        ? 100 * (power / powerOf(over, megaHertz(overRate)) - 1)
        : figure === 'power'
          ? power
          : power / perSecond;
    t.true(
      isPrinted(rows[index]?.[2] ?? '', expected),
      `${claim.what}: ${String(rows[index]?.[2])}, not ${expected}`,
    );
    checked += 1;
  }
  t.true(checked >= 8, String(checked));
});

test('accuracies are those of the kept results', (t) => {
  for (const [index, { prediction }] of claims.entries()) {
    if (prediction.kind !== 'result') continue;
    const file = path.join(models, 'validation', String(prediction['result']));
    const { accuracy } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly accuracy: Readonly<
        Record<'chip' | 'reference', { readonly testErrorPercent: number }>
      >;
    };
    const side = prediction['figure'] === 'chipAccuracy' ? accuracy.chip : accuracy.reference;
    t.true(isPrinted(rows[index]?.[2] ?? '', 100 - side.testErrorPercent));
  }
});

test('orders of learning overheads are those of the rows that are energies or powers, one a published pair', (t) => {
  const seen = new Set<string>();
  const pairs = claims.flatMap((claim, index) => {
    const { kind, figure } = claim.prediction;
    const key = `${claim.published.chip}/${claim.published.figure}`;
    const isOne =
      kind === 'increase' || (kind === 'estimate' && figure === 'learningEnergyOverhead');
    if (!isOne || seen.has(key)) return [];
    seen.add(key);
    const place = [valueOf(claim.published.value), valueOf(rows[index]?.[2] ?? '')] as const;
    return [{ chip: claim.published.chip, place }];
  });
  const firsts = pairs.filter(({ chip }, at) => pairs.findIndex((one) => one.chip === chip) === at);
  for (const [words, of] of [
    ['chips', firsts],
    ['published pairs, several of one chip among them, which are not independent', pairs],
  ] as const) {
    const { tau, agreeing } = expectedOrder(of.map(({ place }) => place));
    const couples = (of.length * (of.length - 1)) / 2;
    const sentence = `Order of ${words}: Kendall's τ = ${tau.toFixed(2)}, n = ${of.length}; ${agreeing} of ${couples} couples are put in the right order`;
    t.true(page.includes(sentence), sentence);
  }
});

interface Macro {
  readonly name: string;
  readonly word: { readonly from: number; readonly to: number };
  readonly per?: string;
}

test('memories against silicon: published figures per word, ratios, and the range of them', (t) => {
  const { witnesses } = parse(
    readFileSync(path.join(models, 'technologies/sram-witnesses.yaml'), 'utf8'),
  ) as { readonly witnesses: readonly (Macro & Readonly<Record<string, unknown>>)[] };
  const expected = witnesses.flatMap((macro) =>
    ['access', 'read', 'write', 'leakage', 'area'].flatMap((figure) => {
      const text = macro[figure];
      if (typeof text !== 'string') return [];
      const widths = [...new Set([macro.word.from, macro.word.to])];
      const isEnergy = figure !== 'leakage' && figure !== 'area';
      return widths.map((bits) => ({
        name: macro.name,
        figure,
        bits,
        isEnergy,
        value: valueOf(text) * (isEnergy && macro.per === 'bit' ? bits : 1),
      }));
    }),
  );
  const found = tablesOf(page, '| macro | supply |');
  t.is(found.length, expected.length);
  const ratios: Record<string, number[]> = { Energies: [], Areas: [] };
  for (const [index, { name, figure, bits, isEnergy, value }] of expected.entries()) {
    const [macro, , word = '', what, published = '', model = '', ratio] = found[index] ?? [];
    t.deepEqual([macro, what, Number.parseFloat(word)], [name, figure, bits]);
    t.true(isPrinted(published, value), `${name} ${figure}: ${published}`);
    const own = value / valueOf(model);
    t.true(
      Math.abs(Number(ratio) / own - 1) < 0.006,
      `${name} ${figure}: ${String(ratio)}, not ${own}`,
    );
    if (isEnergy) ratios['Energies']?.push(own);
    if (figure === 'area') ratios['Areas']?.push(own);
  }
  for (const [words, own] of Object.entries(ratios)) {
    const ends = [Math.min(...own), Math.max(...own)].map((end) => end.toPrecision(2)).join(' to ');
    t.regex(
      page,
      new RegExp(`${words}: \\d+ of \\d+ inside the band; published over modelled ${ends}\\.`),
    );
  }
});
