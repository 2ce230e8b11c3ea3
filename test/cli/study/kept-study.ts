import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pointRecordSchema } from '../../../src/experiment/study/point-record.js';

/** Every line of a store that is whole, without its timing, in the order of the hashes. */
export async function recordsIn(study: string): Promise<readonly unknown[]> {
  const folder = path.join(study, 'points');
  const texts = await Promise.all(
    (await readdir(folder)).map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  return texts
    .flatMap((text) => text.split('\n').slice(0, -1))
    .map((line) => pointRecordSchema.parse(JSON.parse(line)))
    .sort((left, right) => (left.hash < right.hash ? -1 : 1))
    .map((record) =>
      record.status === 'done' ? { hash: record.hash, figures: record.figures } : record,
    );
}

/** A table without what differs from run to run. */
export async function tableIn(study: string): Promise<readonly string[]> {
  const [header = '', ...lines] = (await readFile(path.join(study, 'runs.csv'), 'utf8')).split(
    '\r\n',
  );
  const timed = ['wallSeconds', 'samplesPerSecond'].map((name) => header.split(',').indexOf(name));
  return lines.map((line) =>
    line
      .split(',')
      .filter((_, index) => !timed.includes(index))
      .join(','),
  );
}
