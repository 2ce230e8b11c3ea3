import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseOverride, readExperiment } from '../../src/experiment/file/read-experiment.js';
import { readResult } from '../../src/experiment/record/read-result.js';
import { checkModel } from '../../src/hardware/check-models.js';
import { loadChip } from '../../src/hardware/load-chip.js';
import { packageRoot } from '../../src/package-root.js';
import { GoldenCaseError } from '../../src/reference/golden/golden-array.js';
import { readGoldenCase } from '../../src/reference/golden/golden-case.js';
import { replayGolden } from '../../src/reference/golden/replay-golden.js';
import { renderHtml } from '../../src/report/run/page.js';
import { InputError } from '../../src/units/input-error.js';
import { mostProblems } from '../../src/units/limits.js';
import { fileOrder, makeJob, makeSamples } from '../reference/make-job.js';

/* Files that nobody writes on purpose: each is read, or refused in a sentence with the right place, and in short time. */

const cases = path.join(packageRoot, 'test', 'cases', 'hostile');

function caseText(name: string): string {
  return readFileSync(path.join(cases, name), 'utf8');
}

function makeFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** A file with this content in a new folder. */
function makeFile(t: ExecutionContext, name: string, content: string | Uint8Array): string {
  const file = path.join(makeFolder(t), name);
  writeFileSync(file, content);
  return file;
}

/** What is wrong with a model, a sentence a line. */
function problemsOf(file: string): readonly string[] {
  return checkModel(file).flatMap(({ problem }) => problem?.split('\n') ?? []);
}

function refusalOf(t: ExecutionContext, read: () => unknown): string {
  return t.throws(read, { instanceOf: InputError }).message;
}

test('a memory of 0 banks asks for no price, whatever its words (cases, hostile)', (t) => {
  t.deepEqual(problemsOf(path.join(cases, 'word-2048-of-an-absent-memory', 'chip.yaml')), []);
  t.deepEqual(problemsOf(path.join(cases, 'chip-absent.yaml')), []);
  // Siblings: another memory, and banks larger than any of the table.
  const optimizerState = 'optimizerState: { banks: 0, wordsPerBank: 16384, wordBits: 128 bit }';
  const huge = 'optimizerState: { banks: 0, wordsPerBank: 2147483647, wordBits: 4096 bit }';
  const text = caseText('act-s16.2.yaml').replace(optimizerState, huge);
  t.deepEqual(problemsOf(makeFile(t, 'chip.yaml', text)), []);
});

test('a memory that the table does not hold is a mistake of the chip file, at the memory (cases, hostile)', (t) => {
  const text = caseText('chip-absent.yaml');
  const wide = text.replace(
    'gradient: { banks: 0, wordsPerBank: 16384',
    'gradient: { banks: 1, wordsPerBank: 1024',
  );
  t.regex(
    problemsOf(makeFile(t, 'chip.yaml', wide)).join(),
    /chip\.yaml:37:\d+: core\.memories\.gradient\.wordBits: .*a word of 512 bits .* ends at 256 bits/,
  );
  const large = text.replace(
    'onChip, banks: 1, wordsPerBank: 65536',
    'onChip, banks: 1, wordsPerBank: 1000000',
  );
  t.regex(
    problemsOf(makeFile(t, 'chip.yaml', large)).join(),
    /chip\.yaml:39:\d+: delayedErrorMemory\.wordsPerBank: .*a bank of 8000000 bits .*smaller banks/,
  );
});

test('a scalar of thousands of characters is refused before anything is matched with it (cases, hostile)', (t) => {
  t.regex(
    problemsOf(path.join(cases, 'quantity-of-5000-digits.yaml')).join(),
    /:8:10: a value of 5003 characters; at most 2000 are read$/,
  );
  const text = caseText('act-s16.2.yaml');
  const siblings: readonly (readonly [string, string, RegExp])[] = [
    [
      'voltage: 0.8 V',
      `voltage: ${'1'.repeat(1985)} V`,
      /voltage: .*1987 characters; .*at most 100/,
    ],
    ['voltage: 0.8 V', `${'v'.repeat(900)}: 0.8 V`, /v…: unknown key/],
    ['s8.7,', `s${'8'.repeat(1900)}.7,`, /format: .*is not|has Infinity bits|has 8{2}/],
    ['technology: generic-28nm', `technology: ${'x'.repeat(1999)}`, /technology: /],
  ];
  for (const [from, to, expected] of siblings) {
    const problem = problemsOf(makeFile(t, 'chip.yaml', text.replace(from, to))).join('\n');
    t.regex(problem, expected);
  }
  t.regex(
    refusalOf(t, () => parseOverride(`network=${'F'.repeat(5000)}`)),
    /5008 characters; at most 2000/,
  );
});

