/*
 * mathjs from its bundle: a tenth of the time that its modules take to load. It is required, not imported, as an import
 * reads the bundle twice, and only when it is first used: commands that compute no formula do not wait for it. An instance
 * makes a function when it is first called; who needs no digits of its own uses the shared one, whose functions are made
 * once.
 */
import { createRequire } from 'node:module';
import type * as MathJs from 'mathjs';

/** An instance of its own, with 64 decimal digits unless stated. */
export function createMath(config: MathJs.ConfigOptions = {}): MathJs.MathJsInstance {
  const bundle = createRequire(import.meta.url)('mathjs/lib/browser/math.js') as typeof MathJs;
  return bundle.create(bundle.all ?? {}, config);
}

let shared: MathJs.MathJsInstance | null = null;

/** The instance with 64 digits. */
export function sharedMath(): MathJs.MathJsInstance {
  shared ??= createMath();
  return shared;
}
