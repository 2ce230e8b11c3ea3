/*
 * Builds into dist/, again only what changed: compiled files whose source is gone are deleted, tsc works from its build
 * information where a source is another than at the last build that succeeded, and the fast engine is compiled where a file
 * of its assembly is newer than it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assembly = join(root, 'src/chip/fast/assembly');
const assemblyConfig = join(root, 'src/chip/fast/asconfig.json');
const fastEngine = join(root, 'dist/src/chip/fast/fast-engine.wasm');

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** A test that was moved must not run twice, nor one that was deleted go on passing. */
function deleteOrphans() {
  for (const file of filesBelow(join(root, 'dist'))) {
    const compiled = /^(.*)\.(?:js|js\.map|d\.ts)$/.exec(relative(join(root, 'dist'), file));
    if (compiled !== null && !existsSync(join(root, `${compiled[1]}.ts`))) rmSync(file);
  }
}

function isStale(output, sources) {
  if (!existsSync(output)) return true;
  const built = statSync(output).mtimeMs;
  return sources.some((source) => statSync(source).mtimeMs > built);
}

function run(program, ...options) {
  const script = join(root, 'node_modules', program);
  const { status } = spawnSync(process.execPath, [script, ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Names, sizes and times of all that tsc reads: of packages the list that npm writes when it installs. */
function stateOfSources() {
  const folders = ['src', 'firmware-sim', 'test', 'bench'].map((name) => join(root, name));
  const sources = folders.flatMap(filesBelow).filter((file) => file.endsWith('.ts'));
  const settings = ['tsconfig.json', 'package.json', 'node_modules/.package-lock.json']
    .map((name) => join(root, name))
    .filter((file) => existsSync(file));
  const hash = createHash('sha256');
  for (const file of [...sources, ...settings].sort()) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Sources with an error are compiled, and the error printed, at every build. */
function compileSources() {
  const stamp = join(root, 'dist/.sources');
  const state = stateOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  rmSync(stamp, { force: true });
  run('typescript/bin/tsc', '-p', 'tsconfig.json');
  writeFileSync(stamp, state);
}

deleteOrphans();
compileSources();
if (isStale(fastEngine, [...filesBelow(assembly), assemblyConfig])) {
  const entry = join(assembly, 'index.ts');
  run('assemblyscript/bin/asc.js', entry, '--config', assemblyConfig, '--target', 'release');
}
