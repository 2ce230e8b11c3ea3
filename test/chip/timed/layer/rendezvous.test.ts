import test from 'ava';
import { Rendezvous } from '../../../../src/chip/timed/layer/rendezvous.js';

test('a rendezvous opens with the last of its members, and is closed again at once (spec §5)', (t) => {
  let openCount = 0;
  const rendezvous = new Rendezvous(3, () => {
    openCount += 1;
  });
  const opened = Array.from({ length: 7 }, () => {
    rendezvous.come();
    return openCount;
  });
  t.deepEqual(opened, [0, 0, 1, 1, 1, 2, 2]);
});

test('whoever comes while it opens is the first of the next round', (t) => {
  const rounds: number[] = [];
  const rendezvous: Rendezvous = new Rendezvous(2, () => {
    rounds.push(rounds.length);
    if (rounds.length === 1) rendezvous.come();
  });
  for (let member = 0; member < 3; member += 1) rendezvous.come();
  t.deepEqual(rounds, [0, 1]);
});
