import test from 'ava';
import { canonicalHash } from '../../src/units/canonical-hash.js';

test('the hash does not depend on the order of keys, but on every value', (t) => {
  t.is(
    canonicalHash({ a: 1, b: { c: [1, 2], d: null } }),
    canonicalHash({ b: { d: null, c: [1, 2] }, a: 1 }),
  );
  t.not(canonicalHash({ a: [1, 2] }), canonicalHash({ a: [2, 1] }));
  t.is(canonicalHash({ a: 1, b: undefined }), canonicalHash({ a: 1 }));
});

test('the hash is the SHA-256 of the canonical JSON', (t) => {
  // printf '{"a":1,"b":"x"}' | sha256sum
  t.is(
    canonicalHash({ b: 'x', a: 1 }),
    'ecf9e98ec0641e23113ff3ce8bdc78d0ddd249886517fd4a7f68cc83d4e65667',
  );
});
