import test from 'ava';
import type { ChipImage, RuleSpec } from '../../../src/chip/image/chip-image.js';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import { closedFormCounts } from '../../../src/chip/counts/counts.js';
import { bpImage, convolutionImage, printRows, twoSamples, withFrozen } from './image.js';

function rowsOf(image: ChipImage, pattern: RegExp, activity = twoSamples): readonly string[] {
  return printRows(closedFormCounts(image, [activity])).filter((row) => pattern.test(row));
}

test('two training samples and their step cost the rows of the specification in the first CONV layer (spec §4.5)', (t) => {
  // V = 70, A = 10, ρ = 18, κ = 3, Q = 20, N = 60, P = 12; R = Rg = 2, ⌈κ/Pa⌉ = 3, ⌈κ/Ph⌉ = 2, ⌈κ/Pb⌉ = 2.
  t.deepEqual(rowsOf(bpImage(), /^\w+ (-|1) /), [
    'forward - - io.eventIn 11 10',
    'forward 1 7 synapses.read 16 140', // V·R
    'forward 1 7 neurons.read 16 330', // (V + 2·Q)·3
    'forward 1 7 neurons.write 16 414', // 330, h 2·20·2 = 80, winners 2·⌈2·12/16⌉ = 4
    'forward 1 7 bias.read 24 4', // 2·2
    'forward 1 7 eventBuffer.write 13 10', // A
    'forward 1 7 activation.lookup 7 120', // 2·N
    'forward 1 7 datapath.multiplyAccumulate 6 210', // V·κ at max(6, 4) bits
    'forward 1 7 datapath.compare 7 72', // 2·3·P
    'forward 1 7 router.hop 11 24', // 3 hops of the 8 events of layer 2
    'feedback - - io.label 2 2',
    'feedback 1 7 datapath.multiplyAccumulate 9 192', // 2·X_2·κ_2 = 2·48·2 at max(9, 6) bits
    'feedback 1 7 router.hop 11 72', // 2·3·P
    'update 1 7 synapses.read 16 36', // ρ·R
    'update 1 7 synapses.write 16 36',
    'update 1 7 neurons.read 16 84', // h 80, winners 4
    'update 1 7 bias.read 24 2',
    'update 1 7 bias.write 24 2',
    'update 1 7 eventBuffer.read 13 10', // A
    'update 1 7 gradient.read 28 182', // samples V·2 + 2·2 = 144, step 18·2 + 2 = 38
    'update 1 7 gradient.write 28 182',
    'update 1 7 datapath.multiplyAccumulate 9 210', // V·κ at max(9, 4) bits
    'update 1 7 datapath.multiply 7 120', // f′: 2·N
    'update 1 7 datapath.multiply 9 120', // δz: 2·N
    'update 1 7 datapath.multiply 16 57', // η: (18 + 1)·3 at max(14, 16) bits
    'update 1 7 datapath.add 6 54', // w − u: ρ·κ
    'update 1 7 datapath.add 7 120', // f′: 2·N
    'update 1 7 datapath.add 12 3', // b − u: κ
    'update 1 7 datapath.add 14 120', // gradients of biases: 2·N
    'update 1 7 random.draw 16 54', // ρ·κ
  ]);
});

