/** Epochs, first and last, in which some layers (1…k) keep their weights (docs/spec.md §2.17). */
export interface FreezeSpan {
  readonly layers: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** Layers that keep their weights in an epoch, 1, 2, …, ascending. */
export function frozenIn(spans: readonly FreezeSpan[], epoch: number): readonly number[] {
  const frozen = spans
    .filter(({ from, to }) => epoch >= from && epoch <= to)
    .flatMap(({ layers }) => layers);
  return [...new Set(frozen)].sort((left, right) => left - right);
}

/** Epochs that follow each other with the same frozen layers. */
interface FreezePhase {
  readonly epochs: number;
  readonly frozenLayers: readonly number[];
}

/** A training of some epochs, cut where the frozen layers change. */
export function freezePhases(spans: readonly FreezeSpan[], epochs: number): readonly FreezePhase[] {
  const phases: FreezePhase[] = [];
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const frozenLayers = frozenIn(spans, epoch);
    const last = phases.at(-1);
    if (last !== undefined && last.frozenLayers.join() === frozenLayers.join()) {
      phases[phases.length - 1] = { epochs: last.epochs + 1, frozenLayers };
    } else phases.push({ epochs: 1, frozenLayers });
  }
  return phases;
}
