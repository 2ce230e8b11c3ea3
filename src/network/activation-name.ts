/** Activation functions of a layer; `none` is f(z) = z. */
export const activationNames = ['tanh', 'sigmoid', 'relu', 'none'] as const;
export type ActivationName = (typeof activationNames)[number];