test('a CONV layer after a CONV layer counts in visits, too, and its weights are read backwards (spec §4.5)', (t) => {
  // V = 25, A = 8, ρ = 12, κ = 2, Q = 9, N = 18, P = 2; R = Rg = 1, ⌈κ/Pa⌉ = 2, ⌈κ/Ph⌉ = ⌈κ/Pb⌉ = 1.
  t.deepEqual(rowsOf(bpImage(), /^\w+ 2 /), [
    'forward 2 8 synapses.read 16 25',
    'forward 2 8 neurons.read 16 86', // (25 + 2·9)·2
    'forward 2 8 neurons.write 16 106', // 86, h 2·9·1 = 18, winners 2·⌈2·2/16⌉ = 2
    'forward 2 8 bias.read 24 2',
    'forward 2 8 eventBuffer.write 13 8',
    'forward 2 8 activation.lookup 7 36',
    'forward 2 8 datapath.multiplyAccumulate 7 50', // max(6, 7) bits
    'forward 2 8 datapath.compare 7 12', // 2·3·2
    'forward 2 8 router.hop 11 6', // 2 hops of the 3 events of layer 3
    'feedback 2 8 synapses.read 16 96', // for layer 1: 2·X_2·R_2 = 2·48·1
    'feedback 2 8 datapath.multiplyAccumulate 9 20', // 2·P_2·N_3 = 2·2·5
    'feedback 2 8 router.hop 11 8', // 2·2·P_2
    'update 2 8 synapses.read 16 12',
    'update 2 8 synapses.write 16 12',
    'update 2 8 neurons.read 16 20', // h 18, winners 2
    'update 2 8 bias.read 24 1',
    'update 2 8 bias.write 24 1',
    'update 2 8 eventBuffer.read 13 8',
    'update 2 8 gradient.read 28 40', // samples 25 + 2, step 12 + 1
    'update 2 8 gradient.write 28 40',
    'update 2 8 datapath.multiplyAccumulate 9 50',
    'update 2 8 datapath.multiply 7 36',
    'update 2 8 datapath.multiply 9 36',
    'update 2 8 datapath.multiply 16 26', // (12 + 1)·2
    'update 2 8 datapath.add 6 24',
    'update 2 8 datapath.add 7 36',
    'update 2 8 datapath.add 12 2',
    'update 2 8 datapath.add 14 36',
    'update 2 8 random.draw 16 24',
  ]);
});

test('fully-connected layers behind them learn in the same steps, the last one from softmax (spec §4.5)', (t) => {
  // Layer 3: A = 3, ρ = 2, N = κ = 5, R = Rg = ⌈κ/Ph⌉ = ⌈κ/Pb⌉ = 3. Layer 4: A = 6, ρ = 5, κ = C = 3, R = Rg = 2, ⌈C/Ph⌉ = 1.
  t.deepEqual(rowsOf(bpImage(), /^\w+ 3 /), [
    'forward 3 9 synapses.read 16 9',
    'forward 3 9 neurons.read 16 25', // (3 + 2)·5
    'forward 3 9 neurons.write 16 31', // 25, h 2·3
    'forward 3 9 bias.read 24 6',
    'forward 3 9 eventBuffer.write 13 3',
    'forward 3 9 activation.lookup 7 10',
    'forward 3 9 datapath.multiplyAccumulate 7 15',
    'forward 3 9 router.hop 11 24', // 4·6
    'feedback 3 9 synapses.read 16 12', // for layer 2: 2·P_2·R_3 = 2·2·3
    'feedback 3 9 datapath.multiplyAccumulate 9 30', // 2·5·3
    'feedback 3 9 router.hop 11 40', // 2·4·5
    'update 3 9 synapses.read 16 6',
    'update 3 9 synapses.write 16 6',
    'update 3 9 neurons.read 16 6',
    'update 3 9 bias.read 24 3',
    'update 3 9 bias.write 24 3',
    'update 3 9 eventBuffer.read 13 3',
    'update 3 9 gradient.read 28 24', // samples 3·3 + 2·3, step 2·3 + 3
    'update 3 9 gradient.write 28 24',
    'update 3 9 datapath.multiplyAccumulate 9 15',
    'update 3 9 datapath.multiply 7 10',
    'update 3 9 datapath.multiply 9 10',
    'update 3 9 datapath.multiply 16 15', // (2 + 1)·5
    'update 3 9 datapath.add 6 10',
    'update 3 9 datapath.add 7 10',
    'update 3 9 datapath.add 12 5',
    'update 3 9 datapath.add 14 10',
    'update 3 9 random.draw 16 10',
  ]);
  t.deepEqual(rowsOf(bpImage(), /^\w+ 4 /), [
    'forward 4 10 synapses.read 16 12',
    'forward 4 10 neurons.read 16 24', // (6 + 2)·3
    'forward 4 10 neurons.write 16 26',
    'forward 4 10 bias.read 24 4',
    'forward 4 10 eventBuffer.write 13 6',
    'forward 4 10 activation.lookup 5 6',
    'forward 4 10 datapath.multiplyAccumulate 7 18',
    'feedback 4 10 synapses.read 16 20', // for layer 3: 2·5·2
    'update 4 10 synapses.read 16 10',
    'update 4 10 synapses.write 16 10',
    'update 4 10 neurons.read 16 2',
    'update 4 10 bias.read 24 2',
    'update 4 10 bias.write 24 2',
    'update 4 10 eventBuffer.read 13 6',
    'update 4 10 gradient.read 28 28', // samples 6·2 + 2·2, step 5·2 + 2
    'update 4 10 gradient.write 28 28',
    'update 4 10 activation.lookup 16 6', // E: 2·C
    'update 4 10 datapath.multiplyAccumulate 9 18',
    'update 4 10 datapath.multiply 5 6', // f′
    'update 4 10 datapath.multiply 9 6', // δz
    'update 4 10 datapath.multiply 16 18', // η: (5 + 1)·3
    'update 4 10 datapath.multiply 32 6', // p: 2·C
    'update 4 10 datapath.add 5 12', // max(y) − y 2·C, f′ 2·C
    'update 4 10 datapath.add 6 15',
    'update 4 10 datapath.add 9 6', // p − t
    'update 4 10 datapath.add 12 3',
    'update 4 10 datapath.add 14 6',
    'update 4 10 datapath.add 32 4', // S: 2·(C − 1)
    'update 4 10 datapath.compare 5 4', // max(y): 2·(C − 1)
    'update 4 10 datapath.reciprocal 32 2',
    'update 4 10 random.draw 16 15',
  ]);
});

