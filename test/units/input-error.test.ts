import test from 'ava';
import { codeOf, reasonOf } from '../../src/units/input-error.js';

test('an error of the system has a name, any other thing thrown has none and is told by itself', (t) => {
  t.is(codeOf(Object.assign(new Error('text'), { code: 'EIO' })), 'EIO');
  t.is(codeOf(new Error('text')), null);
  t.is(codeOf('text'), null);
  t.is(reasonOf(new Error('text')), 'text');
  t.is(reasonOf('text'), 'text');
});
