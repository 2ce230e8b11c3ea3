/*
 * mathjs from its bundle: a tenth of the time that its modules take to load, which every command and every test would
 * wait for. It is required, not imported, as an import reads the bundle twice. An instance makes a function when it is
 * first called; who needs no digits of its own uses the one below, whose functions are made once.
 */
import { createRequire } from 'node:module';
import type * as MathJs from 'mathjs';

const bundle = createRequire(import.meta.url)('mathjs/lib/browser/math.js') as typeof MathJs;

/** An instance of its own, with 64 decimal digits unless stated. */
export function createMath(config: MathJs.ConfigOptions = {}): MathJs.MathJsInstance {
  return bundle.create(bundle.all ?? {}, config);
}

/** The instance with 64 digits. */
export const math = createMath();
