#!/usr/bin/env python3
"""Writes tests/data/reference/unit/gguf_blocks.safetensors: GGUF blocks and what PyPI's `gguf`
(0.19.0, numpy) makes of them, and values and what it encodes them to.

    pip install gguf==0.19.0
    python3 tests/cross/gguf_block_goldens.py tests/data/reference/unit/gguf_blocks.safetensors
"""

import json
import struct
import sys

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import quants

SEED = 20261126
# Bytes of a block, and where its F16 numbers lie.
TYPES = {
    Type.Q8_0: (34, [0]),
    Type.Q4_0: (18, [0]),
    Type.Q4_1: (20, [0, 2]),
    Type.Q4_K: (144, [0, 2]),
    Type.Q5_K: (176, [0, 2]),
    Type.Q6_K: (210, [208]),
    Type.MXFP4: (17, []),
}


def random_blocks(random, kind, count):
    """Any bytes, but that F16 numbers are finite and MXFP4's scale does not overflow."""
    size, halves = TYPES[kind]
    blocks = random.integers(0, 256, (count, size), dtype=np.uint8)
    for at in halves:
        scales = random.normal(size=count) * 10.0 ** random.uniform(-7, 1, count)
        blocks[:, at : at + 2] = scales.astype(np.float16).view(np.uint8).reshape(count, 2)
    if kind is Type.MXFP4:
        blocks[:, 0] = random.integers(0, 250, count)
        blocks[:2, 0] = [0, 1]
    return blocks


def values_to_encode(random):
    """Rows of 32: normal ones of any size, and the corners of the quantisers."""
    rows = [random.normal(size=32) * 10.0 ** p for p in range(-9, 4) for _ in range(3)]
    rows += [np.zeros(32), np.full(32, -0.0), np.full(32, 3.0), np.full(32, -3.0)]
    rows += [np.linspace(-127, 127, 32), np.linspace(-8, 8, 32), np.arange(32) - 16 + 0.5]
    rows += [np.where(np.arange(32) % 2, 1.0, -1.0), np.where(np.arange(32) % 2, -8.0, 7.5)]
    return np.array(rows, dtype=np.float32)


def save(path, tensors):
    header, data = {}, b""
    for name, array in tensors.items():
        kind = {"float32": "F32", "uint8": "U8"}[array.dtype.name]
        raw = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": kind, "shape": list(array.shape)}
        header[name]["data_offsets"] = [len(data), len(data) + len(raw)]
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main():
    random = np.random.default_rng(SEED)
    tensors = {}
    for kind in TYPES:
        blocks = random_blocks(random, kind, 8 if kind.name.endswith("_K") else 32)
        tensors[kind.name + ".blocks"] = blocks
        tensors[kind.name + ".values"] = quants.dequantize(blocks, kind)
    values = values_to_encode(random)
    tensors["encode.values"] = values
    for kind in (Type.Q8_0, Type.Q4_0, Type.F16):
        encoded = quants.quantize(values, kind)
        tensors["encode." + kind.name] = encoded.view(np.uint8)
    # F32 first, so that it is aligned.
    names = sorted(tensors, key=lambda name: tensors[name].dtype == np.uint8)
    save(sys.argv[1], {name: tensors[name] for name in names})


main()
