/**
 * The chip as the controller sees it: words at the addresses of the register map that the chip holds
 * (`holder: 'chip'`). The machine has checked address, access, width and, for START_*, that every core is mapped and
 * can take a command; what is left for the chip to refuse is what only it can know.
 *
 * The machine asks in the order of time: `cycle` never goes back, and everything the chip does up to and including
 * `cycle` is visible. A core that was started is busy in every later read until it has finished; CORE_BUSY of bank n
 * lies 4·n bytes behind that of bank 0, as in the map. Cores that take a command while they work begin it when they have
 * finished; there is room for one.
 */
export interface RegisterBus {
  /** The word at `address`; reading changes nothing. EVENTS are the chip's lines, without the controller's timer. */
  read(address: number, cycle: number): number;
  /** Writes a word; a sentence that says why where the chip refuses it, which is a trap, else null. */
  write(address: number, value: number, cycle: number): string | null;
}
