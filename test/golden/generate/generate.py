"""Golden cases that the published runs do not cover, by an independent witness in PyTorch.

Written from the papers and not from the simulator, of which it imports nothing and reads nothing:
- Frenkel, Lefebvre, Bol 2021 (DRTP), doi 10.3389/fnins.2021.629892: the signal of a hidden layer is the label's row of a fixed B;
- Noekland 2016 (DFA), arXiv 1609.01596: B times the output error, which also learns from weights of 0;
- Fluegel 2021 (DEFP), thesis, equations 3.11 (weights of 0) and 4.3: the label's row times the sample's last error.

Facts of the published codes that both follow (README of the published cases): the signal replaces the gradient at the output of
the activation, before pooling; it is a sum over the batch, not divided by anything; the output layer has the true gradient of the
mean-reduced loss (MSE: over batch and classes, CE: over the batch); with CE the network's output has no activation, the loss
includes the softmax. With CE, y in the error of DFA is softmax(output); the error that DEFP keeps is y* - output.

Usage: python3 generate.py DIGITS OUT
  DIGITS  folder with digits-x.npy and digits-y.npy of scikit-learn (uint8, 1797 x 64 and 1797)
  OUT     folder in which a folder for each case is written
"""

import json
import math
import pathlib
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

BATCH, BATCHES, EPOCHS, CLASSES = 6, 2, 2, 10
SIDE = 8
INPUT_SCALE = 1 / 16
HIDDEN = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}
OUTPUT = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "none": lambda z: z}

# name -> what differs from DRTP on tanh and sigmoid with plain SGD.
CASES = {
    "witness-mse-bp-sgd": dict(algorithm="BP", loss="MSE"),
    "witness-mse-defp-loss-sgd": dict(algorithm="DEFP-loss", loss="MSE"),
    "witness-mse-adam": dict(algorithm="DFA", loss="MSE", optimizer="Adam", lr=0.01),
    "witness-ce-bp-sgd": dict(algorithm="BP", loss="CE", output="none"),
    "witness-ce-dfa-sgd": dict(algorithm="DFA", loss="CE", output="none"),
    "witness-ce-defp-error-sgd": dict(algorithm="DEFP-error", loss="CE", output="none", lr=0.02),
    "witness-ce-defp-loss-sgd": dict(algorithm="DEFP-loss", loss="CE", output="none"),
    "witness-relu-bp-sgd": dict(algorithm="BP", hidden="relu", loss="CE", output="none"),
    "witness-relu-drtp-sgd": dict(algorithm="DRTP", hidden="relu"),
    "witness-zero-dfa-sgd": dict(algorithm="DFA", initial="zero"),
    "witness-zero-drtp-sgd": dict(algorithm="DRTP", initial="zero"),
    "witness-zero-bp-sgd": dict(algorithm="BP", initial="zero"),
    "witness-dropout-off-sgd": dict(algorithm="DRTP", dropout=0.0),
    "witness-conv2-bp-sgd": dict(algorithm="BP", topology="CONV_2_3_1_1_CONV_3_3_1_1_FC_10", lr=0.2),
    "witness-conv2-drtp-sgd": dict(algorithm="DRTP", topology="CONV_2_3_1_1_CONV_3_3_1_1_FC_10", lr=0.005),
    "witness-conv2-relu-dfa-momentum": dict(
        algorithm="DFA", topology="CONV_2_3_1_1_CONV_3_3_1_1_FC_10", hidden="relu", optimizer="SGD", lr=0.002
    ),
}
DEFAULTS = dict(
    topology="FC_12_FC_10", hidden="tanh", output="sigmoid", loss="BCE", optimizer="SGD0", lr=0.05, initial="uniform", dropout=None
)


