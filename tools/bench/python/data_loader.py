"""PyTorch's side of the throughput benchmark: a DataLoader with workers over memory maps, or over the cohort store.

As an expert would write it: one item is a whole batch (no collation of single rows), rows are read in the order in which they lie
on disk, and tensors go to the main process through shared memory. argv: the request as JSON; prints a result as JSON.
"""

import json
import os
import struct
import sys
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

request = json.loads(sys.argv[1])
views = {name: tuple(shape) for name, shape in request["views"].items()}
records, size = request["records"], request["batch"]
torch.set_num_threads(1)


class Memmap(Dataset):
    """Raw arrays, all rows of a view one after the other: float32 as they are used, or int16 to be scaled."""

    def __init__(self, dtype, suffix):
        self.dtype, self.suffix, self.arrays = dtype, suffix, None

    def open(self):
        self.arrays = {
            name: np.memmap(os.path.join(request["folder"], name + self.suffix), self.dtype, "r", shape=(records, *shape))
            for name, shape in views.items()
        }

    def __getitem__(self, rows):
        if self.arrays is None:  # in the worker
            self.open()
        rows = np.asarray(rows)
        order = np.argsort(rows)
        out = {}
        for name, array in self.arrays.items():
            batch = torch.empty((len(rows), *views[name]), dtype=torch.float32)
            values = batch.numpy()
            for i in order:
                if self.dtype == np.float32:
                    values[i] = array[rows[i]]
                else:
                    np.multiply(array[rows[i]], np.float32(0.001 if name == "ecg" else 1), out=values[i], casting="unsafe")
            out[name] = batch
        return out


class Store(Dataset):
    """The cohort store: int16 chunks of one row in shards, with a scale per row (here from the layout's constants)."""

    def __init__(self):
        self.files = None

    def open(self):
        manifest = json.load(open(os.path.join(request["store"], "manifest.json")))
        self.rows, self.files = manifest["shardRows"], {}

    def shard(self, name, shard):
        key = (name, shard)
        if key not in self.files:
            path = os.path.join(request["store"], "views", name, "c", str(shard), *["0"] * len(views[name]))
            file = os.open(path, os.O_RDONLY)
            end = os.fstat(file).st_size
            index = os.pread(file, 16 * self.rows, end - 16 * self.rows - 4)
            self.files[key] = file, struct.unpack(f"<{2 * self.rows}Q", index)
        return self.files[key]

    def __getitem__(self, rows):
        if self.files is None:
            self.open()
        rows = np.asarray(rows)
        order = np.argsort(rows)
        out = {}
        for name, shape in views.items():
            batch = torch.empty((len(rows), *shape), dtype=torch.float32)
            values = batch.numpy()
            scale = np.float32(0.001 if name == "ecg" else 1)
            for i in order:
                file, index = self.shard(name, int(rows[i]) // self.rows)
                at = int(rows[i]) % self.rows
                raw = np.frombuffer(os.pread(file, index[2 * at + 1], index[2 * at]), np.int16).reshape(shape)
                np.multiply(raw, scale, out=values[i], casting="unsafe")
            out[name] = batch
        return out


class Batches(Sampler):
    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)

    def __len__(self):
        return len(self.batches)


layout = request["layout"]
dataset = {
    "memmap-f32": lambda: Memmap(np.float32, ".f32"),
    "memmap-i16": lambda: Memmap(np.int16, ".i16"),
    "store": Store,
}[layout]()
generator = np.random.default_rng(request["seed"])
batches = [list(range(size))]
while len(batches) <= request["batches"]:
    order = generator.permutation(records)
    batches += [order[i : i + size] for i in range(0, records - size + 1, size)]
batches = batches[: request["batches"] + 1]
loader = DataLoader(
    dataset,
    sampler=Batches(batches),
    batch_size=None,
    num_workers=request["workers"],
    prefetch_factor=max(2, request["prefetch"] // request["workers"]),
)
given, check, start = 0, 0.0, 0.0
for i, batch in enumerate(loader):
    if i == 0:  # workers are up, the files are open
        check = sum(float(view.abs().sum(dtype=torch.float64)) for view in batch.values())
        start = time.perf_counter()
    else:
        given += 1
print(json.dumps({"seconds": time.perf_counter() - start, "batches": given, "check": check}))
