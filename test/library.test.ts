import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { Command } from 'commander';
import { addCommands } from '../src/cli/program.js';
import { packageRoot } from '../src/package-root.js';

/* docs/library.md: every example, as it stands there, prints what stands below it. */

interface Example {
  readonly title: string;
  readonly code: string;
  readonly printed: string;
}

const page = readFileSync(path.join(packageRoot, 'docs/library.md'), 'utf8');

function block(kind: string): string {
  return `\`\`\`${kind}\n([\\s\\S]*?)\`\`\`\n`;
}

const experiment = new RegExp(block('yaml')).exec(page)?.[1] ?? '';

/** Each block of code with the output after it, and the heading before. */
const examples: readonly Example[] = page
  .split(/^## /m)
  .slice(1)
  .flatMap((section) => {
    const [title = ''] = section.split('\n');
    const pairs = section.matchAll(new RegExp(`${block('js')}\\n${block('text')}`, 'g'));
    return [...pairs].map(([, code = '', printed = ''], index) => ({
      title: `${title} (${index + 1})`,
      code,
      printed,
    }));
  });

const library = pathToFileURL(path.join(packageRoot, 'dist/src/index.js')).href;

test('the page has an example of each capability, and no block of code without its output', (t) => {
  t.is(page.match(/```js/g)?.length, examples.length);
  t.true(examples.length >= 7);
});

/** Names in backquotes of a cell. */
function quotedIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** Rows of the page's table: words of the command line, and the functions that do the same. */
const rows = [...page.matchAll(/^\| (`.*?) +\| (`.*?) +\|$/gm)].map(
  ([, command = '', names = '']) => ({
    command: quotedIn(command),
    functions: quotedIn(names),
  }),
);

test('every command has its functions in the table, and each of them is a public function', async (t) => {
  const commands = [...addCommands(new Command()).commands].flatMap((command) => {
    const below = command.commands.map((inner) => inner.name());
    return below.length === 0
      ? [command.name()]
      : below.map((inner) => `${command.name()} ${inner}`);
  });
  const listed = rows.flatMap(({ command: [first = '', ...more] }) => [
    first,
    // `models list`, `show`: the first word stands once.
    ...more.map((word) => `${first.split(' ')[0] ?? ''} ${word}`),
  ]);
  t.deepEqual(listed.toSorted(), commands.toSorted());
  const exported = (await import('../src/index.js')) as Readonly<Record<string, unknown>>;
  for (const name of rows.flatMap(({ functions }) => functions)) {
    t.is(typeof exported[name], 'function', name);
  }
});

for (const { title, code, printed } of examples) {
  test.serial(`docs/library.md, ${title}: the example prints what stands below it`, async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'library-'));
    t.teardown(() => {
      rmSync(folder, { recursive: true });
    });
    writeFileSync(path.join(folder, 'small.yaml'), experiment);
    const file = path.join(folder, 'example.mjs');
    writeFileSync(file, code.replaceAll("'spikeledger'", `'${library}'`));
    const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder });
    t.is(stdout, printed);
  });
}