test('inference pools, and writes no winners and no events (spec §4.5)', (t) => {
  const inference: RunActivity = { ...twoSamples, run: 'inference', stepCount: 0 };
  t.deepEqual(rowsOf(bpImage({ organisation: { accumulate: 'registers' } }), / 2 8 /, inference), [
    'forward 2 8 synapses.read 16 25',
    'forward 2 8 neurons.write 16 18',
    'forward 2 8 bias.read 24 2',
    'forward 2 8 activation.lookup 7 36',
    'forward 2 8 datapath.multiplyAccumulate 7 50',
    'forward 2 8 datapath.compare 7 12',
    'forward 2 8 router.hop 11 6',
  ]);
});

test('winners are written only for bp and fa, and where δz is made, frozen or not (spec §4.5)', (t) => {
  const organisation = { accumulate: 'registers' } as const;
  const pattern = /neurons\.\w+ 16 /;
  const neurons = (rule: RuleSpec, frozen: readonly number[]) =>
    rowsOf(withFrozen(convolutionImage({ organisation, chip: { rule } }), frozen), pattern).filter(
      (row) => / [12] /.test(row),
    );
  const plain = ['forward 1 7 neurons.write 16 80', 'forward 2 8 neurons.write 16 18'];
  const read = ['update 1 7 neurons.read 16 80', 'update 2 8 neurons.read 16 18'];
  const withWinners = ['forward 1 7 neurons.write 16 84', 'forward 2 8 neurons.write 16 20'];
  const readWinners = ['update 1 7 neurons.read 16 84', 'update 2 8 neurons.read 16 20'];
  t.deepEqual(neurons({ kind: 'drtp' }, []), [...plain, ...read]);
  t.deepEqual(neurons({ kind: 'fa' }, []), [...withWinners, ...readWinners]);
  t.deepEqual(neurons({ kind: 'bp' }, [2]), [...withWinners, ...readWinners]);
  t.deepEqual(neurons({ kind: 'bp' }, [1, 2]), plain);
});

