import test from 'ava';

import { valueCount } from '../../src/datasets/dataset.js';
import { fileNamesOf, partsOf } from '../../src/datasets/folder-layout.js';
import { findKnownSet, folderOf, knownSets, remedyOf } from '../../src/datasets/known-sets.js';
import { packageRoot } from '../../src/package-root.js';
import { InputError } from '../../src/units/input-error.js';

for (const set of knownSets) {
  test(`${set.name}: every file has a checksum and every checksum a file`, (t) => {
    const fileNames = partsOf(set.layout).flatMap(fileNamesOf);
    t.deepEqual(Object.keys(set.checksums).sort(), [...fileNames].sort());
    for (const { packed, content, originalBlob } of Object.values(set.checksums)) {
      for (const sha256 of [packed, content])
        if (sha256 !== null) t.regex(sha256, /^[0-9a-f]{64}$/);
      if (originalBlob !== undefined) t.regex(originalBlob, /^[0-9a-f]{40}$/);
      t.true(content !== null || originalBlob !== undefined);
    }
    t.true(valueCount(set.inputShape) > 0);
  });
}

test('names are unique and found again', (t) => {
  t.is(new Set(knownSets.map((set) => set.name)).size, knownSets.length);
  for (const set of knownSets) t.is(findKnownSet(set.name), set);
});

test('an unknown name is refused with the known ones', (t) => {
  t.throws(() => findKnownSet('minst'), {
    instanceOf: InputError,
    message: /^dataset\.name = "minst": there is no such data set; known are digits, mnist, /,
  });
});

test('the digits lie in the package, the others under the data folder', (t) => {
  t.true(folderOf(findKnownSet('digits'), '/data').startsWith(packageRoot));
  t.is(folderOf(findKnownSet('mnist'), '/data'), '/data/mnist');
  t.regex(remedyOf(findKnownSet('digits')), /install the package again/);
  t.regex(remedyOf(findKnownSet('mnist')), /--data or SPIKELEDGER_DATA/);
});