class Layer(nn.Module):
    """Fully connected, or a convolution with 2 x 2 max pooling behind its activation."""

    def __init__(self, kind, numbers, shape, activation, dropout):
        super().__init__()
        self.activation = activation
        self.dropout = None if dropout is None or kind != "FC" else nn.Dropout(dropout)
        if kind == "FC":
            self.linear = nn.Linear(math.prod(shape), numbers[0])
            self.h_shape = self.out_shape = (numbers[0],)
        else:
            channels, kernel, stride, padding = numbers
            self.linear = nn.Conv2d(shape[0], channels, kernel, stride, padding)
            side = (shape[1] + 2 * padding - kernel) // stride + 1
            self.h_shape, self.out_shape = (channels, side, side), (channels, side // 2, side // 2)

    def forward(self, x):
        """Returns h, at which a rule's signal enters, and what the next layer sees."""
        if isinstance(self.linear, nn.Linear):
            x = x.flatten(1)
        if self.dropout is not None:
            x = self.dropout(x)
        h = self.activation(self.linear(x))
        return h, h if h.dim() == 2 else functional.max_pool2d(h, 2, 2)


def build(case):
    words = case["topology"].split("_")
    shape, layers = (1, SIDE, SIDE), []
    while words:
        kind = words.pop(0)
        numbers = [int(words.pop(0)) for _ in range(1 if kind == "FC" else 4)]
        is_last = not words
        activation = OUTPUT[case["output"]] if is_last else HIDDEN[case["hidden"]]
        layers.append(Layer(kind, numbers, shape, activation, case["dropout"]))
        shape = layers[-1].out_shape
    for layer in layers:
        for parameter in layer.parameters():
            # Uniform in +-1/sqrt(fan-in), the default of PyTorch and of both originals; or equation 3.11.
            bound = 0 if case["initial"] == "zero" else 1 / math.sqrt(layer.linear.weight[0].numel())
            nn.init.uniform_(parameter, -bound, bound)
    return layers


def loss_of(case, output, labels, reduction="mean"):
    if case["loss"] == "CE":
        return functional.cross_entropy(output, labels, reduction=reduction)
    target = functional.one_hot(labels, CLASSES).float()
    loss = functional.mse_loss if case["loss"] == "MSE" else functional.binary_cross_entropy
    return loss(output, target, reduction=reduction)


def left_by_visit(case, output, labels):
    """What DEFP keeps of a visit: y* - y, or the negative slope of the loss that is not averaged. y is the network's output."""
    if case["algorithm"] == "DEFP-error":
        return functional.one_hot(labels, CLASSES).float() - output.detach()
    y = output.detach().requires_grad_()
    return -torch.autograd.grad(loss_of(case, y, labels, "sum"), y)[0]


def signals_of(case, feedback, output, labels, kept):
    """dh of a hidden layer with this B: (batch, *h)."""
    target = functional.one_hot(labels, CLASSES).float()
    y = functional.softmax(output, 1) if case["loss"] == "CE" else output
    weighting = {"DRTP": target, "DFA": y - target}.get(case["algorithm"], target * kept)
    return (weighting @ feedback.flatten(1)).view(-1, *feedback.shape[1:])


def gradients(case, layers, feedbacks, hs, output, labels, kept):
    """A list of [weight, bias] gradients, one entry per layer."""
    loss = loss_of(case, output, labels)
    parameters = [[layer.linear.weight, layer.linear.bias] for layer in layers]
    if case["algorithm"] == "BP":
        flat = torch.autograd.grad(loss, [p for pair in parameters for p in pair])
        return loss, [list(flat[2 * i : 2 * i + 2]) for i in range(len(layers))]
    own = []
    for pair, h, feedback in zip(parameters, hs, feedbacks):
        signal = signals_of(case, feedback, output, labels, kept).detach()
        own.append(list(torch.autograd.grad(h, pair, signal, retain_graph=True)))
    own.append(list(torch.autograd.grad(loss, parameters[-1])))
    return loss, own


def optimizer_of(case, parameters):
    lr = case["lr"]
    return {
        "SGD0": lambda: torch.optim.SGD(parameters, lr),
        "SGD": lambda: torch.optim.SGD(parameters, lr, momentum=0.9),
        "Adam": lambda: torch.optim.Adam(parameters, lr),
    }[case["optimizer"]]()


def save(folder, name, values):
    array = values.detach().numpy() if isinstance(values, torch.Tensor) else values
    numpy.save(folder / f"{name}.npy", numpy.ascontiguousarray(array))


def save_parameters(folder, when, layers):
    for index, layer in enumerate(layers):
        save(folder, f"{when}.layer{index}.weight", layer.linear.weight)
        save(folder, f"{when}.layer{index}.bias", layer.linear.bias)


def train(case, layers, feedbacks, x, y):
    """Returns outputs and losses of every step before its update, and what DEFP keeps of every sample."""
    optimizer = optimizer_of(case, [p for layer in layers for p in layer.parameters()])
    kept = torch.ones(len(y), CLASSES)
    outputs, losses = [], []
    for _ in range(EPOCHS):
        for first in range(0, BATCH * BATCHES, BATCH):
            rows = slice(first, first + BATCH)
            hs, signal = [], x[rows]
            for layer in layers:
                # Rules that lock nothing see no gradient from the layer above.
                seen = signal if case["algorithm"] == "BP" else signal.detach()
                h, signal = layer(seen)
                hs.append(h)
            output = hs[-1]
            loss, found = gradients(case, layers, feedbacks, hs[:-1], output, y[rows], kept[rows])
            outputs.append(output.detach())
            losses.append(loss.detach())
            kept[rows] = left_by_visit(case, output, y[rows])
            for layer, (weight, bias) in zip(layers, found):
                layer.linear.weight.grad, layer.linear.bias.grad = weight, bias
            optimizer.step()
    return torch.stack(outputs), torch.stack(losses), kept


def write(name, changes, digits, out):
    case = {**DEFAULTS, **changes}
    torch.manual_seed(1)
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    count = BATCH * BATCHES
    images = numpy.load(digits / "digits-x.npy")[:count].reshape(count, SIDE, SIDE)
    labels = numpy.load(digits / "digits-y.npy")[:count]
    save(folder, "inputs", images)
    save(folder, "labels", labels)
    layers = build(case)
    # Kaiming-uniform with fan-in = number of outputs, as the originals draw B.
    feedbacks = []
    if case["algorithm"] != "BP":
        for index, layer in enumerate(layers[:-1]):
            bound = math.sqrt(6 / math.prod(layer.h_shape))
            feedbacks.append(torch.empty(CLASSES, *layer.h_shape).uniform_(-bound, bound))
            save(folder, f"initial.layer{index}.feedback", feedbacks[-1])
    save_parameters(folder, "initial", layers)
    x = torch.from_numpy(images).float().unsqueeze(1) * INPUT_SCALE
    outputs, losses, kept = train(case, layers, feedbacks, x, torch.from_numpy(labels).long())
    save_parameters(folder, "final", layers)
    save(folder, "outputs", outputs)
    save(folder, "losses", losses)
    if case["algorithm"].startswith("DEFP"):
        save(folder, "delayed", kept)
    header = {key: case[key] for key in ("topology", "hidden", "output", "loss", "optimizer", "lr", "algorithm")}
    header |= dict(batch=BATCH, batches=BATCHES, epochs=EPOCHS, seed=1, name=name, inputScale=INPUT_SCALE)
    header |= dict(inputShape=[1, SIDE, SIDE], dataset="digits", initial=case["initial"], dropout=case["dropout"] or 0)
    header["generator"] = f"test/golden/generate/generate.py, torch {torch.__version__}, numpy {numpy.__version__}"
    (folder / "case.json").write_text(json.dumps(header, indent=1) + "\n")


def main():
    digits, out = map(pathlib.Path, sys.argv[1:])
    # One thread: sums in one order, the same bytes each time.
    torch.set_num_threads(1)
    for name, changes in CASES.items():
        write(name, changes, digits, out)


main()
