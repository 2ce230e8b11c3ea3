import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { z } from 'zod';
import { packageRoot } from '../../src/package-root.js';
import { repositoryFiles } from './repository-files.js';

/* A pattern that matches nothing guards nothing: a room that was renamed loses its rules in silence. */

const files = repositoryFiles();
/** Made by installing, building and measuring coverage: not there in a fresh checkout. */
const made = ['dist', 'node_modules', 'coverage'];

function json(file: string): unknown {
  return JSON.parse(readFileSync(join(packageRoot, file), 'utf8'));
}

/** `*`, `**` and `{a,b}`; a folder stands for all that is in it. */
function globExpression(glob: string): RegExp {
  const source = glob
    .replace(/^!/u, '')
    .replace(/\/$/u, '')
    .replace(/[.+^$()[\]\\|]/gu, '\\$&')
    .replace(/\{([^}]*)\}/gu, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
    .replace(/\*\*\/|\*\*|\*/gu, (stars) => ({ '**/': '(?:.*/)?', '**': '.*' })[stars] ?? '[^/]*');
  return new RegExp(`^${source}(?:/|$)`, 'u');
}

/** The globs that match no file of the repository and are no output either. */
function deadGlobs(globs: readonly string[]): readonly string[] {
  return globs.filter((glob) => {
    const expression = globExpression(glob);
    return !made.includes(glob) && !files.some((file) => expression.test(file));
  });
}

/**
 * Every alternative of a regular expression by itself, so that one of them cannot hide behind the others; `room(/|\.ts$)`,
 * a folder or a file, is one place.
 */
function alternatives(expression: string): readonly string[] {
  const group = /\((?!\?|\/)([^()]*\|[^()]*)\)/u.exec(expression);
  if (group !== null) {
    const [whole, choices = ''] = group;
    return choices
      .split('|')
      .flatMap((choice) => alternatives(expression.replace(whole, () => `(?:${choice})`)));
  }
  const places: string[] = [''];
  let depth = 0;
  for (const letter of expression) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (letter === '|' && depth === 0) places.push('');
    else places[places.length - 1] = `${places.at(-1) ?? ''}${letter}`;
  }
  return places;
}

function deadExpressions(expressions: readonly string[]): readonly string[] {
  const places = [...files, 'node_modules'];
  return expressions
    .flatMap(alternatives)
    .filter((source) => !places.some((place) => new RegExp(source, 'u').test(place)));
}

/** The source that a place below `dist/` is built from; other places as they are. */
function sourceOf(place: string): string {
  return place.replace(/^(!?)(?:\.\/)?(?:dist\/)?/u, '$1').replace(/(?:\.d\.ts|\.js)$/u, '.ts');
}

/** The strings under these keys, however deep. */
function stringsUnder(value: unknown, keys: readonly string[], isUnder = false): readonly string[] {
  if (typeof value === 'string') return isUnder ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    stringsUnder(inner, keys, keys.includes(key) || (isUnder && Array.isArray(value))),
  );
}

/** Of each part of a flat configuration of ESLint only the places it holds for: its plugins are no data. */
const eslintConfig = z.array(
  z.object({ files: z.unknown().optional(), ignores: z.unknown().optional() }),
);

test('every include and exclude of tsconfig.json matches a file', (t) => {
  t.deepEqual(deadGlobs(stringsUnder(json('tsconfig.json'), ['include', 'exclude'])), []);
});

test('every glob of eslint.config.js matches a file', async (t) => {
  const loaded = z
    .object({ default: eslintConfig })
    .parse(await import(pathToFileURL(join(packageRoot, 'eslint.config.js')).href));
  const globs = stringsUnder(loaded.default, ['files', 'ignores']);
  t.true(globs.includes('src/numerics/**/*.ts'));
  // typescript-eslint's own presets name kinds of files, not places of this repository.
  t.deepEqual(deadGlobs(globs.filter((glob) => !glob.startsWith('**/*.'))), []);
});

test('every path of .dependency-cruiser.cjs matches a file, each alternative by itself', (t) => {
  const config: unknown = createRequire(import.meta.url)(
    join(packageRoot, '.dependency-cruiser.cjs'),
  );
  const expressions = stringsUnder(config, ['path', 'pathNot']);
  t.true(expressions.length > 5);
  t.deepEqual(deadExpressions(expressions), []);
});

test('what package.json packs and exports is there, or is built from what is', (t) => {
  const {
    files: packed,
    exports,
    bin,
  } = z
    .object({
      files: z.array(z.string()),
      exports: z.unknown(),
      bin: z.unknown(),
    })
    .parse(json('package.json'));
  const named = (value: unknown): readonly string[] => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(named) : [];
  };
  const places = [...packed, ...named(exports), ...named(bin)].map(sourceOf);
  t.deepEqual(deadGlobs(places), []);
});

test('every glob of ava.config.js matches a file', async (t) => {
  const { default: config } = z
    .object({ default: z.object({ files: z.array(z.string()) }) })
    .parse(await import(pathToFileURL(join(packageRoot, 'ava.config.js')).href));
  t.deepEqual(deadGlobs(config.files.map(sourceOf)), []);
});

for (const file of ['.prettierignore', '.gitignore']) {
  test(`every line of ${file} matches a file, or is made by a command`, (t) => {
    // Files under a temporary name are there only while they are written.
    const passing = ['*.tmp', 'dist/', 'coverage/', 'node_modules/'];
    const lines = readFileSync(join(packageRoot, file), 'utf8').split('\n');
    const globs = lines.filter((line) => line !== '' && !line.startsWith('#'));
    t.deepEqual(
      deadGlobs(
        globs
          .filter((glob) => !passing.includes(glob))
          .map((glob) => glob.replace(/^(!?)\//u, '$1')),
      ),
      [],
    );
  });
}

test('a glob that matches nothing and an alternative that matches nothing are found', (t) => {
  t.deepEqual(deadGlobs(['src/numerics/**/*.ts', 'src/none/**/*.ts']), ['src/none/**/*.ts']);
  t.deepEqual(deadExpressions(['^src/(numerics|none)/']), ['^src/(?:none)/']);
  t.deepEqual(deadExpressions(['^src/numerics(/|\\.ts$)|^src/none(/|\\.ts$)']), [
    '^src/none(/|\\.ts$)',
  ]);
});
