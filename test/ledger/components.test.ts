import test from 'ava';
import {
  actionOf,
  componentActions,
  type ComponentAction,
  componentNames,
  coreMemories,
  isMemory,
  isTrainingOnly,
} from '../../src/ledger/components.js';

test('memories are those whose accesses are of one word (spec §4.2)', (t) => {
  for (const component of componentNames) {
    const actions = componentActions.filter((action) => actionOf(action).component === component);
    t.is(
      actions.some((action) => actionOf(action).width === 'word'),
      isMemory(component),
      component,
    );
  }
});

test('memories of a core are in the order of the tables, optimizer states last', (t) => {
  t.deepEqual(coreMemories, [
    'synapses',
    'neurons',
    'bias',
    'feedback',
    'eventBuffer',
    'gradient',
    'optimizerState',
  ]);
});

test('inference needs synapses, neurons and biases alone of all memories (hardware-models/README.md, "Areas")', (t) => {
  t.deepEqual(
    componentNames.filter((name) => isMemory(name) && !isTrainingOnly(name)),
    ['synapses', 'neurons', 'bias'],
  );
});

test('a name that is no action is refused', (t) => {
  t.throws(() => actionOf('synapses.erase' as ComponentAction), {
    instanceOf: RangeError,
    message: 'ledger: there is no action synapses.erase; see components.ts',
  });
});
