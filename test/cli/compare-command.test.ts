import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeExperiment, spikeledger } from './spikeledger.js';

test.serial(
  'compare puts a result, an estimate and a study on one page and into one CSV',
  async (t) => {
    const folder = await makeExperiment();
    const calls = [
      ['run', 'small.yaml', '--out', 'one'],
      ['estimate', 'small.yaml', '--rules', 'drtp,bp', '--result', 'one', '--out', 'priced'],
      [
        'sweep',
        'small.yaml',
        '--vary',
        'training.rule=drtp,bp',
        '--out',
        'study',
        '--workers',
        '1',
      ],
      ['compare', 'one', 'priced/estimate.json', 'study', '--out', 'side'],
    ];
    for (const call of calls) {
      const { code, stderr } = await spikeledger(call, folder);
      t.is(code, 0, `${call.join(' ')}: ${stderr}`);
    }
    const csv = await readFile(path.join(folder, 'side/compare.csv'), 'utf8');
    const [header = '', ...lines] = csv.trimEnd().split('\r\n');
    const columns = header.split(',');
    const of = (name: string) => lines.map((line) => line.split(',')[columns.indexOf(name)]);
    t.deepEqual(of('letter'), ['A', 'B', 'C', 'D', 'E']);
    t.deepEqual(of('training.rule'), ['drtp', 'drtp', 'bp', 'drtp', 'bp']);
    t.deepEqual(of('runs'), ['1', '0', '0', '1', '1']);
    const result = JSON.parse(await readFile(path.join(folder, 'one/result.json'), 'utf8')) as {
      perSample: { training: { energyNj: number } };
    };
    const energies = of('trainingNj').map(Number);
    t.is(energies[0], result.perSample.training.energyNj);
    t.is(energies[3], energies[0], 'the study ran the same experiment');
    t.deepEqual(of('chipTestErrorPercent').slice(1, 3), ['', ''], 'an estimate knows no error');
    const page = await readFile(path.join(folder, 'side/compare.html'), 'utf8');
    t.regex(page, /5 results side by side/);

    // A line of the store that is damaged takes its point away until the sweep has run it again.
    const store = path.join(folder, 'study/points');
    const [file = ''] = await readdir(store);
    const text = await readFile(path.join(store, file), 'utf8');
    await writeFile(path.join(store, file), text.replace('{"schema"', '{schema'));
    const compare = ['compare', 'one', 'study', '--out', 'side'];
    const lossy = await spikeledger(compare, folder);
    t.is(
      lossy.stderr,
      'Warning: study: of 2 points 1 not run (a line of the store is no record, damaged or of another version), and no figure has them; the command that made the study runs them with --resume\n',
    );
    const sweep = ['sweep', 'small.yaml', '--vary', 'training.rule=drtp,bp', '--out', 'study'];
    const again = await spikeledger([...sweep, '--workers', '1', '--resume'], folder);
    t.regex(
      again.stderr,
      /^Warning: a line of the store is no record.*; what they held was run again/,
    );
    const whole = await spikeledger(compare, folder);
    t.deepEqual([whole.code, whole.stderr], [0, '']);

    await writeFile(path.join(folder, 'other.json'), '{}');
    const wrong = await spikeledger(['compare', 'one', 'other.json', '--out', 'no'], folder);
    t.is(wrong.code, 2);
    t.regex(wrong.stderr, /other\.json: .*expected a spikeledger\.result\/1 record/);
    const none = await spikeledger(['compare', 'nothing', '--out', 'no'], folder);
    t.is(none.code, 2);
    t.regex(none.stderr, /nothing: cannot be read .*; give a result\.json, an estimate\.json, or/);
  },
);
