import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { trainBoth } from '../../../src/experiment/run/sides/train-both.js';

/** Two sides that note when they begin and end. */
function notedSides(fails: 'chip' | 'references' | null = null) {
  const notes: string[] = [];
  const side = (name: 'chip' | 'references', ms: number) => async () => {
    notes.push(`${name} begins`);
    await setTimeout(ms);
    if (fails === name) throw new Error(`${name} fails`);
    notes.push(`${name} ends`);
    return name;
  };
  return { notes, sides: { chip: side('chip', 5), references: side('references', 40) } };
}

const never = new AbortController().signal;

test('on one core the two sides train one after the other, else at the same time', async (t) => {
  const chip = ['chip begins', 'chip ends'];
  const references = ['references begins', 'references ends'];
  const cases = {
    beside: ['chip begins', 'references begins', 'chip ends', 'references ends'],
    chipFirst: [...chip, ...references],
    referencesFirst: [...references, ...chip],
  } as const;
  for (const order of ['beside', 'chipFirst', 'referencesFirst'] as const) {
    const { notes, sides } = notedSides();
    const both = await trainBoth(sides, order, new AbortController(), never);
    t.deepEqual(both, { chip: 'chip', references: 'references' });
    t.deepEqual(notes, cases[order], order);
  }
});

test('a side that fails is what a run fails of, and on one core the other does not begin', async (t) => {
  for (const order of ['beside', 'chipFirst', 'referencesFirst'] as const) {
    for (const side of ['chip', 'references'] as const) {
      const { notes, sides } = notedSides(side);
      const failure = new AbortController();
      await t.throwsAsync(trainBoth(sides, order, failure, never), { message: `${side} fails` });
      t.is(failure.signal.aborted, order === 'beside');
      const isFirst = (order === 'chipFirst') === (side === 'chip');
      if (order !== 'beside' && isFirst) t.deepEqual(notes, [`${side} begins`]);
    }
  }
});
