import type { ExecutionContext } from 'ava';
import { summaryLines } from '../../../src/cli/summary.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { renderHtml } from '../../../src/report/run/page.js';
import { renderMarkdown } from '../../../src/report/run/result-markdown.js';
import { all, type Element, readPage, textOf } from './read-page.js';

/* What no page and no summary shows, whatever the run: a figure that is none, or no word where a figure is known. */

export const noFigure = /\b(?:NaN|Infinity|undefined|null)\b|\[object|∞/;
/** Words for a value that is not known; a figure of a record is never one of them. */
const noWord = /^(?:none|unknown|)$/i;

/** Text of a page but its experiment, which is shown as it is written. */
export function proseOf(page: Element): string {
  const labels = ['svg', 'div', 'th', 'span', 'section'].flatMap((tag) =>
    all(page, tag).flatMap(({ attributes }) => [
      attributes['aria-label'] ?? '',
      attributes['title'] ?? '',
    ]),
  );
  const experiment = all(page, 'pre').map(textOf);
  const text = experiment.reduce((prose, one) => prose.replace(one, ' '), textOf(page));
  return [text, ...labels].join('\n');
}

/** Places that hold numbers of a picture: each is one. */
export function coordinatesOf(page: Element): readonly string[] {
  return ['rect', 'path', 'line', 'text'].flatMap((tag) =>
    all(page, tag).flatMap(({ attributes }) =>
      ['x', 'y', 'x1', 'x2', 'y1', 'y2', 'd', 'width', 'height', 'transform'].flatMap(
        (name) => attributes[name] ?? [],
      ),
    ),
  );
}

/** Page and summaries of these results show no figure that is none, and a word where nothing is known alone. */
export function assertKnown(
  t: ExecutionContext,
  name: string,
  results: readonly ResultRecord[],
): void {
  const page = readPage(renderHtml(results));
  const summaries = results.flatMap((result) => [
    renderMarkdown(result),
    ...summaryLines(result, 'report.html'),
  ]);
  for (const text of [proseOf(page), ...summaries, ...coordinatesOf(page)]) {
    t.notRegex(text, noFigure, name);
  }
  const values = [
    ...all(page, 'dd').map(textOf),
    ...all(page, 'b').map(textOf),
    ...all(page, 'p')
      .filter(({ attributes }) => attributes['class'] === 'value')
      .map(textOf),
  ];
  const wordless = values.filter((value) => noWord.test(value));
  t.deepEqual(wordless, [], name);
  // What has no price is unpriced wherever it stands, and what is priced is never called so.
  const isPriced = results.every(({ unpriced }) => unpriced.length === 0);
  const marks = all(page, 'em').filter(({ attributes }) => attributes['class'] === 'unpriced');
  const said = marks.map(textOf).filter((text) => text !== 'unknown');
  t.is(said.length > 0, !isPriced, name);
}
