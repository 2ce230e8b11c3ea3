import test from 'ava';
import { nearestName, suggestion } from '../../src/units/nearest-name.js';

test('nearestName finds the candidate with the fewest edits, case ignored', (t) => {
  t.is(nearestName('Epoch', ['learningRate', 'epochs', 'rule']), 'epochs');
  t.is(nearestName('drpt', ['defp', 'drtp']), 'drtp');
});

test('nearestName is null where no candidate is within two edits or a third of its length', (t) => {
  t.is(nearestName('zzzzzz', ['epochs', 'rule']), null);
  t.is(nearestName('x', []), null);
});

test('suggestion is a half sentence, or empty where nothing is near', (t) => {
  t.is(suggestion('epoch', ['epochs']), '; did you mean "epochs"?');
  t.is(suggestion('zzzzzz', ['epochs']), '');
});
