import { readFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { packageRoot } from '../../../src/package-root.js';
import {
  bitsOf,
  chipText,
  coreText,
  eventAccesses,
  eventCycles,
  row,
  symbolsOf,
  updateCycles,
  visit,
} from './closed-forms.js';
import { claimsOfFiles, tablesOf, valueOf } from './expected-validation.js';

/* What docs/validation.md says is predicted, cycles, accesses, areas, bits and latencies, from the chip files by the formulas of docs/spec.md. */

const page = readFileSync(path.join(packageRoot, 'docs/validation.md'), 'utf8');
const rows = tablesOf(page, '| chip | figure |');
const claims = claimsOfFiles().map((claim, index) => ({
  ...claim,
  predicted: rows[index]?.[2] ?? '',
}));
type Claim = (typeof claims)[number];

function ofKind(kind: string): readonly Claim[] {
  return claims.filter(({ prediction }) => prediction.kind === kind);
}

/** Four digits are printed. */
function assertPrinted(t: ExecutionContext, { what, predicted }: Claim, expected: number): void {
  const near = 5.1e-4 * Math.abs(expected);
  t.true(Math.abs(valueOf(predicted) - expected) <= near, `${what}: ${predicted}, not ${expected}`);
}

function layerOf({ chip, prediction }: Claim) {
  const text = chipText(chip);
  const neurons = Number(prediction['neurons']);
  return {
    own: symbolsOf(text, coreText(text, undefined), neurons),
    inputs: Number(prediction['inputs']),
    neurons,
    learns: prediction['learns'] === true,
    figure: (prediction['figure'] ?? prediction['of'] ?? 'event') as string,
  };
}

test('cycles are those of one event more, of a neuron of it, or of an update (spec §5, §5.1)', (t) => {
  const cycles = ofKind('cycles');
  t.true(cycles.length >= 14);
  for (const claim of cycles) {
    const { own, inputs, neurons, learns, figure } = layerOf(claim);
    const expected: Readonly<Record<string, number>> = {
      event: eventCycles(own, learns),
      synapticOperation: (eventCycles(own, learns) - own.E) / neurons,
      update: updateCycles(own, inputs),
    };
    assertPrinted(t, claim, expected[figure] ?? NaN);
  }
});

test('accesses are those of one event more, or of an update (spec §4.2)', (t) => {
  const accesses = ofKind('accesses');
  t.true(accesses.length >= 8);
  for (const claim of accesses) {
    const { own, inputs, learns, figure } = layerOf(claim);
    const action = String(claim.prediction['action']);
    // An update reads and writes each word of the rows of its events once.
    const expected = figure === 'update' ? inputs * own.R : eventAccesses(own, action, learns);
    assertPrinted(t, claim, expected);
  }
});

interface Part {
  readonly component: string;
  readonly kind?: string;
  readonly cores: number;
}
type Band = readonly [middle: number, low: number, high: number];

/** Σ area of a part × cores, and its band: areas are those that `models show` prints. */
function areaOf(chip: string, parts: readonly Part[]): Band {
  const { areas, kinds } = loadChip(chip, []);
  return parts.reduce<Band>(
    (sum, { component, kind, cores }) => {
      const own = kinds?.find(({ name }) => name === kind)?.areas ?? areas.core;
      const found = [...own, ...areas.shared].find((area) => area.component === component);
      const ends = [found?.areaMm2, found?.lowMm2, found?.highMm2];
      const [middle = NaN, low = NaN, high = NaN] = ends.map((end) => cores * (end ?? NaN));
      return [sum[0] + middle, sum[1] + low, sum[2] + high];
    },
    [0, 0, 0],
  );
}

function partsOf({ prediction }: Claim, key: string): readonly Part[] {
  return prediction[key] as readonly Part[];
}

test('areas are sums of those of the parts, and so are their bands', (t) => {
  const areas = ofKind('area');
  t.true(areas.length >= 4);
  for (const claim of areas) {
    const [middle, low, high] = areaOf(claim.chip, partsOf(claim, 'parts'));
    assertPrinted(t, claim, middle);
    const ends = /\((.*) to (.*)\)$/.exec(claim.predicted);
    for (const [end, expected] of [
      [ends?.[1], low],
      [ends?.[2], high],
    ] as const) {
      const near = 5.1e-4 * expected;
      t.true(Math.abs(valueOf(end ?? '') - expected) <= near, `${claim.what}: ${String(end)}`);
    }
  }
});

test('overheads of area and of bits are the parts for learning against the others', (t) => {
  const overheads = ofKind('overhead');
  t.true(overheads.length >= 2);
  for (const claim of overheads) {
    const text = chipText(claim.chip);
    const sum = (parts: readonly Part[]): number =>
      claim.prediction['of'] === 'area'
        ? areaOf(claim.chip, parts)[0]
        : parts.reduce((bits, { component, kind, cores }) => {
            const memory = coreText(text, kind).memories[component];
            return bits + (memory === undefined ? NaN : cores * bitsOf(memory));
          }, 0);
    const share = sum(partsOf(claim, 'learning')) / sum(partsOf(claim, 'inference'));
    assertPrinted(t, claim, 100 * share);
  }
});

interface Measured {
  readonly run: 'inference' | 'training';
  readonly samples: number;
  readonly flushes: number;
  readonly layers: readonly Readonly<Record<'events' | 'visits' | 'sharedEvents', number>>[];
}

test("latencies of SPOON's network are the closed forms of its layers at the events that the kept run measured (spec §5, §5.1)", (t) => {
  const text = chipText('spoon-28nm');
  const { measuredRuns } = JSON.parse(
    readFileSync(path.join(packageRoot, 'reports/spoon-mnist/result.json'), 'utf8'),
  ) as { readonly measuredRuns: readonly Measured[] };
  const symbols = (kind: string, neurons: number) => symbolsOf(text, coreText(text, kind), neurons);
  // κ = 10 kernels, N = 10 × 24 × 24 values; layers of 128 and 10 neurons. There are no hops.
  const [conv, hidden, output] = [
    symbols('conv', 10),
    symbols('hidden', 128),
    symbols('output', 10),
  ];
  const convLookups = symbols('conv', 5760).activation;
  const clockMhz = Number.parseFloat(text.clock);
  for (const { run, samples, flushes, layers } of measuredRuns) {
    const [first, second, third] = layers.map(({ events, visits, sharedEvents }) => ({
      events: events / samples,
      visits: visits / samples,
      alone: (events - sharedEvents) / samples,
    }));
    if (first === undefined || second === undefined || third === undefined) return t.fail();
    let cycles = conv.biasWords + first.visits * visit(conv) + convLookups + conv.D;
    for (const [own, { events, alone }] of [
      [hidden, second],
      [output, third],
    ] as const) {
      cycles += own.biasWords + own.activation + own.D;
      if (run === 'inference') {
        cycles += events * visit(own);
        continue;
      }
      t.true(own.isFused);
      cycles += events * eventCycles(own, true) + alone * row(own);
      cycles += own.learning + own.biasWords * own.write + own.D + (flushes / samples) * own.D;
    }
    // The label selects a row of B; the class is the largest of ten.
    cycles += run === 'training' ? hidden.feedbackWords : output.outputWords + 9 + 1;
    const figure = run === 'training' ? 'trainingLatency' : 'inferenceLatency';
    const claim = ofKind('estimate').find(({ prediction }) => prediction['figure'] === figure);
    if (claim === undefined) return t.fail();
    // µs are times 1000 ns.
    assertPrinted(t, claim, (1000 * cycles) / clockMhz);
  }
});
