import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { planStudy, type StudyPlan } from '../../src/experiment/study/plan-study.js';
import { readSweep } from '../../src/experiment/study/read-sweep.js';
import { StudyStore } from '../../src/experiment/study/study-store.js';
import {
  curvesTable,
  renderStudyCsv,
  runsTable,
  summaryTable,
} from '../../src/report/study/study-csv.js';
import { renderStudyHtml } from '../../src/report/study/study-page.js';
import { spikeledger } from '../cli/spikeledger.js';
import { mutateGently } from './gentle.js';
import { type Draws, mutateBytes, mutateJson, mutateText, mutateTree } from './mutations.js';
import { checkFigures } from './outcomes.js';
import type { FuzzCase, Reader } from './reader.js';
import { npyFiles, tinyExperiment, writeFiles } from './tiny.js';

/* Readers of sweeps and of what a study keeps. */

const fullSweep = `name: many
base: case.yaml
points:
  DRTP: { training.rule: drtp }
  DEFP loss: { training.rule: defp, training.defp.variant: loss, precision.delayedError: u8.8 }
pairs: [{ training.learningRate: [2^-5, 2^-6], precision.weight: [s8.7, s6.5] }]
grid: { precision.activation: [s8.7], reference.enabled: [false] }
seeds: [1, 2]
constraints: [{ precision.weight: s6.5, training.rule: drtp }]
metrics: [chipTestErrorPercent, trainingNj]
budget: { runs: 3, minutes: 1 }
`;

const options = { vary: [], only: null };
const sweepWords = ['sweep', 'sweep.yaml', '--out', 'out', '--workers', '1', '--quiet'];

function prepareTiny(folder: string, sweep: string): void {
  writeFiles(path.join(folder, 'data'), npyFiles());
  writeFiles(folder, { 'case.yaml': tinyExperiment(), 'sweep.yaml': sweep });
}

const sweeps: Reader = {
  name: 'sweep',
  prepare: async (folder) => {
    prepareTiny(folder, fullSweep);
    return Promise.resolve();
  },
  make: (draws, folder) => {
    const isMeantLegal = draws.hits(0.2);
    const text = isMeantLegal
      ? stringify(mutateGently(draws, parse(fullSweep)))
      : draws.hits(0.8)
        ? stringify(mutateTree(draws, parse(fullSweep)))
        : mutateText(draws, fullSweep);
    const file = path.join(folder, 'sweep.yaml');
    writeFileSync(file, text);
    return {
      what: text,
      read: () => planStudy(readSweep(file, options), path.join(folder, 'data')),
      // Points in other processes take seconds: what is likely to be legal is run to its page.
      use: [isMeantLegal ? sweepWords : ['sweep', 'sweep.yaml', '--dry-run']],
      isMeantLegal,
    };
  },
};

const smallSweep = `name: few
base: case.yaml
points: { DRTP: { training.rule: drtp }, BP: { training.rule: bp } }
seeds: 2
`;
/** What is planned in a folder; a store changes nothing of it. */
const plans = new Map<string, Promise<StudyPlan>>();

/** Everything that is made of a store. @throws Error where it holds what is no figure */
async function readStudy(folder: string, withPage: boolean): Promise<void> {
  const store = new StudyStore(path.join(folder, 'out'));
  store.readPlan();
  const sweep = path.join(folder, 'sweep.yaml');
  const planned =
    plans.get(folder) ?? planStudy(readSweep(sweep, options), path.join(folder, 'data'));
  plans.set(folder, planned);
  const study = {
    plan: await planned,
    records: await store.records(),
    damagedLines: 0,
    stoppedBy: 'nothing',
  } as const;
  const tables = [runsTable(study), curvesTable(study), summaryTable(study)];
  checkFigures(tables.map(renderStudyCsv));
  // Its charts take most of the time.
  if (withPage) checkFigures([renderStudyHtml(study)]);
}

/** One line of the records changed. */
function withLine(draws: Draws, text: string, change: (record: unknown) => string): Buffer {
  const lines = text.trimEnd().split('\n');
  const line = draws.below(lines.length);
  const changed = change(JSON.parse(lines[line] ?? ''));
  return Buffer.from(`${lines.with(line, changed).join('\n')}\n`);
}

/** Lines of records, or the plan, changed as data, text or bytes. */
function mutateStore(draws: Draws, name: string, content: Buffer): Buffer {
  if (draws.hits(0.3)) return Buffer.from(mutateBytes(draws, content));
  const text = content.toString('utf8');
  if (name === 'study.json') return Buffer.from(mutateJson(draws, JSON.parse(text)));
  return withLine(draws, text, (record) => mutateJson(draws, record));
}

function studyCase(draws: Draws, folder: string): FuzzCase {
  const [good, out] = [path.join(folder, 'good'), path.join(folder, 'out')];
  const [points = ''] = readdirSync(path.join(good, 'points'));
  const names = { 'study.json': out, [points]: path.join(out, 'points') };
  rmSync(out, { recursive: true, force: true });
  mkdirSync(path.join(out, 'points'), { recursive: true });
  const isMeantLegal = draws.hits(0.2);
  const chosen = isMeantLegal || draws.hits(0.75) ? points : 'study.json';
  let what = '';
  for (const [name, target] of Object.entries(names)) {
    const content = readFileSync(path.join(good, name === points ? 'points' : '', name));
    const change = (): Buffer =>
      isMeantLegal
        ? withLine(draws, content.toString('utf8'), (record) =>
            JSON.stringify(mutateGently(draws, record)),
          )
        : mutateStore(draws, name, content);
    const written = name === chosen ? change() : content;
    writeFileSync(path.join(target, name), written);
    if (name === chosen) what = `${name}: ${written.toString('latin1')}`;
  }
  const withPage = draws.hits(0.1);
  return {
    what,
    read: () => readStudy(folder, withPage),
    use: [[...sweepWords, '--resume']],
    isMeantLegal,
  };
}

const studies: Reader = {
  name: 'study',
  prepare: async (folder) => {
    prepareTiny(folder, smallSweep);
    await spikeledger([...sweepWords.map((word) => (word === 'out' ? 'good' : word))], folder);
  },
  make: studyCase,
};

export const storeReaders: readonly Reader[] = [sweeps, studies];
