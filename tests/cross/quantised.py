"""Quantised copies of a checkpoint: FP8 with block scales as DeepSeek publishes it, MXFP4 experts
as gpt-oss does. The checkpoint itself is rewritten with the values that the codes stand for, so
transformers needs no code for them and both programs mean the same weights.
"""

import json
import shutil

import torch
from safetensors.torch import load_file, save_file

FP8_BLOCK = 128
FP4 = torch.tensor(
    [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, -0.0, -0.5, -1.0, -1.5, -2.0, -3.0, -4.0, -6.0]
)


def write(kind, source, target):
    """Copies `source` to `target` in quantised form; rewrites the weights of `source`."""
    shutil.copytree(source, target)
    file = "model.safetensors"
    values, codes = {}, {}
    for name, weight in load_file(source / file).items():
        own, stored = {"fp8": fp8, "mxfp4": mxfp4}[kind](name, weight.float())
        values[name] = own
        codes |= stored
    save_file(values, source / file, metadata={"format": "pt"})
    save_file(codes, target / file, metadata={"format": "pt"})
    config = json.loads((target / "config.json").read_text())
    config["quantization_config"] = {
        "fp8": {
            "quant_method": "fp8",
            "fmt": "e4m3",
            "activation_scheme": "dynamic",
            "weight_block_size": [FP8_BLOCK, FP8_BLOCK],
        },
        "mxfp4": {"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn"]},
    }[kind]
    (target / "config.json").write_text(json.dumps(config, indent=1))


def fp8(name, weight):
    """(the values, {tensor name: what is stored})"""
    kept = weight.dim() != 2 or any(
        part in name for part in ("norm", "gate.weight", "embed", "lm_head", "weights_proj")
    )
    if kept:
        return weight, {name: weight}
    rows, columns = weight.shape
    blocks = [-(-n // FP8_BLOCK) for n in weight.shape]
    scales = torch.empty(blocks)
    codes = torch.empty(weight.shape, dtype=torch.float8_e4m3fn)
    values = torch.empty(weight.shape)
    for i in range(blocks[0]):
        for j in range(blocks[1]):
            at = (
                slice(i * FP8_BLOCK, (i + 1) * FP8_BLOCK),
                slice(j * FP8_BLOCK, (j + 1) * FP8_BLOCK),
            )
            scales[i, j] = weight[at].abs().max() / 448
            codes[at] = (weight[at] / scales[i, j]).to(torch.float8_e4m3fn)
            values[at] = codes[at].float() * scales[i, j]
    return values, {name: codes, name + "_scale_inv": scales}


def mxfp4(name, weight):
    """Blocks of 32 along the input share a power of two; two codes a byte, the lower first."""
    if weight.dim() != 3:
        stored = weight.to(torch.bfloat16)
        return stored.float(), {name: stored}
    rows = weight.transpose(
        1, 2
    )  # transformers keeps [E, in, out], the published file [E, out, in]
    blocks = rows.reshape(*rows.shape[:2], -1, 32)
    exponents = torch.ceil(torch.log2(blocks.abs().amax(-1).clamp(min=1e-20) / 6))
    scaled = blocks / torch.exp2(exponents)[..., None]
    codes = (scaled[..., None] - FP4).abs().argmin(-1)
    values = (FP4[codes] * torch.exp2(exponents)[..., None]).reshape(rows.shape)
    packed = (codes[..., 0::2] | codes[..., 1::2] << 4).to(torch.uint8)
    return values.transpose(1, 2).contiguous(), {
        name + "_blocks": packed,
        name + "_scales": (exponents + 127).to(torch.uint8),
    }
