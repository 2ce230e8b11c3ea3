/*
 * Entry of the process in which float arithmetic looks at what the chip has learned: TensorFlow.js stays out of the
 * chip's process, and the chip keeps its core to itself.
 */
import { NetworkProbe } from '../../reference/network-probe.js';
import { reasonOf } from '../../units/input-error.js';
import type { ProbeAnswer, ProbeRequest } from './chip-probe.js';

let probe: NetworkProbe | null = null;

async function answer(request: ProbeRequest): Promise<ProbeAnswer> {
  if (request.kind === 'open') {
    probe = await NetworkProbe.open(request.job);
    return { kind: 'opened' };
  }
  if (probe === null) throw new Error('the probe was asked before it was opened');
  const { parameters, samples } = request;
  return request.kind === 'alignment'
    ? { kind: 'alignment', alignment: await probe.alignment(parameters, samples) }
    : { kind: 'signals', signals: await probe.signals(parameters, samples, request.delayed) };
}

/** Requests wait for each other: answers leave in the order of the requests. */
let earlier: Promise<unknown> = Promise.resolve();

process.on('message', (request: ProbeRequest) => {
  earlier = earlier
    .then(() => answer(request))
    .catch((error: unknown): ProbeAnswer => ({ kind: 'failed', reason: reasonOf(error) }))
    .then((message) => process.send?.(message));
});
