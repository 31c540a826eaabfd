"""Random weights, and the directory that both programs read."""

import json
import pathlib
import random

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM

DTYPES = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}


def build(model_type, config, generator):
    """A float32 model whose logits have spread and whose every parameter matters."""
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(model_type, **config))
    inner_axis = -2 if model_type == "gpt_oss" else -1  # its experts are stored [in, out]
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(values(name, p, generator, inner_axis if "experts" in name else -1))
        for name, b in model.named_buffers():
            if "e_score_correction_bias" in name:  # chooses experts; larger than score gaps
                b.copy_(0.2 * torch.randn(b.shape, generator=generator))
    return model.eval()


def values(name, p, generator, inner_axis):
    noise = torch.randn(p.shape, generator=generator)
    if "norm" in name and name.endswith("weight"):
        return 1 + 0.2 * noise
    if "bias" in name or p.dim() == 1:
        return (1.0 if "sinks" in name else 0.3) * noise
    if "embed_tokens" in name:
        return noise
    inner = max(p.shape[inner_axis], 1)
    gain = 2.0 if ".gate.weight" in name or "router" in name or "lm_head" in name else 1.0
    return gain * noise / inner**0.5


def write(model, directory, style):
    """style: dtype, original (layout), shards, old_config. Returns what was chosen."""
    directory = pathlib.Path(directory)
    dtype = DTYPES[style["dtype"]]
    model.to(dtype).save_pretrained(
        directory,
        save_original_format=style["original"],
        max_shard_size="20KB" if style["shards"] else "1GB",
    )
    drop_empty(directory)
    if style["old_config"]:
        rewrite_config(directory / "config.json")


def drop_empty(directory):
    """transformers writes shared experts of width 0, which no published checkpoint has."""
    for file in directory.glob("*.safetensors"):
        tensors = load_file(file)
        kept = {name: t for name, t in tensors.items() if t.numel() > 0}
        if len(kept) < len(tensors):
            save_file(kept, file, metadata={"format": "pt"})
    index = directory / "model.safetensors.index.json"
    if index.exists():
        content = json.loads(index.read_text())
        stored = {n for f in directory.glob("*.safetensors") for n in load_file(f)}
        content["weight_map"] = {n: f for n, f in content["weight_map"].items() if n in stored}
        index.write_text(json.dumps(content))


def rewrite_config(file):
    """The keys that published checkpoints carry instead of those of transformers 5."""
    config = json.loads(file.read_text())
    if config["model_type"] == "gpt_oss" and config["rope_parameters"]["rope_type"] == "default":
        return  # without rope_scaling transformers takes yarn for gpt-oss
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    if "partial_rotary_factor" in rope:
        config["partial_rotary_factor"] = rope.pop("partial_rotary_factor")
    kind = rope.pop("rope_type")
    config["rope_scaling"] = None if kind == "default" else {"type": kind, **rope}
    if config["model_type"] == "qwen3_moe":
        config["num_experts"] = config.pop("num_local_experts")
    # transformers reads no first_k_dense_replace for glm4_moe_lite; its default is that of the
    # published one, a single dense layer.
    if config.get("mlp_layer_types", []).count("dense") == 1:
        del config["mlp_layer_types"]
        config["first_k_dense_replace"] = 1
    config["torch_dtype"] = config.pop("dtype")
    file.write_text(json.dumps(config, indent=1))


def load(directory):
    """The reference: what transformers reads from the directory, in float32, plain code paths."""
    model, info = AutoModelForCausalLM.from_pretrained(
        directory,
        dtype=torch.float32,
        attn_implementation="eager",
        experts_implementation="eager",
        output_loading_info=True,
    )
    # transformers gives random values to what it misses.
    left = [*info["missing_keys"], *info["unexpected_keys"], *info["mismatched_keys"]]
    # Shared experts of width 0 were dropped from the file.
    left = [
        name
        for name in left
        if name not in dict(model.named_parameters())
        or dict(model.named_parameters())[name].numel() > 0
    ]
    if left:
        raise RuntimeError(f"transformers does not read its own checkpoint: {left[:5]}")
    return model.eval()


def choose_style(seed):
    r = random.Random(f"style {seed}")
    return {
        "dtype": r.choice(["f32", "f32", "bf16", "f16"]),
        "original": r.random() < 0.6,
        "shards": r.random() < 0.25,
        "old_config": r.random() < 0.5,
    }
