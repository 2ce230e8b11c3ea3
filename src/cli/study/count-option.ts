import { InputError } from '../../units/input-error.js';

/** A whole number of at least 1 that an option gives. @throws InputError */
export function countOf(option: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) {
    throw new InputError(`${option} ${text}: write a whole number from 1 to 99999`);
  }
  return Number(text);
}
