"""Golden values of the encoders of plugins/cmr-cnn3d, by PyTorch in float64 (and the error of PyTorch's own float32).

Written from the papers' descriptions: ResNet (arXiv:1512.03385, the variant with the stride in the 3 x 3 convolution), SlowFast's
slow pathway (arXiv:1812.03982), Swin (arXiv:2103.14030, 2106.13230), R(2+1)D's separated kernels (arXiv:1711.11248).

Arguments: cases.json (with each case's resolved options and the shapes of its variables), out.safetensors. Variables have the
names and layouts of Dualbeat: convolutions [slices, rows, columns, in, out], linear layers [in, out].
"""

import json
import math
import struct
import sys

import torch
import torch.nn.functional as F


class Numbers:
    """The filling that the tests repeat: a fixed sequence in [-0.5, 0.5)."""

    def __init__(self, seed):
        self.seed, self.n = seed, 0

    def take(self, shape):
        count = math.prod(shape)
        values = []
        for _ in range(count):
            self.n += 1
            x = math.sin(self.n * 12.9898 + self.seed * 78.233) * 43758.5453
            values.append(x - math.floor(x) - 0.5)
        # both sides start from float32 values
        return torch.tensor(values, dtype=torch.float32).double().reshape(shape)


def fill(params, state, numbers):
    def parameter(name, shape):
        u = numbers.take(shape)
        if len(shape) > 1:
            u = u * (1.3 * math.sqrt(12 / math.prod(shape[:-1])))
        elif name.endswith("norm3/weight"):
            u = 0.25 + 0.1 * u  # small residual branches: a deep, narrow network would double every rounding error
        elif name.endswith("weight"):
            u = 1 + 0.5 * u
        else:
            u = 0.4 * u
        return u.float().double()

    filled = {name: parameter(name, shape) for name, shape in params}
    running = {
        name: ((1 + 0.5 * u) if name.endswith("variance") else 0.2 * u).float().double()
        for name, u in ((name, numbers.take(shape)) for name, shape in state)
    }
    return filled, running


