import { Layer } from '../parameters';

/** Max pooling over windows of 2×2. Implements: docs/spec.md §2.10. */
export class Pooling {
  /** The largest h of every window leaves the layer, of equal ones the first in row-major order. */
  static pool(layer: Layer): void {
    const columnCount = layer.columnCount;
    const rowNeurons = layer.mapWidth * columnCount;
    const pooledSize = layer.pooledHeight * layer.pooledWidth;
    const outputsAt = layer.outputsAt as usize;
    let pooledPlace: i32 = 0;
    for (let y: i32 = 0; y < layer.pooledHeight; y += 1) {
      for (let x: i32 = 0; x < layer.pooledWidth; x += 1) {
        let neuron = 2 * (y * rowNeurons + x * columnCount);
        let leaving = pooledPlace;
        for (let column: i32 = 0; column < columnCount; column += 1) {
          let winner = neuron;
          let most = load<i32>(outputsAt + ((neuron as usize) << 2));
          for (let corner: i32 = 1; corner < 4; corner += 1) {
            const rival = neuron + (corner >> 1) * rowNeurons + (corner & 1) * columnCount;
            const output = load<i32>(outputsAt + ((rival as usize) << 2));
            winner = output > most ? rival : winner;
            most = max(most, output);
          }
          store<i32>((layer.leavingAt + (leaving << 2)) as usize, most);
          store<i32>((layer.winnersAt + (leaving << 2)) as usize, winner);
          leaving += pooledSize;
          neuron += 1;
        }
        pooledPlace += 1;
      }
    }
  }

  /** δh of every value that left goes to the neuron it came from; all others get 0. */
  static giveToWinners(layer: Layer): void {
    memory.fill(layer.deltasAt as usize, 0, (layer.neuronCount as usize) << 3);
    for (let leaving: i32 = 0; leaving < layer.outputCount; leaving += 1) {
      const winner = load<i32>((layer.winnersAt + (leaving << 2)) as usize);
      const signal = load<i64>((layer.leavingSignalsAt + (leaving << 3)) as usize);
      store<i64>((layer.deltasAt + (winner << 3)) as usize, signal);
    }
  }
}
