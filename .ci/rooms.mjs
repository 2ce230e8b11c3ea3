/*
 * A room of tests is one process: starting a process, loading the program and compiling it takes longer than most test
 * files. dist/rooms/ is written anew whenever AVA reads its configuration: a module per room that imports its files.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Rooms whose tests run whole experiments or commands. */
export const wholeRuns = [
  'cases',
  'cli',
  'experiment/estimate',
  'experiment/probe',
  'experiment/replay',
  'experiment/run',
  'experiment/validation',
  'experiment/vectors',
  'fuzz',
  'report/figures',
];

/** Files that have a process of their own: they take long, set a limit of time, or open backends of TensorFlow.js. */
export const alone = [
  'chip/co-simulation',
  'chip/fast/engine-paths',
  'chip/feedback-upkeep/co-simulation',
  'chip/fast/layer-parts',
  'chip/oracle/chip-laws',
  'chip/oracle/observe-sample',
  'chip/schedules/co-simulation',
  'chip/skip/co-simulation',
  'chip/ten-million-updates',
  'chip/timed/agreement',
  'chip/timed/input-wait',
  'chip/timed/layer-parts',
  'chip/timed/odin',
  'chip/timed/robustness',
  'chip/timed/robustness-parts',
  'cli/study/slurm',
  'experiment/run/mapping-mnist',
  'experiment/run/mnist',
  'extending',
  'firmware-sim/driver/agreement',
  'library',
  'reference/alignment',
  'reference/golden/replay-golden',
  'reference/gradient-check',
  'reference/resume',
  'reference/rules-against-float64',
  'reference/skipped-samples',
  'reference/train-reference',
];

/** Other files of more than 2.3 seconds of processor time; `bench/README.md` says how that was measured. */
export const slow = [
  'datasets/real-sets',
  'datasets/stored-limits',
  'experiment/file/check-training',
  'experiment/file/reference-training',
  'experiment/reference/reference-run',
  'hardware/check-models',
  'hardware/chip-area',
  'hardware/load-chip',
  'hardware/technology-prices',
  'mapping/mapping-law',
  'mapping/placement/allocate-cores',
  'mapping/placement/place-network',
  'mapping/placement/smallest-grid',
  'numerics/function-table',
  'report/estimate/estimate-page',
  'report/run/differences',
  'report/run/page',
  'report/validation/validation-page',
  'repository/facts-stand-once',
];

const wholeRunOf = (file) => wholeRuns.find((room) => file.startsWith(`${room}/`));

/** The room of a test file (`numerics/format`): the folder of whole runs that it is in, else the folder directly below `test/`. */
export function roomOf(file) {
  if (alone.includes(file)) return file;
  return wholeRunOf(file) ?? (file.includes('/') ? file.slice(0, file.indexOf('/')) : 'repository');
}

/** The same, or null: `npm run test:fast` leaves out whole runs and slow files. */
export function fastRoomOf(file) {
  const isSlow = alone.includes(file) || slow.includes(file) || wholeRunOf(file) !== undefined;
  return isSlow ? null : roomOf(file);
}

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');

/** Compiled test files, relative to dist/test and without ending: `numerics/format`. */
function testFiles() {
  const tests = join(dist, 'test');
  return readdirSync(tests, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => relative(tests, join(entry.parentPath ?? entry.path, entry.name)))
    .map((file) => file.slice(0, -'.test.js'.length))
    .sort();
}

/** Writes a module per room and gives AVA's pattern of them. `room`: as `roomOf`; null: the file is left out. */
export function writeRooms(room) {
  const filesOf = new Map();
  for (const file of testFiles()) {
    const name = room(file);
    if (name !== null) filesOf.set(name, [...(filesOf.get(name) ?? []), file]);
  }
  const folder = join(dist, 'rooms');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, files] of filesOf) {
    const imports = files.map((file) => `import '../test/${file}.test.js';\n`);
    writeFileSync(join(folder, `${name.replaceAll('/', '.')}.js`), imports.join(''));
  }
  return ['dist/rooms/*.js'];
}