class Net:
    """Variables below a prefix, as functions of tensors [B, C, S, H, W]."""

    def __init__(self, params, state, options, training, changed, prefix=""):
        self.p, self.s, self.o = params, state, options
        self.training, self.changed, self.prefix = training, changed, prefix

    def at(self, name):
        return Net(self.p, self.s, self.o, self.training, self.changed, f"{self.prefix}{name}/")

    def has(self, name):
        return any(key.startswith(f"{self.prefix}{name}/") for key in self.p)

    def count(self):
        firsts = {key[len(self.prefix) :].split("/")[0] for key in self.p if key.startswith(self.prefix)}
        return sum(name.isdigit() for name in firsts)

    def __getitem__(self, name):
        return self.p[self.prefix + name]

    def conv(self, name, x, stride=(1, 1, 1), padding=None):
        weight = self[f"{name}/weight"].permute(4, 3, 0, 1, 2)
        if padding is None:
            padding = tuple(size // 2 for size in weight.shape[2:])
        bias = self.p.get(f"{self.prefix}{name}/bias")
        return F.conv3d(x, weight, bias, tuple(stride), padding)

    def norm(self, name, x):
        weight, bias, epsilon = self[f"{name}/weight"], self[f"{name}/bias"], self.o["epsilon"]
        if self.o["norm"] == "group":
            return F.group_norm(x, self.o["groups"], weight, bias, epsilon)
        mean = self.s[f"{self.prefix}{name}/mean"].clone()
        variance = self.s[f"{self.prefix}{name}/variance"].clone()
        y = F.batch_norm(x, mean, variance, weight, bias, self.training, self.o["momentum"], epsilon)
        if self.training:
            self.changed[f"{self.prefix}{name}/mean"] = mean
            self.changed[f"{self.prefix}{name}/variance"] = variance
        return y

    def layer_norm(self, name, x):
        weight = self[f"{name}/weight"]
        return F.layer_norm(x, weight.shape, weight, self[f"{name}/bias"], 1e-5)

    def linear(self, name, x):
        return F.linear(x, self[f"{name}/weight"].t(), self.p.get(f"{self.prefix}{name}/bias"))


def basic(net, x, stride):
    y = F.relu(net.norm("norm1", net.conv("conv1", x, stride)))
    y = net.norm("norm2", net.conv("conv2", y))
    return F.relu(y + shortcut(net, x, stride))


def bottleneck(net, x, stride):
    y = F.relu(net.norm("norm1", net.conv("conv1", x)))
    y = F.relu(net.norm("norm2", net.conv("conv2", y, stride)))
    y = net.norm("norm3", net.conv("conv3", y))
    return F.relu(y + shortcut(net, x, stride))


def shortcut(net, x, stride):
    return net.norm("shortcut-norm", net.conv("shortcut-conv", x, stride)) if net.has("shortcut-conv") else x


def resnet(net, x, *, block, stem_stride, pool, strides):
    x = F.relu(net.at("stem").norm("norm", net.at("stem").conv("conv", x, stem_stride)))
    kernel, stride = pool
    x = F.max_pool3d(x, tuple(kernel), tuple(stride), tuple(k // 2 for k in kernel))
    stages = net.at("stages")
    for i, stride in enumerate(strides):
        stage = stages.at(str(i))
        for j in range(stage.count()):
            x = block(stage.at(str(j)), x, stride if j == 0 else (1, 1, 1))
    return x


HALF = (1, 2, 2)
FLAT = dict(stem_stride=HALF, pool=((1, 3, 3), HALF), strides=((1, 1, 1), HALF, HALF, HALF))


def slow_r50(net, x):
    return resnet(net, x, block=bottleneck, **FLAT)


def resnet3d(net, x):
    o = net.o
    return resnet(
        net,
        x,
        block=bottleneck if o["depth"] == 50 else basic,
        stem_stride=o["stemStride"],
        pool=(o["poolKernel"], o["poolStride"]),
        strides=o["stageStrides"],
    )


def image_of(o, x):
    if o["planes"] == "mid":
        return x[:, :, x.shape[2] // 2].unsqueeze(2)
    return x.transpose(1, 2).flatten(1, 2).unsqueeze(2)


def resnet2d(net, x):
    return resnet(net, image_of(net.o, x), block=bottleneck if net.o["depth"] == 50 else basic, **FLAT)


def resnet2d_sequence(net, x):
    return resnet(net, x, block=bottleneck if net.o["depth"] == 50 else basic, **FLAT)


def cnn3d(net, x):
    stages = net.at("stages")
    for i in range(stages.count()):
        stage = stages.at(str(i))
        x = F.relu(stage.norm("norm1", stage.conv("plane", x, HALF)))
        x = F.relu(stage.norm("norm2", stage.conv("slices", x)))
    return x


def window_attention(net, x, heads, window, shift):
    """x [B, S, H, W, C]"""
    batch, *size, width = x.shape
    window = [min(w, n) for w, n in zip(window, size)]
    shift = [0 if w >= n else s for w, n, s in zip(window, size, shift)]
    pads = [-n % w for n, w in zip(size, window)]
    x = F.pad(x, (0, 0, 0, pads[2], 0, pads[1], 0, pads[0]))
    padded = x.shape[1:4]
    if any(shift):
        x = torch.roll(x, [-s for s in shift], (1, 2, 3))

    def split(t, channels):
        n, (d, h, w) = t.shape[0], window
        t = t.reshape(n, padded[0] // d, d, padded[1] // h, h, padded[2] // w, w, channels)
        return t.permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(-1, d * h * w, channels)

    rows = split(x, width)
    count, length, _ = rows.shape
    qkv = net.linear("qkv", rows).reshape(count, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
    q, k, v = qkv * 1.0
    logits = q @ k.transpose(-1, -2) * (width // heads) ** -0.5
    places = torch.stack(torch.meshgrid(*[torch.arange(w) for w in window], indexing="ij")).flatten(1)
    offsets = places[:, :, None] - places[:, None, :] + torch.tensor(window)[:, None, None] - 1
    spans = [2 * w - 1 for w in window]
    index = (offsets[0] * spans[1] + offsets[1]) * spans[2] + offsets[2]
    logits = logits + net["positions"][index].permute(2, 0, 1)
    if any(shift):
        region = torch.zeros(1, *padded, 1)
        n = 0

        def parts(i):
            w, s = window[i], shift[i]
            return [slice(None)] if s == 0 else [slice(0, -w), slice(-w, -s), slice(-s, None)]

        for a in parts(0):
            for b in parts(1):
                for c in parts(2):
                    region[:, a, b, c] = n
                    n += 1
        ids = split(region, 1).squeeze(-1)
        mask = (ids[:, None, :] != ids[:, :, None]).to(logits.dtype) * -100
        logits = (logits.reshape(batch, -1, heads, length, length) + mask[None, :, None]).reshape(logits.shape)
    mixed = (logits.softmax(-1) @ v).transpose(1, 2).reshape(count, length, width)
    y = net.linear("proj", mixed)
    d, h, w = window
    y = y.reshape(batch, padded[0] // d, padded[1] // h, padded[2] // w, d, h, w, width)
    y = y.permute(0, 1, 4, 2, 5, 3, 6, 7).reshape(batch, *padded, width)
    if any(shift):
        y = torch.roll(y, shift, (1, 2, 3))
    return y[:, : size[0], : size[1], : size[2]]


def swin(net, x, patch, window):
    pads = [-n % p for n, p in zip(x.shape[2:], patch)]
    x = F.pad(x, (0, pads[2], 0, pads[1], 0, pads[0]))
    x = net.at("embed").conv("conv", x, patch, (0, 0, 0)).permute(0, 2, 3, 4, 1)
    x = net.at("embed").layer_norm("norm", x)
    stages = net.at("stages")
    for i, depth in enumerate(net.o["depths"]):
        stage = stages.at(str(i))
        if i > 0:
            x = F.pad(x, (0, 0, 0, x.shape[3] % 2, 0, x.shape[2] % 2))
            rows, columns = x[:, :, 0::2], x[:, :, 1::2]
            fours = [rows[:, :, :, 0::2], columns[:, :, :, 0::2], rows[:, :, :, 1::2], columns[:, :, :, 1::2]]
            x = stage.at("merge").linear("reduction", stage.at("merge").layer_norm("norm", torch.cat(fours, -1)))
        for j in range(depth):
            block = stage.at("blocks").at(str(j))
            shift = [w // 2 for w in window] if j % 2 else [0, 0, 0]
            heads = net.o["heads"][i]
            x = x + window_attention(block.at("attention"), block.layer_norm("norm1", x), heads, window, shift)
            hidden = F.gelu(block.at("mlp").linear("fc1", block.layer_norm("norm2", x)))
            x = x + block.at("mlp").linear("fc2", hidden)
    return net.layer_norm("norm", x).permute(0, 4, 1, 2, 3)


def swin2d(net, x):
    patch, window = net.o["patch"], net.o["window"]
    return swin(net, image_of(net.o, x), (1, patch, patch), (1, window, window))


def swin3d(net, x):
    return swin(net, x, net.o["patch"], net.o["window"])


def lstm(net, x):
    """x [B, S, C] -> the last hidden state, by torch.nn.LSTM."""
    weights = {
        "weight_ih_l0": net["input-weight"].t(),
        "weight_hh_l0": net["hidden-weight"].t(),
        "bias_ih_l0": net["input-bias"],
        "bias_hh_l0": net["hidden-bias"],
    }
    width = x.shape[-1]
    module = torch.nn.LSTM(width, width, batch_first=True, dtype=x.dtype)
    _, (hidden, _) = torch.func.functional_call(module, weights, (x,))
    return hidden[-1]


def weighted(net, x):
    """x [N, P, C]"""
    scores = F.linear(x, net["weight"].t(), net["bias"])
    return (scores.softmax(1) * x).sum(1)


def collect(net, x, o):
    """x [B, C, S, H, W] -> [B, D], tokens [B, S * H * W, D]"""
    cells = x.flatten(2).transpose(1, 2)
    latent = (lambda t: net.linear("latent", t)) if net.has("latent") else (lambda t: t)
    if o.get("pooling") == "attention":
        flat = x.permute(0, 2, 3, 4, 1).flatten(0, 1).flatten(1, 2)
        y = weighted(net.at("pool"), flat).reshape(x.shape[0], x.shape[2], -1)
    else:
        y = (x.amax((3, 4)) if o["pooling"] == "max" else x.mean((3, 4))).transpose(1, 2)
    first = o["sequence"]
    y = latent(y) if first else y
    fusion = o.get("fusion", "mean")
    if fusion == "linear":
        y = F.linear(y.transpose(1, 2), net["fuse/weight"].t(), net["fuse/bias"]).squeeze(-1)
    elif fusion == "lstm":
        y = lstm(net.at("fuse"), y)
    elif fusion == "attention":
        y = weighted(net.at("fuse"), y)
    else:
        y = y.amax(1) if fusion == "max" else y.mean(1)
    return (y if first else latent(y)), latent(cells)


TRUNKS = {
    "slow-r50": slow_r50,
    "resnet3d": resnet3d,
    "resnet2d": resnet2d,
    "resnet2d-sequence": resnet2d_sequence,
    "cnn3d": cnn3d,
    "swin2d": swin2d,
    "swin3d": swin3d,
}


def run(case, dtype):
    numbers = Numbers(case["seed"])
    params, state = fill(case["params"], case["state"], numbers)
    x = (3 * numbers.take([len(case["present"]), *case["view"]])).float().to(dtype)
    target = (2 * numbers.take([len(case["present"]), case["width"]])).float().to(dtype)
    here = torch.tensor(case["present"], dtype=torch.bool)
    params = {name: p.to(dtype).requires_grad_() for name, p in params.items()}
    state = {name: s.to(dtype) for name, s in state.items()}
    options = {**case["options"], "sequence": case["use"] == "resnet2d-sequence"}

    def encode(training):
        changed = {}
        net = Net(params, state, options, training, changed)
        # an absent row is not there at all
        volume = x[here].permute(0, 4, 1, 2, 3)
        pooled, tokens = collect(net.at("collect"), TRUNKS[case["use"]](net.at("trunk"), volume), options)
        return pooled, tokens, changed

    pooled, tokens, changed = encode(True)
    loss = (pooled - target[here]).square().mean()
    grads = torch.autograd.grad(loss, list(params.values()))
    out = {"loss": loss.reshape(1), "pooled": pooled, "tokens": tokens[:, :8]}
    out.update({f"grad/{name}": grad for name, grad in zip(params, grads)})
    out.update({f"state/{name}": value for name, value in changed.items()})
    with torch.no_grad():
        out["evaluated"] = encode(False)[0]
    return {name: t.detach().double() for name, t in out.items()}


def write_safetensors(path, tensors, metadata):
    header, chunks, offset = {"__metadata__": metadata}, [], 0
    for name, t in tensors.items():
        data = t.float().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(t.shape), "data_offsets": [offset, offset + len(data)]}
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def main():
    cases_path, out_path = sys.argv[1:3]
    torch.set_num_threads(2)
    with open(cases_path, encoding="utf8") as file:
        cases = json.load(file)
    tensors, own = {}, {}
    for case in cases:
        exact, single = run(case, torch.float64), run(case, torch.float32)
        name = case["name"]
        errors = {}
        for key, value in exact.items():
            scale = value.norm().item()
            error = (single[key] - value).norm().item()
            errors[key] = error / scale if scale > 1e-10 else 0.0
            if errors[key] > 4e-5:
                own[f"{name}/{key}"] = round(errors[key], 7)
        # one tensor for all gradients and one for the changed state, in the order of the encoder's variables
        for group in ("grad", "state"):
            parts = [value.flatten() for key, value in exact.items() if key.startswith(f"{group}/")]
            if parts:
                tensors[f"{name}/{group}"] = torch.cat(parts)
        for key in ("loss", "pooled", "tokens", "evaluated"):
            tensors[f"{name}/{key}"] = exact[key]
        print(f"{name}: loss {exact['loss'].item():.6f}, largest float32 error {max(errors.values()):.1e}")
    metadata = {"torch": torch.__version__, "float32Errors": json.dumps(own)}
    write_safetensors(out_path, tensors, metadata)


if __name__ == "__main__":
    main()