test('a frozen CONV layer that bp passes through makes δz and no gradient (spec §2.9, §4.5)', (t) => {
  t.deepEqual(rowsOf(withFrozen(bpImage(), [2]), /^update 2 |^\w+ 2 8 eventBuffer/), [
    'update 2 8 neurons.read 16 20',
    'update 2 8 datapath.multiply 7 36',
    'update 2 8 datapath.multiply 9 36',
    'update 2 8 datapath.add 7 36',
  ]);
});

/** Rows of phase feedback of both CONV layers for one sample. */
function feedbackOf(rule: RuleSpec, chip: Partial<Omit<ChipImage, 'layers'>> = {}) {
  const image = convolutionImage({ chip: { rule, ...chip } });
  return rowsOf(image, /^feedback [12] /, { ...twoSamples, sampleCount: 1 });
}

test('B enters between f and pooling: a value for each of the N neurons (spec §2.10, §4.5)', (t) => {
  // N = 60 and 18, Pf = 2, C = 3.
  t.deepEqual(feedbackOf({ kind: 'drtp' }), [
    'feedback 1 7 feedback.read 17 30',
    'feedback 1 7 router.hop 2 5',
    'feedback 2 8 feedback.read 17 9',
    'feedback 2 8 router.hop 2 6',
  ]);
  t.deepEqual(feedbackOf({ kind: 'dfa' }), [
    'feedback 1 7 feedback.read 17 90',
    'feedback 1 7 datapath.multiplyAccumulate 9 180',
    'feedback 1 7 router.hop 11 9',
    'feedback 2 8 feedback.read 17 27',
    'feedback 2 8 datapath.multiplyAccumulate 9 54',
    'feedback 2 8 router.hop 11 6',
  ]);
});

test('fa reads its B like bp the weights above, and all N δz of the layer above travel (spec §4.5)', (t) => {
  t.deepEqual(feedbackOf({ kind: 'fa' }), [
    'feedback 1 7 feedback.read 17 48', // X_2·⌈κ_2/Pf⌉ = 48·1
    'feedback 1 7 datapath.multiplyAccumulate 9 96', // X_2·κ_2
    'feedback 1 7 router.hop 11 54', // 3·N_2
    'feedback 2 8 feedback.read 17 6', // P_2·⌈N_3/Pf⌉ = 2·3
    'feedback 2 8 datapath.multiplyAccumulate 9 10', // P_2·N_3
    'feedback 2 8 router.hop 11 10', // 2·N_3
  ]);
});

test('a generator makes every value read, in place of the words (spec §2.14, §4.5)', (t) => {
  const defp = { kind: 'defp', sampleCount: 9, wordBits: 24, delayedErrorsPerWord: 2 } as const;
  const made = (rule: RuleSpec) => {
    const rows = feedbackOf(rule, { feedbackSource: 'generator' });
    t.false(rows.some((row) => row.includes('feedback.read')));
    return rows.filter((row) => row.includes('generate'));
  };
  const once = ['feedback 1 7 feedback.generate 8 60', 'feedback 2 8 feedback.generate 8 18'];
  const perClass = ['feedback 1 7 feedback.generate 8 180', 'feedback 2 8 feedback.generate 8 54'];
  t.deepEqual(made({ kind: 'drtp' }), once);
  t.deepEqual(made({ ...defp, variant: 'error' }), once);
  t.deepEqual(made({ ...defp, variant: 'fullVector' }), perClass);
  t.deepEqual(made({ kind: 'sdfa' }), perClass);
  t.deepEqual(made({ kind: 'fa' }), [
    'feedback 1 7 feedback.generate 8 96', // X_2·κ_2
    'feedback 2 8 feedback.generate 8 10', // P_2·N_3
  ]);
  t.deepEqual(made({ kind: 'bp' }), []);
});
