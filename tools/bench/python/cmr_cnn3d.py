"""Phenotypes from a CMR volume in PyTorch: the peer of `npm run bench -- cmr-cnn3d`.

The same network (the slow pathway of SlowFast with 50 layers, arXiv:1812.03982, slices in the place of time; slices fused by one
linear layer), weights and batch as Dualbeat's training step, written as one would write it for speed: channels last, in-place
ReLU, fused AdamW. Reads and answers commands as ecg_mae.py.

Arguments: weights.safetensors data.safetensors, then JSON: {"mode": "eager" | "compile", "threads", "learningRate", "betas",
"epsilon", "weightDecay", "layout": "channels_last_3d" | "contiguous"}.
"""

import json
import platform
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from ecg_mae import answer, peak_bytes, read_safetensors


class Unit(nn.Module):
    """Convolution and batch normalisation, named as in the file."""

    def __init__(self, width, out, kernel, stride=1):
        super().__init__()
        padding = tuple(size // 2 for size in kernel)
        self.conv = nn.Conv3d(width, out, kernel, (1, stride, stride), padding, bias=False)
        self.norm = nn.BatchNorm3d(out)

    def forward(self, x):
        return self.norm(self.conv(x))


class Block(nn.Module):
    def __init__(self, width, inner, depth, stride):
        super().__init__()
        out = 4 * inner
        self.first = Unit(width, inner, (depth, 1, 1))
        self.second = Unit(inner, inner, (1, 3, 3), stride)
        self.third = Unit(inner, out, (1, 1, 1))
        self.shortcut = Unit(width, out, (1, 1, 1), stride) if width != out or stride != 1 else None

    def forward(self, x):
        y = F.relu(self.first(x), inplace=True)
        y = F.relu(self.second(y), inplace=True)
        side = x if self.shortcut is None else self.shortcut(x)
        return F.relu(self.third(y).add_(side), inplace=True)


class SlowR50(nn.Module):
    def __init__(self, shapes):
        super().__init__()
        stem = shapes["stem.conv.weight"]
        self.stem = Unit(stem[1], stem[0], tuple(stem[2:]), 2)
        width = stem[0]
        stages = []
        for i, (blocks, depth) in enumerate(((3, 1), (4, 1), (6, 3), (3, 3))):
            inner = shapes[f"stages.{i}.0.first.conv.weight"][0]
            stage = []
            for j in range(blocks):
                stage.append(Block(width, inner, depth, 2 if i > 0 and j == 0 else 1))
                width = 4 * inner
            stages.append(nn.Sequential(*stage))
        self.stages = nn.Sequential(*stages)
        self.fuse = nn.Linear(shapes["fuse.weight"][1], 1)
        self.latent = nn.Linear(width, shapes["latent.weight"][0])
        self.head = nn.Linear(shapes["latent.weight"][0], shapes["head.weight"][0])

    def forward(self, x, target):
        """x [B, channels, slices, height, width], target [B, 3] -> loss"""
        x = F.relu(self.stem(x), inplace=True)
        x = F.max_pool3d(x, (1, 3, 3), (1, 2, 2), (0, 1, 1))
        x = self.stages(x).mean((3, 4))
        return F.mse_loss(self.head(self.latent(self.fuse(x).squeeze(-1))), target)


def torch_name(name):
    for ours, theirs in (
        ("encoders/ed/trunk/", ""),
        ("encoders/ed/collect/", ""),
        ("heads/phenotypes/phenotypes/", "head/"),
        ("conv1/", "first/conv/"),
        ("conv2/", "second/conv/"),
        ("conv3/", "third/conv/"),
        ("norm1/", "first/norm/"),
        ("norm2/", "second/norm/"),
        ("norm3/", "third/norm/"),
        ("shortcut-", "shortcut/"),
    ):
        name = name.replace(ours, theirs)
    return name.replace("/", ".")


def to_torch(t):
    """Linear weights are [in, out] in the file, convolutions [slices, rows, columns, in, out]."""
    if t.dim() == 5:
        return t.permute(4, 3, 0, 1, 2).contiguous()
    return t.t().contiguous() if t.dim() == 2 else t.clone()


def load(path, of):
    """The model with the given weights, and its optimiser."""
    tensors, metadata = read_safetensors(path)
    weights = {torch_name(name): to_torch(t) for name, t in tensors.items()}
    del tensors
    model = SlowR50({name: t.shape for name, t in weights.items()})
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected and all("running" in name or "tracked" in name for name in missing), (missing, unexpected)
    if of["layout"] == "channels_last_3d":
        model = model.to(memory_format=torch.channels_last_3d)
    decayed = {torch_name(name) for name in json.loads(metadata["decayed"])}
    named = list(model.named_parameters())
    groups = [
        {"params": [p for name, p in named if name in decayed], "weight_decay": of["weightDecay"]},
        {"params": [p for name, p in named if name not in decayed], "weight_decay": 0.0},
    ]
    settings = {"lr": of["learningRate"], "betas": tuple(of["betas"]), "eps": of["epsilon"]}
    return model, torch.optim.AdamW(groups, fused=True, **settings)


def main():
    weights_path, data_path, options = sys.argv[1:4]
    of = json.loads(options)
    torch.set_num_threads(of["threads"])
    model, optimizer = load(weights_path, of)
    data, _ = read_safetensors(data_path)
    x, target = data["volume"].permute(0, 4, 1, 2, 3), data["phenotypes"].clone()
    last = of["layout"] == "channels_last_3d"
    x = x.contiguous(memory_format=torch.channels_last_3d if last else torch.contiguous_format)
    forward = torch.compile(model) if of["mode"] == "compile" else model

    def step():
        loss = forward(x, target)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss.item()

    answer(ready=True)
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "step":
            losses, seconds = [], []
            for _ in range(command["count"]):
                start = time.perf_counter()
                losses.append(step())
                seconds.append(time.perf_counter() - start)
            answer(losses=losses, seconds=seconds)
        elif command["do"] == "facts":
            answer(
                peakBytes=peak_bytes(),
                parameters=sum(p.numel() for p in model.parameters()),
                threads=torch.get_num_threads(),
                versions={"torch": torch.__version__, "python": platform.python_version()},
                notes=["AdamW fused", f"layout {of['layout']}"],
            )
        else:
            break


if __name__ == "__main__":
    main()
