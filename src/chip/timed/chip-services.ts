import type { EventQueue } from '../../time/event-queue.js';
import type { AccessLedger } from '../../ledger/access-ledger.js';

/**
 * Order within a tick. Work that ends frees its part before anyone asks for it; what the router delivers comes after that,
 * so that it finds the part free; a program looks at the chip when all of that is done; the watchdog looks last, when
 * everything else of the tick has happened.
 */
export const tickPhases = { workEnds: 0, packetMoves: 1, control: 6, watchdog: 7 } as const;

/** Parts of the chip that may be held up, as those who hold them up know them. */
export const blockNames = [
  'pins',
  'eventBuffer',
  'synapses',
  'neurons',
  'activation',
  'feedback',
  'learning',
  'delayedError',
  'router',
  'controller',
] as const;
/** Block of the chip that can be made to wait. */
export type BlockName = (typeof blockNames)[number];

/** Cycles by which a block starts late or takes longer, ≥ 0; asked once for each piece of work. `core`: null where it belongs to none. */
export type StallSource = (block: BlockName, core: number | null) => number;

export const noStalls: StallSource = () => 0;

/** What every block of the chip needs: time, the ledger, and who may hold it up. */
export interface ChipServices {
  readonly queue: EventQueue;
  readonly ledger: AccessLedger;
  readonly stall: StallSource;
}
