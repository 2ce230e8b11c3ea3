import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { passes } from '../../../src/chip/engine.js';
import { activations, losses } from '../../../src/chip/fast/layout/parameter-blocks.js';
import { enginePaths } from '../../../src/chip/fast/layout/engine-paths.js';
import { signalSources } from '../../../src/chip/fast/layout/signal-source.js';
import { optimizers } from '../../../src/chip/fast/layout/steps-block.js';
import { tensorNames } from '../../../src/chip/image/chip-image.js';
import { chipDefpVariants } from '../../../src/network/defp-variants.js';
import { roundingModes } from '../../../src/numerics/modes.js';
import { packageRoot } from '../../../src/package-root.js';

/*
 * The WebAssembly engine is written in another language and repeats numbers of its driver: the place of a name in a list.
 */

/** Constants of a file of `assembly` by name. */
function compiledConstants(name = 'numbers.ts'): ReadonlyMap<string, number> {
  const file = path.join(packageRoot, 'src', 'chip', 'fast', 'assembly', name);
  const found = readFileSync(file, 'utf8').matchAll(/^export const (\w+): i32 = (\d+);$/gm);
  return new Map([...found].map(([, name, value]) => [name ?? '', Number(value)]));
}

/** `labelRow` is LABEL_ROW in the compiled engine. */
function compiledName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** Names that the compiled engine spells otherwise; null: it has none, because it needs none. */
const spelled: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  activations: { none: 'IDENTITY' },
  tensors: {
    input: null,
    activation: null,
    output: null,
    feedback: null,
    momentum: 'MOMENTUM_STATE',
  },
  'delayed errors': {
    error: 'DELAYED_ERROR_OF_LABEL',
    loss: 'DELAYED_LOSS',
    aggregated: 'DELAYED_MEAN',
    fullVector: null,
    lastLoss: 'DELAYED_LAST_LOSS',
    movingAverage: 'DELAYED_AVERAGE',
    movingRate: 'DELAYED_RATE',
  },
};

const lists: Readonly<Record<string, readonly string[]>> = {
  'rounding modes': roundingModes,
  passes,
  'signal sources': signalSources,
  losses,
  activations,
  optimizers,
  tensors: tensorNames,
  'delayed errors': chipDefpVariants,
};

for (const [list, names] of Object.entries(lists)) {
  test(`the compiled engine numbers ${list} as its driver does`, (t) => {
    const constants = compiledConstants();
    names.forEach((name, index) => {
      const spelling = spelled[list]?.[name];
      if (spelling === null) return;
      const constant = spelling ?? compiledName(name);
      t.is(constants.get(constant), index, `assembly/numbers.ts: ${constant} of ${list}`);
    });
  });
}

test('the compiled engine numbers its paths as its driver does', (t) => {
  const constants = compiledConstants('paths.ts');
  enginePaths.forEach(({ phase, pass, path: name }, index) => {
    const constant = `${phase}_${name}`.toUpperCase();
    // Forward sums are numbered within a kind of pass.
    const first = phase === 'forward' ? passes.indexOf(pass) * 4 : 0;
    t.is(constants.get(constant), index - first, `assembly/paths.ts: ${constant}`);
  });
});
