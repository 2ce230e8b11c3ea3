import test from 'ava';
import { makeFolder, type Outcome, spawned, spikeledger } from './spikeledger.js';

async function validate(...words: readonly string[]): Promise<Outcome> {
  return spikeledger(['validate', ...words], await makeFolder());
}

test.serial(
  'validate ends with 0 where every figure is within its tolerance, one line a figure',
  async (t) => {
    const { code, stdout, stderr } = await spawned(
      ['validate', 'truenorth-28nm'],
      await makeFolder(),
    );
    t.is(code, 0, stderr);
    t.regex(stdout, /^chip +figure +predicted +published +error +basis +tolerance +verdict$/m);
    t.is(stdout.match(/^truenorth-28nm .* calibrated +10 % +within$/gm)?.length, 2);
  },
);

test.serial(
  'validate ends with 3 where a figure is outside, and says which (contracts)',
  async (t) => {
    // ReckOn's core was published larger than its memories and ODIN's logic make it.
    const { code, stdout, stderr } = await validate('reckon-28nm');
    t.is(code, 3);
    t.is(stderr, '');
    t.regex(stdout, /^reckon-28nm +area of the core .*OUTSIDE$/m);
  },
);

test.serial('--json prints only the verdicts, in base units with their sources', async (t) => {
  const { code, stdout } = await validate('tinyodin-28nm', '--json');
  // Its code, simulated, reads a synapse word twice where the simulator reads it once.
  t.is(code, 3);
  const record = JSON.parse(stdout) as { schema: string; claims: Record<string, unknown>[] };
  t.is(record.schema, 'spikeledger.validation/1');
  const queued = record.claims.find(({ claim }) => claim === 'cycles-between-queued-events');
  t.like(queued, {
    chip: 'tinyodin-28nm',
    unit: 'cycles',
    predicted: 514,
    published: 514,
    errorPercent: 0,
    tolerancePercent: 0,
    basis: 'fitted',
    status: 'simulated',
    isWithin: true,
  });
});

test.serial(
  'validate ends with 2 for a chip without a validation file, and names those that have one',
  async (t) => {
    const { code, stdout, stderr } = await validate('edge-28nm');
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(
      stderr,
      /^edge-28nm: not a shipped model; chips with published results are .*odin-28nm/,
    );
  },
);
