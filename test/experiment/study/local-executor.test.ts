import test from 'ava';
import { runOrders } from '../../../src/experiment/study/executor/local-executor.js';
import { StudyStore } from '../../../src/experiment/study/study-store.js';
import { makeFolder } from '../../cli/spikeledger.js';

test.serial(
  'a process that cannot be started stops the study with its reason, and fails no point',
  async (t) => {
    const folder = await makeFolder();
    const store = new StudyStore(folder);
    const order = { folder, file: 'a.yaml', dataFolder: folder, overrides: [], sharesStore: true };
    const orders = ['a', 'b', 'c'].map((hash) => ({ ...order, hash }));
    const { execPath } = process;
    process.execPath = '/nowhere/node';
    try {
      const execution = await runOrders(store, orders, {
        workers: 2,
        signal: new AbortController().signal,
        mostRuns: Infinity,
        mostMs: Infinity,
        onRecord: () => undefined,
      });
      t.is(execution.finished, 0);
      t.like(execution, {
        stoppedBy: {
          reason:
            'no process can be started for a point (spawn /nowhere/node ENOENT); let other programs end',
        },
      });
    } finally {
      process.execPath = execPath;
    }
    t.is((await store.records()).size, 0);
  },
);
