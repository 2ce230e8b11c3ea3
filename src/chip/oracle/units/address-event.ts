/** An event: the address of the axon it enters by and its value, raw in the format of the incoming tensor. */
export interface AddressEvent {
  readonly axon: number;
  readonly valueRaw: bigint;
}

/** When an incoming value becomes an event (docs/spec.md §1). */
interface EventCondition {
  /** θ ≥ 0: a value is an event when |value| > θ. */
  readonly thresholdRaw: bigint;
  /** Values that are no events are delivered too, as events of value 0. */
  readonly isDense: boolean;
}

/** The events that a layer's incoming values send, in ascending address order (docs/spec.md §1). */
export function eventsOf(
  valuesRaw: Iterable<bigint>,
  { thresholdRaw, isDense }: EventCondition,
): AddressEvent[] {
  const events: AddressEvent[] = [];
  let axon = 0;
  for (const valueRaw of valuesRaw) {
    if (valueRaw > thresholdRaw || -valueRaw > thresholdRaw) events.push({ axon, valueRaw });
    else if (isDense) events.push({ axon, valueRaw: 0n });
    axon += 1;
  }
  return events;
}
