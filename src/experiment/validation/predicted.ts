import type { KeyPath } from '../../units/strict-yaml.js';
import type { InputError } from '../../units/input-error.js';
import type { Figure } from './figure.js';

/** A figure as the model gives it. Null ends: it has no band, because nothing in it has one. */
export interface Predicted extends Figure {
  readonly low: number | null;
  readonly high: number | null;
}

/** Makes the error for a part of a validation file: `file:line:column: key: sentence`. */
export type Refuse = (path: KeyPath, sentence: string) => InputError;

export function withoutBand(figure: Figure): Predicted {
  return { ...figure, low: null, high: null };
}
