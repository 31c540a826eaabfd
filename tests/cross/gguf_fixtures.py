"""Tiny dense checkpoints, and the same written as GGUF by llama.cpp's own Python package: its
writer, its table of names, and its converter's order of rows for rotated queries and keys."""

import json
import shutil

import gguf
import numpy as np
from safetensors.numpy import load_file, save_file

LAYERS, HIDDEN, INNER, HEADS, KV_HEADS, VOCAB = 2, 64, 96, 4, 2, 512
FAMILIES = {
    # name: (class, GGUF's architecture, width of a head, fields of its own)
    "llama": ("LlamaForCausalLM", gguf.MODEL_ARCH.LLAMA, 16, {}),
    "llama3": ("LlamaForCausalLM", gguf.MODEL_ARCH.LLAMA, 16, {"rope_scaling": {
        "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64}}),
    "qwen2": ("Qwen2ForCausalLM", gguf.MODEL_ARCH.QWEN2, 16, {}),
    "qwen3": ("Qwen3ForCausalLM", gguf.MODEL_ARCH.QWEN3, 24, {}),
    # Rows of whole K blocks, which have 256 weights.
    "wide": ("LlamaForCausalLM", gguf.MODEL_ARCH.LLAMA, 64, {"hidden_size": 256, "intermediate_size": 512}),
    "granite": ("GraniteForCausalLM", gguf.MODEL_ARCH.GRANITE, 16, {
        "attention_multiplier": 0.25, "embedding_multiplier": 2.0, "residual_multiplier": 0.5,
        "logits_scaling": 0.5}),
}


def config_of(name):
    architecture, _, head, own = FAMILIES[name]
    return {"architectures": [architecture], "model_type": name, "vocab_size": VOCAB,
            "hidden_size": HIDDEN, "intermediate_size": INNER, "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS, "num_key_value_heads": KV_HEADS, "head_dim": head,
            "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
            "hidden_act": "silu", "tie_word_embeddings": False, "bos_token_id": 0,
            "eos_token_id": 1, **own}


def tensors_of(name, r):
    head, config = FAMILIES[name][2], config_of(name)
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    shapes = {"model.embed_tokens.weight": (VOCAB, hidden), "lm_head.weight": (VOCAB, hidden),
              "model.norm.weight": (hidden,)}
    for layer in range(LAYERS):
        prefix = f"model.layers.{layer}."
        for part, heads in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
            shapes[f"{prefix}self_attn.{part}_proj.weight"] = (heads * head, hidden)
            if name == "qwen2":
                shapes[f"{prefix}self_attn.{part}_proj.bias"] = (heads * head,)
        if name == "qwen3":
            shapes[prefix + "self_attn.q_norm.weight"] = shapes[prefix + "self_attn.k_norm.weight"] = (head,)
        shapes[prefix + "self_attn.o_proj.weight"] = (hidden, HEADS * head)
        shapes[prefix + "mlp.gate_proj.weight"] = shapes[prefix + "mlp.up_proj.weight"] = (inner, hidden)
        shapes[prefix + "mlp.down_proj.weight"] = (hidden, inner)
        shapes[prefix + "input_layernorm.weight"] = (hidden,)
        shapes[prefix + "post_attention_layernorm.weight"] = (hidden,)
    out = {}
    for tensor, shape in shapes.items():
        noise = r.standard_normal(shape).astype(np.float32)
        out[tensor] = 1 + noise * np.float32(0.1) if "norm" in tensor else noise / np.float32(np.sqrt(shape[-1]))
    return out


def draw(name, directory, tokenizer, r):
    directory.mkdir()
    (directory / "config.json").write_text(json.dumps(config_of(name)))
    save_file(tensors_of(name, r), directory / "model.safetensors", metadata={"format": "pt"})
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / file, directory)


def paired(weights, heads):
    """Rows as llama.cpp's converter orders them for its rotation of neighbours."""
    shape = (heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
    return weights.reshape(shape).swapaxes(1, 2).reshape(weights.shape)


def llama3_factors(config):
    """As the converter computes rope_freqs, in F32."""
    s = config["rope_scaling"]
    half = config["head_dim"] // 2
    exponents = np.arange(half, dtype=np.float32) / np.float32(half)
    wave = 2 * np.pi * np.float32(config["rope_theta"]) ** exponents
    old, low, high = (s[k] for k in ("original_max_position_embeddings", "low_freq_factor", "high_freq_factor"))
    smooth = (old / wave - low) / (high - low)
    middle = 1 / ((1 - smooth) / s["factor"] + smooth)
    return np.where(wave < old / high, 1, np.where(wave > old / low, s["factor"], middle)).astype(np.float32)


def write_gguf(name, checkpoint, file):
    config = config_of(name)
    architecture = FAMILIES[name][1]
    writer = gguf.GGUFWriter(str(file), gguf.MODEL_ARCH_NAMES[architecture])
    writer.add_block_count(LAYERS)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    if name == "granite":
        writer.add_attention_scale(config["attention_multiplier"])
        writer.add_embedding_scale(config["embedding_multiplier"])
        writer.add_residual_scale(config["residual_multiplier"])
        writer.add_logit_scale(config["logits_scaling"])
    names = gguf.get_tensor_name_map(architecture, LAYERS)
    pairs = architecture in (gguf.MODEL_ARCH.LLAMA, gguf.MODEL_ARCH.GRANITE)
    for tensor, values in load_file(checkpoint / "model.safetensors").items():
        if pairs and "q_proj" in tensor:
            values = paired(values, HEADS)
        if pairs and "k_proj" in tensor:
            values = paired(values, KV_HEADS)
        writer.add_tensor(names.get_name(tensor, try_suffixes=(".weight", ".bias")), np.ascontiguousarray(values))
    if name == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_factors(config))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