test('a foreign file is refused without a word of its content (cases, hostile)', (t) => {
  const foreign = [
    'root:x:0:0:root:/root:/bin/bash\nsecret:x:1:1::/:/bin/sh\n',
    'password: secret\nuser: secret\n',
    '"secret" secret: [secret\n',
    '@secret `secret\n',
  ];
  for (const content of foreign) {
    const file = makeFile(t, 'foreign.yaml', content);
    for (const read of [() => loadChip(file), () => readExperiment(file, [])]) {
      const message = refusalOf(t, read);
      t.false(message.includes('secret'), message);
      t.true(message.startsWith(`${file}:1:`), message);
    }
    const json = refusalOf(t, () => readResult(file));
    t.false(json.includes('secret'), json);
  }
});

test('only regular files of a sensible size are read: no pipe, device, folder, binary or endless file', (t) => {
  const folder = makeFolder(t);
  const pipe = path.join(folder, 'pipe.yaml');
  execFileSync('mkfifo', [pipe]);
  const refused: readonly (readonly [string, RegExp])[] = [
    [pipe, /it is a pipe, and a regular file is needed/],
    ['/dev/zero', /it is a device, and a regular file is needed/],
    [folder, /it is a folder, and a regular file is needed/],
    [makeFile(t, 'binary.yaml', new Uint8Array(33_000)), /it is binary, and a text is needed/],
    [makeFile(t, 'large.yaml', '# '.repeat(200_000)), /larger than 256 KiB, the limit/],
  ];
  for (const [file, expected] of refused) {
    t.regex(
      refusalOf(t, () => readExperiment(file, [])),
      expected,
    );
    t.regex(
      refusalOf(t, () => loadChip(path.resolve(file))),
      expected,
    );
    // Records may be larger, but no text is binary.
    if (!file.endsWith('large.yaml'))
      t.regex(
        refusalOf(t, () => readResult(file)),
        expected,
      );
  }
});

test('20,000 keys, or a tree of thousands of levels, are refused in a few lines (cases, hostile)', (t) => {
  const text = caseText('act-s16.2.yaml');
  const keys = (count: number): string =>
    Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join('');
  const many = problemsOf(makeFile(t, 'chip.yaml', `${text}${keys(20_000)}`));
  t.is(many.length, mostProblems + 1);
  t.is(many.at(-1), `and ${20_000 - mostProblems} more problems`);
  const twice = problemsOf(makeFile(t, 'chip.yaml', `${text}${keys(100)}${keys(100)}`));
  t.regex(twice.join('\n'), /:154:1: this key occurs twice in one map/);
  for (const deep of ['[', '- ', '{a: ', '? ']) {
    const problem = problemsOf(makeFile(t, 'chip.yaml', deep.repeat(50_000))).join('\n');
    t.regex(problem, /nested too deep/);
  }
});

test('an override of a list names one of its places, or the one behind the last (cases, hostile)', (t) => {
  const file = makeFile(
    t,
    'e.yaml',
    `name: a
dataset: { name: digits }
network: [{ type: fc, neurons: 20 }, { type: fc, neurons: 10 }]
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
`,
  );
  for (const key of ['4294967294', '1000000', '3', 'map', 'length', 'constructor', 'neurons']) {
    t.regex(
      refusalOf(t, () => readExperiment(file, [`network.${key}=1`])),
      /--set network\..*: .* is no place in a list of 2; write 0 to 2/,
    );
  }
  t.regex(
    refusalOf(t, () => readExperiment(file, ['network.-1=1'])),
    /"-1" is not a key/,
  );
  t.regex(
    refusalOf(t, () => readExperiment(file, ['network.length=-1'])),
    /no place in a list/,
  );
  const longer = readExperiment(file, ['network.2={ type: fc, neurons: 5 }']);
  t.is(longer.value.network.length, 3);
  t.is(readExperiment(file, ['network.0.neurons=7']).value.network.length, 2);
});

test('a golden case with a value that is no number is refused with array and index (cases, hostile)', (t) => {
  const published = path.join(packageRoot, 'test', 'golden', 'batch1-drtp');
  for (const [array, index, value] of [
    ['initial.layer0.weight', 0, NaN],
    ['final.layer1.bias', 3, Infinity],
    ['losses', 7, -Infinity],
  ] as const) {
    const folder = makeFolder(t);
    cpSync(published, folder, { recursive: true });
    const file = path.join(folder, `${array}.npy`);
    const bytes = readFileSync(file);
    bytes.writeFloatLE(value, 10 + bytes.readUInt16LE(8) + 4 * index);
    writeFileSync(file, bytes);
    const error = t.throws(() => readGoldenCase(folder, 'cpu'), { instanceOf: GoldenCaseError });
    t.true(error.message.startsWith(`${file}: value ${index} is ${value};`), error.message);
  }
});

test('a golden case of one batch of 20,000 samples is replayed (cases, hostile)', async (t) => {
  const train = makeSamples(20_000, 6, 3);
  const job = makeJob([], {
    train,
    orders: fileOrder(train.sampleCount),
    batch: train.sampleCount,
    backend: 'cpu',
  });
  const report = await replayGolden({
    job,
    final: job.initial,
    losses: new Float32Array(1),
    outputs: new Float32Array(train.sampleCount * 3),
    delayed: null,
  });
  const [losses, outputs] = report.series;
  t.true(Number.isFinite(losses?.deviation) && Number.isFinite(outputs?.deviation));
});

