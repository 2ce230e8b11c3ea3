import test from 'ava';
import fc from 'fast-check';
import { printableLines } from '../../../src/units/printable.js';
import { escapeHtml, markup, Markup } from '../../../src/report/kit/markup.js';
import { holds } from '../../support/holds.js';

test('markup escapes every interpolated string and leaves the literal parts', (t) => {
  const name = `<script>alert("1 & 2")</script>'`;
  t.is(
    markup`<b title="${name}">x</b>`.text,
    '<b title="&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;&#39;">x</b>',
  );
});

test('markup inserts nested markup once, without escaping it again', (t) => {
  const items = ['<', 'b'].map((text) => markup`<li>${text}</li>`);
  t.is(
    markup`<ul>${items}</ul>${Markup.trusted('<hr>')}`.text,
    '<ul><li>&lt;</li><li>b</li></ul><hr>',
  );
});

test('escaped text holds no character that HTML reads as markup and can be read back, for any text', (t) => {
  const back = new Map([
    ['&amp;', '&'],
    ['&lt;', '<'],
    ['&gt;', '>'],
    ['&quot;', '"'],
    ['&#39;', "'"],
  ]);
  holds(
    t,
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeHtml(text);
      t.notRegex(escaped, /[<>"']/);
      t.is(
        escaped.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => back.get(entity) ?? entity),
        printableLines(text),
      );
    }),
    { seed: 1, numRuns: 300 },
  );
});
