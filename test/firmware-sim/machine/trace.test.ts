import test from 'ava';
import { formatTrace } from '../../../firmware-sim/index.js';
import { runSource } from '../run-source.js';

test('a trace says of each step when, what, where, and what it changed (contracts: firmware trace)', (t) => {
  const { steps } = runSource(
    'li r1, 1\nst r1, START_UPDATE\nsync r1, r0 ; sleep\nld r2, ID\nhalt',
    {
      durations: { forward: 1, feedback: 1, update: 40, readout: 1 },
    },
  );
  const rows = formatTrace(steps)
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));
  t.deepEqual(rows, [
    ['cycle', 'cycles', 'step', 'addr', 'instruction', 'changes', 'source'],
    ['0', '1', 'execute', '0x0000', 'li r1, 1', 'r1 = 0x1', 'test.s:1'],
    ['1', '2', 'execute', '0x0004', 'st r1, 0x240(r0)', 'START_UPDATE[0] ← 0x1', 'test.s:2'],
    ['3', '1', 'execute', '0x0008', 'sync r1, r0', 'test.s:3'],
    ['4', '39', 'sleep', '0x0008', 'sync r1, r0', 'test.s:3'],
    ['43', '0', 'wake', '0x0008', 'sync r1, r0', 'test.s:3'],
    [
      '43',
      '2',
      'execute',
      '0x000c',
      'ld r2, 0x000(r0)',
      'ID → 0x53504b4c; r2 = 0x53504b4c',
      'test.s:4',
    ],
    ['45', '1', 'halt', '0x0010', 'halt', 'test.s:5'],
  ]);
});
