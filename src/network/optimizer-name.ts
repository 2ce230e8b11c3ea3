/** How gradients become weight changes; `nag` is momentum after Nesterov. */
export const optimizerNames = ['sgd', 'momentum', 'nag', 'rmsprop', 'adam'] as const;
export type OptimizerName = (typeof optimizerNames)[number];
