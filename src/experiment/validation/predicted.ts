import type { KeyPath } from '../../units/strict-yaml.js';
import type { AreaComponent } from '../../hardware/chip-model.js';
import type { InputError } from '../../units/input-error.js';
import type { Figure } from './figure.js';

/** A component of which a sum of parts has another number than the chip file. */
export interface LeftOutPart {
  readonly component: AreaComponent;
  /** Kind of the cores; null: all cores are alike, or all share it. */
  readonly kind: string | null;
  /** Cores that are left out; a negative number: cores that are counted in addition. */
  readonly cores: number;
  /** Of all of them. */
  readonly areaMm2: number;
  readonly why: string;
}

/** What a predicted area is of the area of its chip file. */
export interface AreaAccount {
  /** As `models show` says it. */
  readonly chipMm2: number;
  /** Σ of the parts that were taken; it and the areas left out are `chipMm2`. */
  readonly takenMm2: number;
  /** Null: the figure is of a part alone. */
  readonly leftOut: readonly LeftOutPart[] | null;
}

/** A figure as the model gives it. Null ends: it has no band, because nothing in it has one. */
export interface Predicted extends Figure {
  readonly low: number | null;
  readonly high: number | null;
  /** Of areas and their shares. */
  readonly account?: AreaAccount;
  /** "component.action" of what an energy of an estimate leaves out, for it has no price on the chip. */
  readonly unpriced?: readonly string[];
}

/** Makes the error for a part of a validation file: `file:line:column: key: sentence`. */
export type Refuse = (path: KeyPath, sentence: string) => InputError;

export function withoutBand(figure: Figure): Predicted {
  return { ...figure, low: null, high: null };
}
