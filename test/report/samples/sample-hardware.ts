import type { ResultRecord } from '../../../src/experiment/record/result-record.js';

/** The chip of the sample. */
export const sampleHardware: ResultRecord['hardware'] = {
  name: 'edge-28nm',
  hash: '2e'.repeat(32),
  nodeNm: 28,
  voltageV: 0.6,
  clockMhz: 100,
  update: { schedule: 'serial', writeBanks: 'shared' },
};
