import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { packageRoot } from '../../src/package-root.js';
import { repositoryFiles } from './repository-files.js';

/* Readers follow links: each file and each heading that a Markdown file names must be there. */

/** Text without fenced code and code spans, in which brackets are no links; a span keeps its words where `keepsSpans`. */
function prose(text: string, keepsSpans = false): string {
  return text.replace(/^(```|~~~).*?^\1/gmsu, '').replace(/`([^`]*)`/gu, keepsSpans ? '$1' : '');
}

/** Targets of `[text](target)` and `[name]: target`, without titles. */
function linksOf(text: string): readonly string[] {
  const links = text.replace(/^(```|~~~).*?^\1/gmsu, '');
  return [
    ...links.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/gu),
    ...prose(text).matchAll(/^\[[^\]]+\]:\s*(\S+)/gmu),
  ].map(([, target = '']) => target);
}

/** Anchors as GitHub makes them: small letters, punctuation left out, blanks as dashes, a number behind repeated ones. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...prose(text, true).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gmu)].map(
    ([, title = '']) => {
      const words = title.replace(/\[([^\]]*)\]\([^)]*\)/gu, '$1').toLowerCase();
      const anchor = words.replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-');
      const earlier = seen.get(anchor) ?? 0;
      seen.set(anchor, earlier + 1);
      return earlier === 0 ? anchor : `${anchor}-${earlier}`;
    },
  );
  const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/gu)].map(([, name = '']) => name);
  return new Set([...anchors, ...named]);
}

/** What is wrong with a link, null where it leads somewhere. */
function faultOf(file: string, link: string): string | null {
  if (/^[a-z]+:/u.test(link)) return null;
  const [target = '', anchor] = decodeURIComponent(link).split('#');
  const place = target === '' ? join(packageRoot, file) : join(packageRoot, dirname(file), target);
  if (!existsSync(place)) return `${file}: (${link}) leads to no file; correct or delete the link`;
  if (anchor === undefined || statSync(place).isDirectory() || !place.endsWith('.md')) return null;
  if (anchorsOf(readFileSync(place, 'utf8')).has(anchor)) return null;
  return `${file}: (${link}) names no heading of ${target === '' ? file : target}; correct the anchor`;
}

test('every relative link in a Markdown file leads to a file and a heading that are there', (t) => {
  const files = repositoryFiles().filter((file) => file.endsWith('.md'));
  t.true(files.includes('README.md') && files.includes('docs/spec.md'));
  const faults = files.flatMap((file) =>
    linksOf(readFileSync(join(packageRoot, file), 'utf8')).flatMap(
      (link) => faultOf(file, link) ?? [],
    ),
  );
  t.deepEqual(faults, []);
});

test('a dead link and a dead anchor are found', (t) => {
  t.deepEqual(linksOf('see [a](docs/none.md "title") and\n\n```\n[b](c.md)\n```\n'), [
    'docs/none.md',
  ]);
  t.is(
    faultOf('README.md', 'docs/none.md'),
    'README.md: (docs/none.md) leads to no file; correct or delete the link',
  );
  t.is(
    faultOf('README.md', 'docs/spec.md#none'),
    'README.md: (docs/spec.md#none) names no heading of docs/spec.md; correct the anchor',
  );
  t.deepEqual([...anchorsOf('# Two `words`, one\n## A\n## A\n')], ['two-words-one', 'a', 'a-1']);
});

/** A path in backticks that begins with a top-level folder of sources is read as a place, too. */
test('README and CONTRIBUTING name only rooms and files that are there', (t) => {
  const missing = ['README.md', 'CONTRIBUTING.md'].flatMap((file) => {
    const text = readFileSync(join(packageRoot, file), 'utf8');
    return [...text.matchAll(/`((?:src|test|docs|examples|firmware-sim)\/[\w./-]+)`/gu)]
      .map(([, place = '']) => place)
      .filter((place) => !existsSync(join(packageRoot, place)))
      .map((place) => `${file}: \`${place}\` is not there`);
  });
  t.deepEqual(missing, []);
});
