/** Ctrl-C: the run stopped between two samples. The message says whether it can be resumed, and how. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
