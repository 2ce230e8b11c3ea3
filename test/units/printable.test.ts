import test from 'ava';
import fc from 'fast-check';
import { holds } from '../support/holds.js';
import { longestQuotation } from '../../src/units/limits.js';
import { printable, printableLines, quoted } from '../../src/units/printable.js';

test('what a terminal would obey is shown as its code', (t) => {
  t.is(printable('\u001b]0;PWNED\u0007\u001b[31m'), '\\u001b]0;PWNED\\u0007\\u001b[31m');
  t.is(printable('\u009b2J\u007f\r\t\0'), '\\u009b2J\\u007f\\u000d\\u0009\\u0000');
  t.is(printable('a\u202eb\u2066c\u2028d\ufeff'), 'a\\u202eb\\u2066c\\u2028d\\ufeff');
  t.is(printable('\ud800'), '\\ud800');
});

test('other text stays as it is; a line feed stays in lines and is shown in one line', (t) => {
  for (const text of ['2.1 pJ × µm² – δh', 'Größe 8×8 “x” 数 😀', '<b>\\u001b</b>']) {
    t.is(printable(text), text);
  }
  t.is(printableLines('a\nb'), 'a\nb');
  t.is(printable('a\nb'), 'a\\u000ab');
});

test('a quotation is short and has nothing to obey, whatever is quoted', (t) => {
  holds(
    t,
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const shown = quoted(text);
      t.true(shown.length <= longestQuotation);
      t.notRegex(shown, /\p{Cc}/u);
    }),
    { seed: 1 },
  );
  t.is(quoted('short'), 'short');
  t.is(quoted('x'.repeat(1e6)), `${'x'.repeat(longestQuotation - 1)}…`);
});
