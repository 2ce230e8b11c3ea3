import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeExperiment, type Outcome, program, spawned, spikeledger } from './spikeledger.js';

async function makeFolder(source: string): Promise<string> {
  const folder = await makeExperiment();
  await writeFile(path.join(folder, 'own.s'), source);
  return folder;
}

function firmware(words: readonly string[], cwd: string): Promise<Outcome> {
  return spikeledger(['firmware', ...words], cwd);
}

// Words by hand from the datasheet (README §2): li r1, 5 is opcode 2, a = 1, immediate 5; halt is opcode 0x3f.
const twoLines = 'li r1, 5\nhalt\n';
const twoWords = '08400005\nfc000000\n';

test.serial(
  'asm prints the words of a program, or writes them as $readmemh reads them',
  async (t) => {
    const folder = await makeFolder(twoLines);
    const printed = await spawned(['firmware', 'asm', 'own.s'], folder);
    t.deepEqual(printed, { code: 0, stdout: twoWords, stderr: '' });
    const written = await firmware(['asm', 'own.s', '--out', 'own.hex'], folder);
    t.is(written.stdout, 'own.hex: 2 words of own.s\n', written.stderr);
    t.is(await readFile(path.join(folder, 'own.hex'), 'utf8'), twoWords);
  },
);

test.serial('asm --listing prints address, word, line and source', async (t) => {
  const { stdout } = await firmware(['asm', 'own.s', '--listing'], await makeFolder(twoLines));
  t.deepEqual(stdout.split('\n'), [
    'addr  word      line  source',
    '0000  08400005     1  li r1, 5',
    '0004  fc000000     2  halt',
    '',
  ]);
});

test.serial(
  'run with a shipped program prints errors, instructions, cycles and that weights are the same',
  async (t) => {
    const folder = await makeExperiment();
    const words = ['run', 'small.yaml', '--program', 'train-drtp', '--samples', '5'];
    const { code, stdout, stderr } = await spawned(['firmware', ...words], folder);
    t.is(code, 0, stderr);
    t.regex(
      stdout,
      /^firmware-sim\/programs\/train-drtp\.s: \d+ words, training on 5 samples of digits, rule drtp$/m,
    );
    t.regex(stdout, /^Errors +\d of 5 \(\d+\.00 %\), each before it was learned from$/m);
    t.regex(stdout, /^ {2}control +\d+ \(\d+\.\d\d a sample\), \d+ of them asleep$/m);
    t.regex(
      stdout,
      /weights the same, outputs the same, cycles of every layer and phase the same$/m,
    );
    t.deepEqual(await readdir(folder), ['small.yaml']);
  },
);

test.serial('run --json prints only JSON', async (t) => {
  const words = ['run', 'small.yaml', '--program', 'inference', '--samples', '3', '--json'];
  const { stdout, stderr } = await firmware(words, await makeExperiment());
  t.is(stderr, '');
  const record: unknown = JSON.parse(stdout);
  t.like(record, { run: 'inference', samples: 3, hardwired: { sameOutputs: true } });
});

test.serial(
  'trace prints each instruction and chip event on a line, in the order of cycles, without sleep',
  async (t) => {
    const words = ['trace', 'small.yaml', '--program', 'inference'];
    const { code, stdout, stderr } = await firmware(words, await makeExperiment());
    t.is(code, 0, stderr);
    const lines = stdout.trimEnd().split('\n');
    t.regex(lines[0] ?? '', /^ +cycle {2}cycles {2}step +addr +instruction +changes +source$/);
    t.regex(
      lines[1] ?? '',
      /^ +0 +1 {2}execute {2}0x0000 {2}li r7, 0 .*firmware-sim\/programs\/inference\.s:9$/,
    );
    t.is(lines.filter((line) => / chip {5}layer \d: forward done$/.test(line)).length, 2);
    t.is(lines.filter((line) => / chip {5}layer 2: readout done$/.test(line)).length, 1);
    t.false(lines.some((line) => line.includes(' sleep ')));
    t.regex(lines.at(-1) ?? '', / halt {5}0x0060 {2}halt/);
    // A load or store stands where it reaches the chip, in the last of its two cycles.
    const cycles = lines.slice(1).map((line) => Number(line.slice(0, 10)));
    for (const [index, cycle] of cycles.entries()) t.true(cycle + 1 >= (cycles[index - 1] ?? 0));
  },
);

test.serial('a reader of a trace that has seen enough is no failure', async (t) => {
  const words = [program, 'firmware', 'trace', 'small.yaml', '--program', 'train-drtp'];
  const child = spawn(process.execPath, [...words, '--samples', '20'], {
    cwd: await makeExperiment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.once('data', () => {
    child.stdout.destroy();
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  t.is(code, 0);
  t.is(stderr, '');
});

const wrongCalls: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  [
    'a source with a fault',
    'li r1, 5\nhalf\n',
    ['asm', 'own.s', '--out', 'own.hex'],
    /^own\.s:2:1: "half" is not an instruction; /,
  ],
  [
    'a program that is not there',
    '',
    ['asm', 'none.s'],
    /^none\.s: the program cannot be read .*or one of inference, train-drtp/,
  ],
  [
    'a file that cannot be written',
    'halt\n',
    ['asm', 'own.s', '--out', 'no/folder/own.hex'],
    /^no\/folder\/own\.hex: the words cannot be written .* --out$/m,
  ],
  [
    'a jump out of program memory',
    'wait r1, EVENT_INPUT\njr r1\n',
    ['run', 'small.yaml', '--program', 'own.s'],
    /^own\.s:2: trap misalignedJump in cycle \d+: .*\n {2}0x0004 {2}jr r1\n {3}r0 0x0{8} {3}r1 0x00000001/,
  ],
  [
    'a wait for ever',
    'li r1, 50\nst r1, WATCHDOG_LIMIT\nwait r1, EVENT_TIMER\n',
    ['run', 'small.yaml', '--program', 'own.s'],
    /^own\.s:3: trap watchdog in cycle 54: waited 50 cycles for wait r1, 16; /,
  ],
  [
    'no number of samples',
    'halt\n',
    ['trace', 'small.yaml', '--program', 'own.s', '--samples', 'many'],
    /^--samples "many" is not allowed; write a whole number/,
  ],
  [
    'more samples than there are',
    'halt\n',
    ['trace', 'small.yaml', '--program', 'own.s', '--samples', '51'],
    /^firmware: --samples 51 is outside 1\.\.50/,
  ],
  [
    'more words than addresses reach',
    'halt\n',
    ['run', 'small.yaml', '--program', 'own.s', '--words', '65537'],
    /^--words "65537" is not allowed; write a whole number 1\.\.65536/,
  ],
];
for (const [what, source, words, message] of wrongCalls) {
  test.serial(`${what} ends with code 2 and writes nothing (issue 4, Bad input)`, async (t) => {
    const folder = await makeFolder(source);
    const { code, stderr } = await firmware(words, folder);
    t.is(code, 2, stderr);
    t.regex(stderr, message);
    t.deepEqual(await readdir(folder), ['own.s', 'small.yaml']);
  });
}
