/** A line by which the chip wakes the controller; levels, not edges: it stays up as long as its cause lasts. */
interface EventLine {
  readonly name: string;
  readonly bit: number;
  readonly mask: number;
  readonly meaning: string;
}

const line = (name: string, bit: number, meaning: string): EventLine => ({
  name,
  bit,
  mask: 1 << bit,
  meaning,
});

export const inputEvent = line(
  'EVENT_INPUT',
  0,
  'a sample is at the input; down while `EVENT_EPOCH` is up',
);
export const labelEvent = line('EVENT_LABEL', 1, 'the label of the sample at the input is known');
export const coreDoneEvent = line('EVENT_CORE_DONE', 2, 'a bit of `CORE_DONE` is set');
export const allIdleEvent = line('EVENT_ALL_IDLE', 3, 'no core is busy');
export const timerEvent = line('EVENT_TIMER', 4, '`TIMER` has run out');
export const epochEvent = line(
  'EVENT_EPOCH',
  5,
  'the last sample of an epoch or measuring pass is released, and `EPOCH_END` is not written yet; never while `LEARNING` is off',
);
export const endEvent = line('EVENT_END', 6, 'no sample will follow, and no epoch is open');

/** In the order of their bits. */
export const eventLines: readonly EventLine[] = [
  inputEvent,
  labelEvent,
  coreDoneEvent,
  allIdleEvent,
  timerEvent,
  epochEvent,
  endEvent,
];
