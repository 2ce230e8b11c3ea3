import type { ChildProcess } from 'node:child_process';
import type { LayerParameters } from '../../network/parameters.js';
import type { LayerSignals } from '../../reference/training/error-signals.js';
import type { ProbeJob } from '../../reference/network-probe.js';
import type { LayerAlignment } from '../../reference/reference-job.js';
import type { ReferenceSamples } from '../../reference/samples.js';
import { InputError } from '../../units/input-error.js';
import { isOfEnding, startProcess } from '../reference/child-process.js';
import { processEnded } from '../reference/process-end.js';

/** Parameters that the chip has learned, as real numbers, and samples to show to them. */
interface Look {
  readonly parameters: readonly LayerParameters[];
  readonly samples: ReferenceSamples;
}

/** Requests to the process of the probe. */
export type ProbeRequest =
  | { readonly kind: 'open'; readonly job: ProbeJob }
  | (Look & { readonly kind: 'alignment' })
  | (Look & { readonly kind: 'signals'; readonly delayed: Float32Array | null });

/** Its answers, one per request, in order. */
export type ProbeAnswer =
  | { readonly kind: 'opened' }
  | { readonly kind: 'alignment'; readonly alignment: readonly LayerAlignment[] }
  | { readonly kind: 'signals'; readonly signals: readonly LayerSignals[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** Callbacks of a request without an answer yet. */
interface Waiting {
  readonly resolve: (answer: ProbeAnswer) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * Looks at what a chip has learned in float arithmetic, in a process of its own beside the chip's. The process starts
 * at once, so that TensorFlow.js is loaded when the first epoch is over; whoever makes a probe closes it.
 */
export class ChipProbe {
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  readonly #opened: Promise<ProbeAnswer>;
  #end: Error | null = null;

  constructor(job: ProbeJob) {
    const { child, lastWords } = startProcess(new URL('./probe-process.js', import.meta.url));
    this.#child = child;
    this.#child.on('message', (answer: ProbeAnswer) => this.#waiting.shift()?.resolve(answer));
    this.#child.on('error', (error) => {
      this.#fail(error);
    });
    this.#child.on('exit', (code, signal) => {
      this.#fail(
        processEnded('the float probe, which looks at what the chip learns,', {
          code,
          signal,
          lastWords: lastWords(),
        }),
      );
    });
    this.#opened = this.#send({ kind: 'open', job });
    // The first question reports a failure to open; until then nothing awaits this promise.
    this.#opened.catch(() => undefined);
  }

  /** Angles of the hidden layers between the rule's δh and BP's, of `measureAlignment`. */
  async alignment(look: Look): Promise<readonly LayerAlignment[]> {
    const answer = await this.#ask({ kind: 'alignment', ...look });
    if (answer.kind === 'alignment') return answer.alignment;
    throw new Error(`the float probe answered ${answer.kind} where an alignment was asked for`);
  }

  /** h, δh and δz of every layer, of `errorSignals`; `delayed` as there. */
  async signals(look: Look, delayed: Float32Array | null): Promise<readonly LayerSignals[]> {
    const answer = await this.#ask({ kind: 'signals', ...look, delayed });
    if (answer.kind === 'signals') return answer.signals;
    throw new Error(`the float probe answered ${answer.kind} where signals were asked for`);
  }

  /** Ends the process; what was asked for and not answered is refused at once, whenever the process ends. */
  close(): void {
    this.#fail(new Error('the float probe was closed; make a new one to ask again'));
    this.#child.kill();
  }

  /** @throws InputError when the backend that was asked for is not to be had. */
  async #ask(request: ProbeRequest): Promise<ProbeAnswer> {
    const opened = await this.#opened;
    const answer = opened.kind === 'failed' ? opened : await this.#send(request);
    if (answer.kind === 'failed') throw new InputError(answer.reason);
    return answer;
  }

  #send(request: ProbeRequest): Promise<ProbeAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== null) {
        reject(this.#end);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#child.send(request, (error) => {
        if (error !== null && !isOfEnding(error)) this.#fail(error);
      });
    });
  }

  #fail(reason: Error): void {
    this.#end ??= reason;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
  }
}
