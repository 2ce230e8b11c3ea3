import test from 'ava';
import { renderMarkdown } from '../../../src/report/run/result-markdown.js';
import { sampleResult, sampleWithoutReference } from '../samples/sample-result.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('the summary holds the key figures with units, and what is unpriced', (t) => {
  const text = plain(renderMarkdown(sampleResult()));
  t.true(text.startsWith('## digits-drtp\n'));
  t.regex(text, /\| Test error, chip \| 8\.75 % \([\d.]+ to [\d.]+ %\) \|/);
  t.regex(text, /\| Points lost \| 1\.34 points \(4 of 297 samples: within the interval, .+\) \|/);
  t.true(text.includes('| Node | 28 nm |'));
  t.true(text.includes('Unpriced: random.draw.'));
  t.regex(
    text,
    /\| Energy per training sample \| [\d.]+ nJ \([\d.]+–[\d.]+ nJ; independent [\d.]+–[\d.]+ nJ\), incomplete \|/,
  );
  t.true(text.includes('| Learning overhead, energy | +191 % (+96.5 % to +271 %) |'));
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

test('the prices that matter most stand in a table, the use of the chip in a sentence', (t) => {
  const text = plain(renderMarkdown(sampleResult()));
  // clock.cycle has the widest band of the sample's prices: 1.45 pJ × 3,503 cycles, × 0.6 to × 1.7.
  t.regex(text, /\n\| clock\.cycle \| assumed \| 5\.08 nJ \| 15\.4–21 nJ \|\n\| leakage\.cycle \|/);
  t.true(text.includes('At 1,000 samples/s, 10.0 % of the samples are learned from'));
  t.true(text.includes('Independent: each price errs by itself'));
});
