import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../src/chip/oracle/oracle-engine.js';
import { chipCase } from '../chip/images/fast/random-image.js';
import { randomChips } from '../chip/images/random-chips.js';
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

for (const [kind, chips] of [
  ['of a seed', randomChips()],
  ['of the generator of the fast engine', chipCase('any', undefined, 'full')],
] as const) {
  test(`a failed property prints the drawn chip ${kind}: rule, layers, formats, lanes, and how to draw it again, in at most 20 lines (style §9)`, (t) => {
    const property = fc.property(chips, ({ image }) => {
      const state = new OracleEngine(image).learnedState();
      const wrong = {
        ...state,
        weightsRaw: state.weightsRaw.map((raws) => raws.map((w) => w + 1)),
      };
      agree(t, image, { oracle: state, wrong });
    });
    const { message } = t.throws(() => {
      holds(t, property, { seed: 5, numRuns: 3 });
    });
    t.true(message.split('\n').length <= 20, message);
    t.regex(message, /chip \((seed \d+|family any, full; \d samples?)\)\n/);
    t.regex(
      message,
      /\n +rule +(drtp|defp|dfa|sdfa|fa|bp|shallow)[^\n]*; B from (memory|generator)\n/,
    );
    t.regex(message, /\n +layers +(FC \d+→\d+|CONV \d)/);
    t.regex(message, /\n +formats input [us]\d[^\n]* weight [us]\d[^\n]* secondMoment/);
    t.regex(message, /\n +lanes +\d+[^\n]* bits\n/);
    t.regex(message, /oracle and wrong differ in \d+ values?\n/);
    t.regex(
      message,
      /SPIKELEDGER_REPLAY=5:\S+ npx ava dist\/test\/support\/agree\.test\.js --match/,
    );
  });
}

test('the case that a failed property names is drawn again alone, with the seed and path that it printed', (t) => {
  const drawn: number[] = [];
  const property = fc.property(randomChips(), ({ seed }) => {
    drawn.push(seed);
    throw new RangeError('never');
  });
  const { message } = t.throws(() => {
    holds({ title: 'never', log: t.log }, property, { seed: 5, numRuns: 3 });
  });
  const [, replay = ''] = /SPIKELEDGER_REPLAY=(\S+)/.exec(message) ?? [];
  const [, printed] = /seed (\d+)/.exec(message) ?? [];
  drawn.length = 0;
  process.env['SPIKELEDGER_REPLAY'] = replay;
  t.teardown(() => {
    delete process.env['SPIKELEDGER_REPLAY'];
  });
  t.throws(() => {
    holds({ title: 'never', log: t.log }, property, { seed: 99, numRuns: 1 });
  });
  t.is(`${drawn[0] ?? ''}`, printed ?? 'nothing printed');
});
