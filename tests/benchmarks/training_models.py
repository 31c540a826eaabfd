"""Random models that training is measured on, as Hugging Face directories in BF16.

    python training_models.py NAME DIRECTORY
"""

import json
import pathlib
import sys

LATENT = {"architectures": ["DeepseekV3ForCausalLM"], "model_type": "deepseek_v3",
          "q_lora_rank": None, "n_shared_experts": 1, "n_group": 1, "topk_group": 1,
          "first_k_dense_replace": 1, "moe_layer_freq": 1, "norm_topk_prob": True,
          "routed_scaling_factor": 1.0, "scoring_func": "sigmoid", "topk_method": "noaux_tc",
          "num_nextn_predict_layers": 0, "num_mtp_layers": 0, "rope_interleave": True,
          "tie_word_embeddings": False}
SHARED = {"hidden_act": "silu", "attention_bias": False, "attention_dropout": 0.0,
          "initializer_range": 0.02, "max_position_embeddings": 2048, "rms_norm_eps": 1e-6,
          "rope_theta": 10000.0, "use_cache": False, "bos_token_id": 1, "eos_token_id": 2}

MODELS = {
    # 19 million parameters
    "moe-20m": {**SHARED, **LATENT, "vocab_size": 8192, "hidden_size": 256,
                "intermediate_size": 768, "moe_intermediate_size": 192, "num_hidden_layers": 6,
                "num_attention_heads": 4, "num_key_value_heads": 4, "n_routed_experts": 16,
                "num_experts_per_tok": 4, "kv_lora_rank": 64, "qk_nope_head_dim": 32,
                "qk_rope_head_dim": 16, "v_head_dim": 32},
    # 301 million parameters
    "moe-300m": {**SHARED, **LATENT, "vocab_size": 32000, "hidden_size": 768,
                 "intermediate_size": 2048, "moe_intermediate_size": 512,
                 "num_hidden_layers": 12, "num_attention_heads": 12, "num_key_value_heads": 12,
                 "n_routed_experts": 16, "num_experts_per_tok": 4, "kv_lora_rank": 256,
                 "qk_nope_head_dim": 64, "qk_rope_head_dim": 32, "v_head_dim": 64},
    # SmolLM2-135M's geometry
    "dense-135m": {**SHARED, "architectures": ["LlamaForCausalLM"], "model_type": "llama",
                   "vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536,
                   "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3,
                   "rms_norm_eps": 1e-5, "rope_theta": 100000.0, "tie_word_embeddings": True},
}


def active_parameters(name):
    """Of matrices that one token is multiplied with."""
    c = MODELS[name]
    hidden, heads, layers = c["hidden_size"], c["num_attention_heads"], c["num_hidden_layers"]
    head = c["vocab_size"] * hidden
    if "kv_lora_rank" not in c:
        width = hidden // heads
        attention = 2 * hidden * (heads + c["num_key_value_heads"]) * width
        return head + layers * (attention + 3 * hidden * c["intermediate_size"])
    key, value = c["qk_nope_head_dim"] + c["qk_rope_head_dim"], c["v_head_dim"]
    rank = c["kv_lora_rank"]
    attention = (hidden * heads * key + hidden * (rank + c["qk_rope_head_dim"]) +
                 rank * heads * (c["qk_nope_head_dim"] + value) + heads * value * hidden)
    expert = 3 * hidden * c["moe_intermediate_size"]
    mixture = (c["num_experts_per_tok"] + c["n_shared_experts"]) * expert
    mixture += c["n_routed_experts"] * hidden
    return (head + layers * attention + 3 * hidden * c["intermediate_size"] +
            (layers - c["first_k_dense_replace"]) * mixture)


def make(name, directory):
    """Leaves a directory that is complete as it is."""
    import torch
    import transformers

    if (directory / "complete").exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "config.json").write_text(json.dumps(MODELS[name], indent=2) + "\n")
    torch.manual_seed(0)
    config = transformers.AutoConfig.from_pretrained(directory)
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(directory)
    # As it was: save_pretrained writes this program's own names into it.
    (directory / "config.json").write_text(json.dumps(MODELS[name], indent=2) + "\n")
    (directory / "complete").touch()


if __name__ == "__main__":
    make(sys.argv[1], pathlib.Path(sys.argv[2]))
