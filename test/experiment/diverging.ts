/** An experiment whose float reference ends without finite weights: its step is too large for outputs without bounds. */
export const divergingText = `
name: diverged
dataset: { name: digits, trainSamples: 600, testSamples: 100 }
network: FC_20_FC_10
activation: { hidden: none, output: none }
training: { rule: bp, epochs: 3, learningRate: 2^-3, loss: mse }
hardware: edge-28nm
precision: { output: s8.4, activation: s8.4 }
reference: { backend: cpu }
`;
