import { z } from 'zod';

/*
 * Metrics of NeuroBench's algorithm track (Yik et al., The NeuroBench framework, Nat. Commun. 16, 1545, 2025,
 * doi 10.1038/s41467-025-56739-4), as its definitions have them, for the inference of one sample.
 */

const amount = z.number().min(0);

export const neurobench = z
  .strictObject({
    footprintBytes: amount.describe(
      'NeuroBench footprint: memory that holds the model, here what weights, biases and neuron states use of their memories, unused bits of their words included, / 8. Nothing that exists only for learning.',
    ),
    parameterCount: z.int().min(0).describe('NeuroBench parameter count: weights and biases.'),
    connectionSparsity: amount.describe(
      'NeuroBench connection sparsity: weights that are 0 at the end of training, divided by all weights.',
    ),
    classificationAccuracy: amount
      .nullable()
      .describe(
        'NeuroBench classification accuracy of the test samples, 0 to 1; null: not tested.',
      ),
    activationSparsity: amount
      .nullable()
      .describe(
        'NeuroBench activation sparsity: outputs of the hidden layers that are 0 (no event), divided by all of them, over all test samples; after pooling. The output layer is left out: the chip sends a class, and zeros of its outputs are not counted. Null: no hidden layer.',
      ),
    synapticOperations: z
      .strictObject({
        effectiveMacs: amount
          .nullable()
          .describe(
            'NeuroBench effective MACs: products of an input that is not 0 and a weight that is not 0, inputs of more than one bit. Null where weights are 0: the chip multiplies by them too, and which events meet them is not counted; the number is then at most nonZeroInputMacs.',
          ),
        effectiveAcs: amount
          .nullable()
          .describe(
            'NeuroBench effective ACs: the same for inputs of one bit, which need no multiplication. Null as above; 0 where no layer has such inputs.',
          ),
        dense: amount.describe(
          'NeuroBench dense: all products, zeros included; biases and pooling are none.',
        ),
        nonZeroInputMacs: amount
          .nullable()
          .describe(
            'Ours: products of inputs that are not 0, whatever the weight and the width. Null: an older record, of a CONV layer that takes zeros as events.',
          ),
      })
      .describe('NeuroBench synaptic operations, mean of the test samples.'),
  })
  .nullable()
  .default(null)
  .describe(
    'Metrics of NeuroBench (doi 10.1038/s41467-025-56739-4) for the inference of one sample. Membrane updates are not among them: no neuron of this chip has a membrane potential between samples. Null: an older record.',
  );

export type NeurobenchRecord = NonNullable<z.infer<typeof neurobench>>;
