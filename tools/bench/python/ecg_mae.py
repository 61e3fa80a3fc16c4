"""ECG masked autoencoding in PyTorch: the peer of `npm run bench -- ecg-mae`.

The same model, weights, batches and masks as Dualbeat's training step, written as one would write it for speed: fused
attention, fused AdamW, hidden tokens dropped before the encoder. Reads one JSON command per line from standard input and
answers each with one line: {"do": "step", "count": n}, {"do": "facts"}, {"do": "quit"}.

Arguments: weights.safetensors data.safetensors, then JSON: {"mode": "eager" | "compile", "threads", "heads",
"decoderHeads", "patch", "keep", "correlationWeight", "learningRate", "betas", "epsilon", "weightDecay",
"gather": "before" | "after" (the patch embedding)}.
"""

import json
import platform
import resource
import struct
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

DTYPES = {"F32": torch.float32, "I32": torch.int32}
EPSILON = 1e-6  # of the layer norms


def read_safetensors(path):
    """Tensors by name, and the metadata."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        metadata = header.pop("__metadata__", {})
        tensors = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            file.seek(8 + size + begin)
            raw = bytearray(file.read(end - begin))
            flat = torch.frombuffer(raw, dtype=DTYPES[entry["dtype"]])
            tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        qkv = self.qkv(x).view(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.proj(mixed.transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=EPSILON)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=EPSILON)
        self.mlp = Mlp(width, 4 * width)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Encoder(nn.Module):
    def __init__(self, patch, width, depth, heads):
        super().__init__()
        self.cls = nn.Parameter(torch.empty(width))
        self.patch = nn.Linear(patch, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=EPSILON)

    def forward(self, patches, keep, positions, gather):
        """patches [B, N, P], keep [B, M], positions [1 + N, D] -> [B, 1 + M, D]"""
        batch = patches.shape[0]
        if gather == "before":
            rows = keep.unsqueeze(-1).expand(-1, -1, patches.shape[-1])
            tokens = self.patch(patches.gather(1, rows)) + positions[1:][keep]
        else:
            tokens = self.patch(patches) + positions[1:]
            rows = keep.unsqueeze(-1).expand(-1, -1, tokens.shape[-1])
            tokens = tokens.gather(1, rows)
        cls = (self.cls + positions[0]).expand(batch, 1, -1)
        x = torch.cat([cls, tokens], 1)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


class Decoder(nn.Module):
    def __init__(self, patch, outer, width, depth, heads):
        super().__init__()
        self.mask = nn.Parameter(torch.empty(width))
        self.embed = nn.Linear(outer, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        self.pred = nn.Linear(width, patch)

    def forward(self, encoded, restore, positions):
        """encoded [B, 1 + M, D], restore [B, N], positions [1 + N, d] -> [B, N, P]"""
        x = self.embed(encoded)
        batch, length, width = x.shape
        hidden = self.mask.expand(batch, restore.shape[1] - (length - 1), width)
        shuffled = torch.cat([x[:, 1:], hidden], 1)
        rows = restore.unsqueeze(-1).expand(-1, -1, width)
        x = torch.cat([x[:, :1], shuffled.gather(1, rows)], 1) + positions
        for block in self.blocks:
            x = block(x)
        return self.pred(self.norm(x[:, 1:]))


class MaskedAutoencoder(nn.Module):
    def __init__(self, shapes, of):
        super().__init__()
        width = shapes["encoder.cls"][0]
        inner = shapes["decoder.mask"][0]
        depths = [
            1 + max(int(name.split(".")[2]) for name in shapes if name.startswith(f"{part}.blocks."))
            for part in ("encoder", "decoder")
        ]
        self.patch_size = of["patch"]
        self.keep = of["keep"]
        self.weight = of["correlationWeight"]
        self.gather = of["gather"]
        self.encoder = Encoder(self.patch_size, width, depths[0], of["heads"])
        self.decoder = Decoder(self.patch_size, width, inner, depths[1], of["decoderHeads"])

    def forward(self, x, noise, encoder_positions, decoder_positions):
        """x [B, leads, samples], noise [B, N] -> loss"""
        batch, leads, samples = x.shape
        patches = x.view(batch, -1, self.patch_size)
        shuffle = torch.argsort(noise, dim=1, stable=True)  # ties by token number
        restore = torch.argsort(shuffle, dim=1)
        encoded = self.encoder(patches, shuffle[:, : self.keep], encoder_positions, self.gather)
        predicted = self.decoder(encoded, restore, decoder_positions)
        mse = F.mse_loss(predicted, patches)
        ncc = correlation(predicted.reshape(batch, leads, samples), x).mean()
        return (1 - self.weight) * mse + self.weight * (1 - ncc)


def correlation(x, y):
    """Correlation over the last axis, unbiased variances."""
    x = x - x.mean(-1, keepdim=True)
    y = y - y.mean(-1, keepdim=True)
    degrees = x.shape[-1] - 1
    spread = (x.square().sum(-1) / degrees + 1e-12) * (y.square().sum(-1) / degrees + 1e-12)
    return (x * y).sum(-1) / degrees * spread.rsqrt()


def torch_name(name):
    return name.replace("encoders/ecg/", "encoder/").replace("heads/decoder/", "decoder/").replace("/", ".")


def load(path, of):
    """The model with the given weights, and its optimiser."""
    tensors, metadata = read_safetensors(path)
    # Linear weights are [in, out] in the file and [out, in] here.
    weights = {torch_name(name): t.t().contiguous() if t.dim() == 2 else t.clone() for name, t in tensors.items()}
    del tensors
    with torch.device("meta"):
        model = MaskedAutoencoder({name: t.shape for name, t in weights.items()}, of)
    model.load_state_dict(weights, strict=True, assign=True)
    model.requires_grad_(True)
    decayed = {torch_name(name) for name in json.loads(metadata["decayed"])}
    named = list(model.named_parameters())
    groups = [
        {"params": [p for name, p in named if name in decayed], "weight_decay": of["weightDecay"]},
        {"params": [p for name, p in named if name not in decayed], "weight_decay": 0.0},
    ]
    settings = {"lr": of["learningRate"], "betas": tuple(of["betas"]), "eps": of["epsilon"]}
    try:
        return model, torch.optim.AdamW(groups, fused=True, **settings), "fused"
    except RuntimeError:
        return model, torch.optim.AdamW(groups, foreach=True, **settings), "foreach"


def peak_bytes():
    """Of this process alone: ru_maxrss of Linux starts at that of the parent."""
    try:
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def answer(**said):
    print(json.dumps(said), flush=True)


def main():
    weights_path, data_path, options = sys.argv[1:4]
    of = json.loads(options)
    torch.set_num_threads(of["threads"])
    model, optimizer, form = load(weights_path, of)
    data, _ = read_safetensors(data_path)
    x, noise = data["ecg"].clone(), data["noise"]
    tables = data["encoderPositions"], data["decoderPositions"]
    forward = torch.compile(model) if of["mode"] == "compile" else model
    done = 0

    def step():
        loss = forward(x, noise[done], *tables)
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
                done += 1
            answer(losses=losses, seconds=seconds)
        elif command["do"] == "facts":
            answer(
                peakBytes=peak_bytes(),
                parameters=sum(p.numel() for p in model.parameters()),
                threads=torch.get_num_threads(),
                versions={"torch": torch.__version__, "python": platform.python_version()},
                notes=[f"AdamW {form}", f"gather {of['gather']} the patch embedding"],
            )
        else:
            break


if __name__ == "__main__":
    main()
