import test from 'ava';
import { mappedWord, registerAddress, registerMap } from '../../../firmware-sim/index.js';

test('no two words of the map share an address, all are aligned, and the table ascends (README §5)', (t) => {
  const addresses = registerMap.flatMap(({ address, wordCount }) =>
    Array.from({ length: wordCount }, (_, bank) => address + 4 * bank),
  );
  t.is(new Set(addresses).size, addresses.length);
  t.true(addresses.every((address) => address % 4 === 0));
  t.deepEqual(
    addresses,
    addresses.toSorted((left, right) => left - right),
  );
});

test('reset values fit their registers (README §5)', (t) => {
  for (const { name, bits, resetValue } of registerMap) {
    t.true((resetValue ?? 0) < 2 ** bits, name);
  }
});

test('an address and a bank name the same word in both directions (README §5)', (t) => {
  t.is(registerAddress('START_FORWARD', 7), 0x21c);
  t.is(mappedWord(0x21c)?.register.name, 'START_FORWARD');
  t.is(mappedWord(0x21c)?.bank, 7);
  t.is(registerAddress('RULE'), 0x20);
  t.is(mappedWord(0x22), undefined);
  t.is(mappedWord(0x1fc), undefined);
});

test('registerAddress refuses a bank that a register does not have (README §5)', (t) => {
  t.throws(() => registerAddress('START_FORWARD', 8), { message: /START_FORWARD has no bank 8/ });
  t.throws(() => registerAddress('RULE', 1), { message: /RULE has no bank 1/ });
});
