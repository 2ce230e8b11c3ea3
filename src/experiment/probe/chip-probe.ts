import type { LayerParameters } from '../../network/parameters.js';
import type { LayerSignals } from '../../reference/training/error-signals.js';
import type { ProbeJob } from '../../reference/network-probe.js';
import type { LayerAlignment } from '../../reference/reference-job.js';
import type { ReferenceSamples } from '../../reference/samples.js';
import { InputError } from '../../units/input-error.js';
import { type OwnProcess, sendTo } from '../reference/child-process.js';
import type { FloatProcesses } from '../reference/float-processes.js';
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

const entry = new URL('./probe-process.js', import.meta.url);

/**
 * Looks at what a chip has learned in float arithmetic, in a process of its own beside the chip's. A new process starts
 * at once, so that TensorFlow.js is loaded when the first epoch is over; whoever makes a probe closes it.
 */
export class ChipProbe {
  readonly #processes: FloatProcesses;
  readonly #own: OwnProcess;
  readonly #waiting: Waiting[] = [];
  readonly #opened: Promise<ProbeAnswer>;
  #end: Error | null = null;

  constructor(job: ProbeJob, processes: FloatProcesses) {
    this.#processes = processes;
    this.#own = processes.take(entry);
    this.#own.child.on('message', this.#heard).on('error', this.#fail).on('exit', this.#ended);
    this.#opened = this.#send({ kind: 'open', job });
    // The first question reports a failure to open; until then nothing awaits this promise.
    this.#opened.catch(() => undefined);
  }

  readonly #heard = (answer: ProbeAnswer): void => {
    this.#waiting.shift()?.resolve(answer);
  };

  readonly #fail = (reason: Error): void => {
    this.#end ??= reason;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
  };

  readonly #ended = (code: number | null, signal: NodeJS.Signals | null): void => {
    const lastWords = this.#own.lastWords();
    const whose = 'the float probe, which looks at what the chip learns,';
    this.#fail(processEnded(whose, { code, signal, lastWords }));
  };

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

  /** Gives its process back; what was asked for and not answered is refused at once, and ends the process. */
  close(): void {
    const { child } = this.#own;
    child.off('message', this.#heard).off('error', this.#fail).off('exit', this.#ended);
    const isIdle = this.#end === null && this.#waiting.length === 0;
    this.#fail(new Error('the float probe was closed; make a new one to ask again'));
    if (isIdle) this.#processes.giveBack(entry, this.#own);
    else child.kill();
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
      sendTo(this.#own, request, this.#fail);
    });
  }
}
