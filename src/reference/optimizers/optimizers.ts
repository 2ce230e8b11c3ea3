import type { OptimizerName } from '../../network/optimizer-name.js';
import { adam } from './adam.js';
import { momentum } from './momentum.js';
import { nag } from './nag.js';
import type { Optimizer } from './optimizer.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

export { type OptimizerName, optimizerNames } from '../../network/optimizer-name.js';

/** Every optimizer the reference knows, by the name an experiment gives it. */
export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = {
  sgd,
  momentum,
  nag,
  rmsprop,
  adam,
};
