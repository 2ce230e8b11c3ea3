import test from 'ava';
import { renderMarkdown } from '../../src/report/markdown.js';
import { sampleResult, sampleWithoutReference } from './sample-result.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('the summary holds the key figures with units, and what is unpriced', (t) => {
  const text = plain(renderMarkdown(sampleResult()));
  t.true(text.startsWith('## digits-drtp\n'));
  t.true(text.includes('| Test error, chip | 8.75 % |'));
  t.true(text.includes('| Points lost | 1.34 points |'));
  t.true(text.includes('| Node | 28 nm |'));
  t.true(text.includes('Unpriced: random.draw.'));
  t.regex(text, /\| Energy per training sample \| [\d.]+ nJ \([\d.]+–[\d.]+ nJ\), incomplete \|/);
});

test('what was not measured says so', (t) => {
  const text = renderMarkdown(sampleWithoutReference());
  t.true(text.includes('| Test error, reference | not measured |'));
  t.true(text.includes('What fixed point costs in accuracy was not measured.'));
});

test('a name cannot break the table or bring markup', (t) => {
  const text = renderMarkdown(sampleResult({ experiment: { name: 'a|b <i>\nc' } }));
  t.true(text.startsWith('## a\\|b \\<i\\> c\n'));
});
