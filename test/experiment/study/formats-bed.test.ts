import path from 'node:path';
import test from 'ava';
import { attribute } from '../../../src/experiment/study/formats/attribution.js';
import { formatsPoints, planFormats } from '../../../src/experiment/study/formats/plan-formats.js';
import { runStudy } from '../../../src/experiment/study/run-study.js';
import { packageRoot } from '../../../src/package-root.js';
import { makeFolder } from '../small-run.js';

/*
 * The test bed of `formats`: the packaged digits with formats that are known to be narrow. Three seeds, and of the factors those
 * that the bed is about; docs/formats.md has all of them, with five seeds.
 */

const digits = path.join(packageRoot, 'examples/digits-drtp.yaml');
const bed = ['output', 'activation', 'weight', 'input', 'delta', 'bias'];
const { own, wide, alone, left } = formatsPoints;

/** A part of the bed, which every change passes; `SPIKELEDGER_FORMATS_BED=all` asks for all of it, a hundred seconds of a core. */
const isWhole = process.env['SPIKELEDGER_FORMATS_BED'] === 'all';
const part: ReadonlySet<string> = new Set(['output', 'delta']);
const isAsked = ([tensor]: readonly [string, ...string[]]): boolean => isWhole || part.has(tensor);

/** Points that two studies have in common are run once. */
const folder = makeFolder();

/** What is blamed where these formats are narrow; only some factors are asked for, and the float reference is not. */
async function blamed(narrow: readonly string[], asked: readonly string[]) {
  const overrides = [...narrow.map((each) => `precision.${each}`), 'reference.enabled=false'];
  const { plan, factors } = await planFormats(digits, overrides, 3, '.');
  const names = new Set([own, wide, ...asked.flatMap((name) => [alone(name), left(name)])]);
  const points = plan.points.filter(({ name }) => name !== null && names.has(name));
  const study = await runStudy(
    { ...plan, points },
    { folder: await folder, workers: 2, resume: true, overwrite: false },
  );
  const { effects } = attribute(
    study,
    factors.filter(({ name }) => asked.includes(name)),
  );
  return effects;
}

const blamedAlone = [
  ['output', 'u3.3', 'costs'],
  // 2.9 points, but three seeds say so in one of the two ways only.
  ['activation', 's2.1', 'perhaps'],
  ['weight', 's4.3', 'costs'],
  ['input', 'u1.1', 'costs'],
] as const;
for (const [tensor, format, verdict] of blamedAlone.filter(isAsked)) {
  test.serial(`${tensor} in ${format} alone is named first: ${verdict}`, async (t) => {
    t.timeout(600_000);
    const asked = [tensor, ...bed.filter((name) => name !== tensor).slice(isWhole ? -2 : -1)];
    const effects = await blamed([`${tensor}=${format}`], asked);
    t.log(effects.map(({ factor, givesBack }) => `${factor.name} ${givesBack?.mean.toFixed(2)}`));
    t.is(effects[0]?.factor.name, tensor);
    t.is(effects[0]?.verdict, verdict);
    for (const other of effects.slice(1)) t.is(other.verdict, 'nothing seen');
  });
}

const costless = [
  ['delta', 's3.2'],
  ['bias', 's4.3'],
] as const;
for (const [tensor, format] of costless.filter(isAsked)) {
  test.serial(`${tensor} in ${format} costs nothing and is not blamed`, async (t) => {
    t.timeout(600_000);
    const effects = await blamed([`${tensor}=${format}`], [tensor, 'weight']);
    t.deepEqual(
      effects.map(({ verdict }) => verdict),
      ['nothing seen', 'nothing seen'],
    );
  });
}

/** Points that each gives back with seed 1, put back to the format of the chip: 9.36 less 7.36, 8.03, 9.03 and 9.03 %. */
const ofOneSeed = { output: 2, activation: 1.33, weight: 0.33, delta: 0.33 } as const;

if (isWhole) {
  test.serial(
    'of four narrow formats at once output is named first, and each gives back what one seed says, within its interval',
    async (t) => {
      t.timeout(600_000);
      const narrow = ['output=u3.3', 'activation=s4.3', 'weight=s5.4', 'delta=s5.4'];
      const effects = await blamed(narrow, Object.keys(ofOneSeed));
      t.is(effects[0]?.factor.name, 'output');
      for (const [name, points] of Object.entries(ofOneSeed)) {
        const interval = effects.find(({ factor }) => factor.name === name)?.givesBack?.interval;
        const text = `${name} ${interval?.low.toFixed(2)} to ${interval?.high.toFixed(2)}`;
        t.log(text);
        t.true(interval !== null && interval !== undefined, name);
        t.true((interval?.low ?? NaN) <= points && points <= (interval?.high ?? NaN), text);
      }
    },
  );
}
