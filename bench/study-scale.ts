/* `node dist/bench/study-scale.js`: what planning a study and reading its store take, for docs/sweeps.md. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { planStudy } from '../src/experiment/study/plan-study.js';
import { readSweep } from '../src/experiment/study/read-sweep.js';
import { StudyStore } from '../src/experiment/study/study-store.js';
import { packageRoot } from '../src/package-root.js';
import { recordOf } from '../test/experiment/study/made-records.js';

const seedCount = 1000;
const fileCount = 1000;
const recordsPerFile = 20;

/** Milliseconds of the processor per item. */
async function cost(itemCount: number, work: () => Promise<unknown>): Promise<string> {
  const begin = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begin);
  return `${((user + system) / 1000 / itemCount).toFixed(2)} ms`;
}

const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
const base = path.join(packageRoot, 'examples/digits-drtp.yaml');
const file = path.join(folder, 'sweep.yaml');
await writeFile(file, `name: scale\nbase: ${base}\nseeds: ${seedCount}\n`);
const planning = await cost(seedCount, () =>
  planStudy(readSweep(file, { vary: [], only: null }), folder),
);
await mkdir(path.join(folder, 'points'));
for (let index = 0; index < fileCount; index += 1) {
  const lines = Array.from(
    { length: recordsPerFile },
    (_, line) => `${JSON.stringify(recordOf(`${index}-${line}`, [5, 4, 3]))}\n`,
  );
  await writeFile(path.join(folder, 'points', `${index}.jsonl`), lines.join(''));
}
const store = new StudyStore(folder);
const reading = await cost(fileCount * recordsPerFile, () => store.records());
const looking = await cost(fileCount, () => store.records());
await rm(folder, { recursive: true });
console.log(
  `planning a point ${planning}, reading a record ${reading}, looking at a file again ${looking}`,
);