test('a record whose figures make no sense has no page, and its file is named (cases, hostile)', (t) => {
  const kept = readFileSync(
    path.join(packageRoot, 'reports', 'spoon-mnist', 'result.json'),
    'utf8',
  );
  const edited = (change: (record: Record<string, Record<string, unknown>>) => void): string => {
    const record = JSON.parse(kept) as Record<string, Record<string, unknown>>;
    change(record);
    return makeFile(t, 'result.json', JSON.stringify(record));
  };
  const refused: readonly (readonly [string, RegExp])[] = [
    [edited((r) => Object.assign(r['hardware'] ?? {}, { clockMhz: 0 })), /hardware\.clockMhz/],
    [edited((r) => Object.assign(r['timing'] ?? {}, { wallSeconds: -1 })), /timing\.wallSeconds/],
    [edited((r) => Object.assign(r['hardware'] ?? {}, { voltageV: 1e300 })), /beyond 1e\+21/],
    [makeFile(t, 'result.json', kept.replace(/"clockMhz": \d+/, '"clockMhz": 1e999')), /clockMhz/],
    [makeFile(t, 'result.json', kept.slice(0, -20)), /is not a whole JSON file/],
  ];
  for (const [file, expected] of refused) {
    const message = refusalOf(t, () => readResult(file));
    t.true(message.startsWith(file), message);
    t.regex(message, expected);
  }
  const network = edited((r) => Object.assign(r['experiment'] ?? {}, { network: 'abc' }));
  t.throws(() => renderHtml([readResult(network)]), { message: /"abc" is not a topology/ });
});

test('a chip of more cores than the limit is refused where it is checked, and by a run before anything is made (cases, hostile)', (t) => {
  const limit = /chip-2g\.yaml:10:8: cores: 2147483647 is too large; it must be at most 1000000/;
  t.regex(problemsOf(path.join(cases, 'chip-2g.yaml')).join('\n'), limit);
  t.regex(
    refusalOf(t, () => loadChip(path.join(cases, 'chip-2g.yaml'))),
    limit,
  );
  const most = caseText('chip-2g.yaml').replace('2147483647', '1000000');
  t.deepEqual(problemsOf(makeFile(t, 'chip.yaml', most)), []);
});

/** A folder of a golden case, one step of 20,000 samples that are all 0 and of class 0. */
function makeBigBatch(t: ExecutionContext): string {
  const folder = makeFolder(t);
  const count = 20_000;
  const write = (name: string, type: '|u1' | '<f4', shape: string, payload: Uint8Array) => {
    const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117);
    const header = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text}\n`, 'latin1');
    writeFileSync(path.join(folder, `${name}.npy`), Buffer.concat([header, payload]));
  };
  const floats = (values: readonly number[]): Uint8Array =>
    new Uint8Array(Float32Array.from(values).buffer);
  const same = (length: number, value: number) => new Array<number>(length).fill(value);
  // z = b = 0.1, y = 1 / (1 + e^-z); mean BCE over samples and classes; ∂/∂b_c = (y − t_c) / classes; η = 0.01.
  const y = 1 / (1 + Math.exp(-0.1));
  const loss = -(Math.log(y) + 9 * Math.log(1 - y)) / 10;
  const biases = Array.from({ length: 10 }, (_, c) => 0.1 - (0.01 * (y - (c === 0 ? 1 : 0))) / 10);
  write('inputs', '|u1', `${count}, 1, 2`, new Uint8Array(2 * count));
  write('labels', '|u1', `${count},`, new Uint8Array(count));
  for (const when of ['initial', 'final']) {
    write(`${when}.layer0.weight`, '<f4', '10, 2', floats(same(20, 0.1)));
    const bias = when === 'initial' ? same(10, 0.1) : biases;
    write(`${when}.layer0.bias`, '<f4', '10,', floats(bias));
  }
  write('losses', '<f4', '1,', floats([loss]));
  write('outputs', '<f4', `1, ${count}, 10`, floats(same(10 * count, y)));
  const about = { topology: 'FC_10', hidden: 'tanh', output: 'sigmoid', loss: 'BCE', lr: 0.01 };
  const steps = { optimizer: 'SGD0', algorithm: 'BP', batch: count, batches: 1, epochs: 1 };
  const content = { ...about, ...steps, inputShape: [1, 1, 2], inputScale: 1 / 255 };
  writeFileSync(path.join(folder, 'case.json'), JSON.stringify(content));
  return folder;
}

test('a golden case of 20,000 samples a step is repeated (cases, golden-bigbatch)', async (t) => {
  const report = await replayGolden(readGoldenCase(makeBigBatch(t), 'wasm'));
  t.true(report.passes, JSON.stringify(report));
});
