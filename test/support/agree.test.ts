import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../src/chip/oracle/oracle-engine.js';
import { randomImage, randomSamples } from '../chip/images/random-image.js';
import { agree } from './agree.js';
import { holds } from './holds.js';

test('a disagreement names chip, rule, layer, tensor and index, both values and the command, in at most 20 lines (style §9)', (t) => {
  const image = randomImage(11);
  const oracle = new OracleEngine(image);
  oracle.train(randomSamples(image, 11, 2));
  const right = oracle.learnedState();
  const wrong = structuredClone(right);
  const weights = wrong.weightsRaw[1] ?? new Int32Array(1);
  const value = weights[0] ?? 0;
  weights[0] = value + 1;
  const error = t.throws(() => {
    agree({ title: 'law', pass: t.pass }, image, { fast: wrong, oracle: right });
  });
  const text = error.message;
  t.true(text.split('\n').length <= 20, text);
  t.regex(text, /^fast and oracle differ in 1 value\n/);
  t.regex(text, new RegExp(`rule +${image.rule.kind}`));
  t.regex(text, /layer +2 \((FC|CONV)/);
  t.regex(text, /tensor +weight\[0\]/);
  t.regex(text, new RegExp(`fast +${value + 1}\\n`));
  t.regex(text, new RegExp(`oracle +${value}\\n`));
  t.regex(text, /run it again: npx ava .*agree\.test\.js --match 'law'/);
});

test('a failed property shows the case, what was thrown and the command that runs it alone, in at most 20 lines', (t) => {
  const error = t.throws(() => {
    holds(
      { title: 'small numbers', log: t.log },
      fc.property(fc.integer({ min: 0, max: 1000 }), (drawn) => {
        if (drawn > 16) throw new RangeError(`${drawn} is too large`);
      }),
      { seed: 7 },
    );
  });
  const text = error.message;
  t.true(text.split('\n').length <= 20, text);
  t.regex(text, /17 is too large/);
  t.regex(text, /SPIKELEDGER_REPLAY=7:\S+ npx ava .*agree\.test\.js --match 'small numbers'/);
});
