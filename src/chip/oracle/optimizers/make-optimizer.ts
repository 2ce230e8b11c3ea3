import type { OptimizerSpec } from '../../image/chip-image.js';
import { Adam } from './adam.js';
import { Momentum } from './momentum.js';
import type { Optimizer, OptimizerParts } from './optimizer.js';
import { Rmsprop } from './rmsprop.js';
import { Sgd } from './sgd.js';

/** The optimizer of one layer. */
export function makeOptimizer(spec: OptimizerSpec, parts: OptimizerParts): Optimizer {
  switch (spec.kind) {
    case 'sgd':
      return new Sgd(parts);
    case 'momentum':
      return new Momentum(spec, parts);
    case 'rmsprop':
      return new Rmsprop(spec, parts);
    case 'adam':
      return new Adam(spec, parts);
  }
}
