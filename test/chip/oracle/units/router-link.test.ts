import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { inferenceForward } from '../../../../src/ledger/access-meter.js';
import { RouterLink } from '../../../../src/chip/oracle/units/router-link.js';
import { countsOf } from '../../images/chip-image.js';

test('a link counts hops × packets (spec §4.2)', (t) => {
  const ledger = new AccessLedger();
  new RouterLink(3, 11, { layer: 2, core: 0 }, ledger).carry(5, inferenceForward);
  t.deepEqual(countsOf(ledger.rows()), { 'inference forward 2 router.hop/11': 15 });
});

test('a link of no hops counts nothing (spec §4.2)', (t) => {
  const ledger = new AccessLedger();
  new RouterLink(0, 11, { layer: 2, core: 0 }, ledger).carry(5, inferenceForward);
  t.deepEqual(ledger.rows(), []);
});
