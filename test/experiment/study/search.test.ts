import test from 'ava';
import { descend, type Trial, type Tried } from '../../../src/experiment/study/search/descend.js';
import {
  type Candidate,
  narrowed,
  widened,
} from '../../../src/experiment/study/search/search-space.js';
import { parseFormat, printFormat } from '../../../src/numerics/format.js';

/* `search`: the cheapest formats that lose at most x points against float, η tuned for each. */

function candidateOf(formats: Readonly<Record<string, string>>): Candidate {
  return {
    formats: new Map(
      Object.entries(formats).map(([tensor, text]) => [tensor, parseFormat(text)]),
    ) as unknown as Candidate['formats'],
    rateShift: 0,
  };
}

function textOf({ formats }: Candidate): string {
  return [...formats].map(([tensor, format]) => `${tensor} ${printFormat(format)}`).join(', ');
}

test('bits are taken from the fraction, the range stays; what no format is is left out', (t) => {
  const own = candidateOf({ weight: 's8.7', output: 'u3.1', bias: 's16.14' });
  t.is(textOf(narrowed(own, 'weight', 2) ?? own), 'weight s6.5, output u3.1, bias s16.14');
  t.is(narrowed(own, 'output', 2), null);
  t.is(narrowed(own, 'input', 1), null);
  t.is(textOf(widened(own, 4)), 'weight s12.11, output u7.5, bias s20.18');
});

/** A world in which weights err below `fewest` bits unless η is doubled, and cost an nJ a bit; the bias costs nothing. */
function world(fewest: number) {
  const tried: string[] = [];
  const outcome = ({ name, candidate }: Trial, withReference: boolean): Tried => {
    tried.push(name);
    const bits = candidate.formats.get('weight')?.totalBits ?? 0;
    const needed = candidate.rateShift >= 1 ? fewest : fewest + 1;
    return {
      candidate,
      errorPercent: bits >= needed ? 5 : 9,
      trainingNj: bits,
      referencePercent: withReference ? 4.5 - candidate.rateShift / 10 : null,
    };
  };
  const evaluate = (trials: readonly Trial[], { withReference }: { withReference: boolean }) =>
    Promise.resolve(trials.map((trial) => outcome(trial, withReference)));
  return { tried, evaluate };
}

test('a tensor loses bits until it errs with every η; what saves nothing keeps its bits', async (t) => {
  const { tried, evaluate } = world(5);
  const found = await descend(candidateOf({ weight: 's8.7', bias: 's16.14' }), 1, evaluate);
  const best = found.accepted.at(-1);
  t.is(best && textOf(best.candidate), 'weight s5.4, bias s16.14');
  t.is(best?.candidate.rateShift, 1);
  t.true(found.isComplete);
  // 4.4 with twice the η is the float that the limit is set by.
  t.is(found.floatPercent, 4.4);
  t.is(found.own?.trainingNj, 8);
  t.is(tried.filter((name) => name.includes('bias')).length, 1);
  // Each accepted is cheaper than the one before, and the first is the experiment's own.
  t.deepEqual(
    found.accepted.map(({ trainingNj }) => trainingNj),
    [8, 6, 5],
  );
});

test('formats that err too much as they are begin wider; where those do too, nothing is found', async (t) => {
  const { evaluate } = world(10);
  const found = await descend(candidateOf({ weight: 's8.7' }), 1, evaluate);
  t.is(found.own?.errorPercent, 9);
  t.is(found.accepted[0]?.trainingNj, 12);
  t.is(found.accepted.at(-1)?.trainingNj, 10);
  const none = await descend(candidateOf({ weight: 's8.7' }), 1, world(20).evaluate);
  t.deepEqual(none.accepted, []);
  t.true(none.isComplete);
});

test('where the runs are used up the cheapest so far stands, and the search says so', async (t) => {
  const { evaluate } = world(5);
  let calls = 0;
  const limited: typeof evaluate = (trials, options) => {
    calls += 1;
    return calls > 2 ? (Promise.resolve(null) as never) : evaluate(trials, options);
  };
  const found = await descend(candidateOf({ weight: 's8.7' }), 1, limited);
  t.false(found.isComplete);
  t.is(found.accepted.at(-1)?.trainingNj, 6);
  const nothing = await descend(candidateOf({ weight: 's8.7' }), 1, () => Promise.resolve(null));
  t.false(nothing.isComplete);
  t.deepEqual(nothing.accepted, []);
});
