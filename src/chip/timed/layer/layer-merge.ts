import type { RunKind } from '../../../ledger/ledger-row.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import type { TimedCore } from '../core/core.js';
import type { MergeClient, MergePass } from './merge-pass.js';
import { Rendezvous } from './rendezvous.js';

/**
 * What a layer of several axon parts does between its visits and f: its homes take the sums of their other cores, in step.
 *
 * Implements: docs/spec.md §5 (layers of several cores), §7 (home).
 */
export class LayerMerge {
  readonly #cores: readonly TimedCore[];
  readonly #services: ChipServices;
  readonly #merges: readonly MergePass[];
  readonly #startHandler: number;
  #sample = 0;
  #run: RunKind = 'inference';

  /** `cores`: all of the layer; `makeMerge`: of a home. */
  constructor(
    cores: readonly TimedCore[],
    services: ChipServices,
    makeMerge: (home: TimedCore, client: MergeClient) => MergePass,
  ) {
    const homes = cores.filter(({ isHome }) => isHome);
    const heads = new Rendezvous(homes.length, () => {
      for (const merge of this.#merges) merge.open();
    });
    this.#cores = cores;
    this.#services = services;
    this.#merges = homes.map((home) =>
      makeMerge(home, {
        headsArrived: () => {
          heads.come();
        },
        merged: () => {
          home.activate();
        },
      }),
    );
    this.#startHandler = services.queue.register(() => {
      for (const merge of this.#merges) merge.start(this.#sample, this.#run);
    });
  }

  /** The cores have made their visits of a sample since `beginTick`; h follows. */
  start(sample: number, run: RunKind, beginTick: number): void {
    const { queue } = this.#services;
    this.#sample = sample;
    this.#run = run;
    const tick = Math.max(queue.now, beginTick + this.#slowestVisitCycles());
    queue.schedule(tick, tickPhases.workEnds, this.#startHandler, 0, 0);
  }

  /** Cycles of the visits in step: as if every core had the most events and the most visits of any. */
  #slowestVisitCycles(): number {
    let eventCount = 0;
    let visitCount = 0;
    for (const { forward } of this.#cores) {
      const { load } = forward;
      eventCount = Math.max(eventCount, load.eventCount);
      visitCount = Math.max(visitCount, load.visitCount);
    }
    const most = { eventCount, visitCount };
    return Math.max(...this.#cores.map(({ forward }) => forward.cyclesOf(most)));
  }
}
