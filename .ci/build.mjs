/*
 * Builds into dist/, again only what changed: compiled files whose source is gone are deleted, tsc works from its build
 * information, and the fast engine is compiled where a file of its assembly is newer than it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
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

deleteOrphans();
run('typescript/bin/tsc', '-p', 'tsconfig.json');
if (isStale(fastEngine, [...filesBelow(assembly), assemblyConfig])) {
  const entry = join(assembly, 'index.ts');
  run('assemblyscript/bin/asc.js', entry, '--config', assemblyConfig, '--target', 'release');
}
