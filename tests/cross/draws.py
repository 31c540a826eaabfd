"""Random tiny configurations of every architecture that Hearth and transformers both know.

A draw is (model_type, keyword arguments of its config class). The values are those at which
implementations part: odd sizes, one head, groups, tied embeddings, every rope scaling, sparse
and dense layers mixed.
"""

import random

ORIGINAL_POSITIONS = 64  # below the longest prompt, so that scaled positions are reached
POSITIONS = 256


def rope(r, half_dim, kinds):
    """rope_parameters; half_dim: pairs that turn, for longrope's lists."""
    kind = r.choice(kinds)
    out = {"rope_type": kind, "rope_theta": r.choice([10000.0, 500000.0, 1000000.0, 150000.0])}
    if kind == "linear":
        out["factor"] = r.choice([2.0, 4.0, 2.5])
    elif kind == "yarn":
        out |= {
            "factor": r.choice([4.0, 40.0, 3.5]),
            "original_max_position_embeddings": ORIGINAL_POSITIONS,
        }
        if r.random() < 0.5:
            out |= {"beta_fast": r.choice([32.0, 8.0]), "beta_slow": r.choice([1.0, 2.0])}
        mscale = r.choice(["none", "equal", "different", "all_dim", "factor"])
        if mscale in ("equal", "different"):
            out["mscale"] = r.choice([1.0, 0.707])
        if mscale in ("equal", "different", "all_dim"):
            out["mscale_all_dim"] = out.get("mscale", 0.8) if mscale != "different" else 0.4
        if mscale == "factor":
            out["attention_factor"] = 1.2
        if r.random() < 0.3:
            out["truncate"] = False
    elif kind == "llama3":
        out |= {
            "factor": r.choice([8.0, 32.0]),
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": ORIGINAL_POSITIONS,
        }
    elif kind == "longrope":
        out |= {
            "original_max_position_embeddings": ORIGINAL_POSITIONS,
            "factor": POSITIONS / ORIGINAL_POSITIONS,
            "short_factor": [round(r.uniform(1.0, 1.5), 3) for _ in range(half_dim)],
            "long_factor": [round(r.uniform(1.0, 8.0), 3) for _ in range(half_dim)],
        }
    return out


def common(r, tie=0.3):
    return {
        "vocab_size": r.randrange(40, 180),
        "hidden_size": r.randrange(17, 73),
        "intermediate_size": r.randrange(9, 97),
        "num_hidden_layers": r.randrange(1, 5),
        "max_position_embeddings": POSITIONS,
        "rms_norm_eps": r.choice([1e-6, 1e-5, 0.05]),
        "tie_word_embeddings": r.random() < tie,
        "bos_token_id": 1,  # the classes' own lie outside of tiny vocabularies
        "eos_token_id": 2,
        "pad_token_id": 0,
    }


def gqa(r, kinds, heads_divide_hidden=False, head_dim=True, partial=1.0):
    """Grouped heads; the hidden size is a multiple of the heads where the class insists."""
    kv = r.choice([1, 2, 3])
    c = {"num_key_value_heads": kv, "num_attention_heads": kv * r.choice([1, 2, 4])}
    width = 2 * r.randrange(2, 11)
    if partial != 1.0:
        width = 4 * r.randrange(2, 6)
    if heads_divide_hidden or not head_dim:
        c["hidden_size"] = c["num_attention_heads"] * width
    else:
        c["head_dim"] = width
    c["rope_parameters"] = rope(r, int(width * partial) // 2, kinds)
    return c


def mla(r, kinds, q_lora=None):
    heads = r.choice([1, 2, 3, 5, 8])
    rope_dim = 2 * r.randrange(1, 9)
    return {
        "num_attention_heads": heads,
        "num_key_value_heads": heads,
        "kv_lora_rank": r.randrange(5, 49),
        "q_lora_rank": (
            r.randrange(5, 41) if q_lora or (q_lora is None and r.random() < 0.6) else None
        ),
        "qk_nope_head_dim": r.randrange(3, 25),
        "qk_rope_head_dim": rope_dim,
        "v_head_dim": r.randrange(3, 25),
        "rope_parameters": rope(r, rope_dim // 2, kinds),
    }


def routed(r, layers, shared=(0, 1, 2)):
    groups = r.choice([1, 2, 3, 4])
    kept = r.randrange(1, groups + 1)
    size = r.randrange(2, 6)
    return {
        "n_routed_experts": groups * size,
        "n_group": groups,
        "topk_group": kept,
        "num_experts_per_tok": r.randrange(1, min(kept * size, 8) + 1),
        "moe_intermediate_size": r.randrange(5, 41),
        "n_shared_experts": r.choice(shared),
        "first_k_dense_replace": r.randrange(0, layers + 1) if r.random() < 0.5 else 0,
        "norm_topk_prob": r.random() < 0.6,
        "routed_scaling_factor": r.choice([1.0, 2.5, 16.0, 0.75]),
    }


def divide(c):
    """Rounds hidden_size up to a multiple of the heads."""
    heads = c["num_attention_heads"]
    c["hidden_size"] = -(-c["hidden_size"] // heads) * heads
    return c


def deepseek_v2(r):
    c = common(r) | mla(r, ["default", "yarn"])
    # transformers views pairs as complex numbers, which needs even strides.
    c["qk_nope_head_dim"] += c["qk_nope_head_dim"] % 2
    c["kv_lora_rank"] += c["kv_lora_rank"] % 2
    c |= routed(r, c["num_hidden_layers"]) | {"norm_topk_prob": False}
    c["topk_method"] = r.choice(["greedy", "group_limited_greedy"])
    if c["topk_method"] == "greedy":
        c["num_experts_per_tok"] = min(c["num_experts_per_tok"], c["n_routed_experts"])
    return divide(c)


def deepseek_v3(r):
    c = common(r) | mla(r, ["default", "yarn"])
    c |= routed(r, c["num_hidden_layers"]) | {"rope_interleave": r.random() < 0.8}
    # transformers writes no such layer, whatever number it writes.
    c["num_nextn_predict_layers"] = r.choice([0, 1])
    if r.random() < 0.3:  # Kimi-K2 and Moonlight: one group
        c |= {"n_group": 1, "topk_group": 1}
    return c


def deepseek_v32(r):
    c = common(r) | mla(r, ["default", "yarn"], q_lora=True)
    c |= routed(r, c["num_hidden_layers"])
    # Many heads: a key's score is exactly 0 when every head's product is negative, and which of
    # equal scores torch.topk prefers is unspecified.
    c |= {
        "index_n_heads": r.choice([12, 16, 24]),
        "index_topk": r.choice([3, 8, 20]),
        "index_head_dim": c["qk_rope_head_dim"] + r.randrange(1, 9),
    }
    return c


def glm4_moe_lite(r):
    c = common(r) | mla(r, ["default", "yarn"])
    c |= routed(r, c["num_hidden_layers"], shared=(1, 2))
    dense = c.pop("first_k_dense_replace")
    layers = c["num_hidden_layers"]
    c["mlp_layer_types"] = ["dense"] * dense + ["sparse"] * (layers - dense)
    return c


def minicpm3(r):
    c = common(r, tie=0.7) | mla(r, ["default", "longrope", "longrope"])
    return divide(
        c
        | {
            "scale_emb": r.choice([12, 1.5]),
            "scale_depth": r.choice([1.4, 0.7]),
            "dim_model_base": r.choice([16, 256]),
        }
    )


def glm4_moe(r):
    partial = r.choice([0.5, 0.5, 1.0])
    c = common(r) | gqa(r, ["default", "yarn"], partial=partial)
    c["rope_parameters"]["partial_rotary_factor"] = partial
    c |= routed(r, c["num_hidden_layers"], shared=(1, 2))
    return c | {
        "use_qk_norm": r.random() < 0.5,
        "attention_bias": r.random() < 0.5,
        "num_nextn_predict_layers": r.choice([0, 1]),
    }


def experts(r, key):
    count = r.choice([2, 4, 7, 16])
    return {key: count, "num_experts_per_tok": r.randrange(1, min(count, 8) + 1)}


def qwen3_moe(r):
    c = common(r) | gqa(r, ["default", "yarn"]) | experts(r, "num_experts")
    layers = c["num_hidden_layers"]
    return c | {
        "moe_intermediate_size": r.randrange(5, 41),
        "norm_topk_prob": r.random() < 0.6,
        "decoder_sparse_step": r.choice([1, 1, 2]),
        "mlp_only_layers": sorted(r.sample(range(layers), r.randrange(0, layers))),
        "attention_bias": r.random() < 0.3,
    }


def olmoe(r):
    c = common(r) | gqa(r, ["default"], heads_divide_hidden=True) | experts(r, "num_experts")
    return c | {"norm_topk_prob": r.random() < 0.5}  # clip_qkv is null in what is published


def mixtral(r):
    c = common(r) | gqa(r, ["default"]) | experts(r, "num_local_experts")
    return c | {"sliding_window": r.choice([None, 7, 33])}


def multipliers(r):
    return {
        "embedding_multiplier": r.choice([12.0, 1.5]),
        "logits_scaling": r.choice([6.0, 0.5]),
        "residual_multiplier": r.choice([0.22, 1.0]),
        "attention_multiplier": r.choice([0.2, 0.015625, 0.5]),
    }


def granitemoe(r):
    return (
        common(r)
        | gqa(r, ["default"], heads_divide_hidden=True)
        | experts(r, "num_local_experts")
        | multipliers(r)
        | {"attention_bias": r.random() < 0.3}
    )


def granitemoeshared(r):
    return granitemoe(r) | {"shared_intermediate_size": r.randrange(5, 41)}


def granite(r):
    return (
        common(r)
        | gqa(r, ["default"], heads_divide_hidden=True)
        | multipliers(r)
        | {"attention_bias": r.random() < 0.3, "mlp_bias": r.random() < 0.3}
    )


def gpt_oss(r):
    c = common(r, tie=0.0) | gqa(r, ["yarn", "yarn", "default"]) | experts(r, "num_local_experts")
    layers = c["num_hidden_layers"]
    if r.random() < 0.4:  # every layer full, or the order turned round
        c["layer_types"] = [
            r.choice(["full_attention", "sliding_attention"]) for _ in range(layers)
        ]
    return c | {"sliding_window": r.choice([1, 8, 33])}


def llama(r):
    c = divide(common(r) | gqa(r, ["default", "linear", "llama3", "yarn"]))
    return c | {"attention_bias": r.random() < 0.3, "mlp_bias": r.random() < 0.3}


def mistral(r):
    return common(r) | gqa(r, ["default"]) | {"sliding_window": r.choice([None, 5, 40])}


def windowed(r, layers):
    if r.random() < 0.5:
        return {}
    return {
        "use_sliding_window": True,
        "sliding_window": r.choice([6, 35]),
        "max_window_layers": r.randrange(0, layers + 1),
    }


def qwen2(r):
    c = common(r) | gqa(r, ["default", "yarn"], heads_divide_hidden=True)
    return c | windowed(r, c["num_hidden_layers"])


def qwen3(r):
    c = common(r) | gqa(r, ["default", "yarn"])
    return c | windowed(r, c["num_hidden_layers"]) | {"attention_bias": r.random() < 0.3}


ARCHITECTURES = {
    f.__name__: f
    for f in (
        deepseek_v2,
        deepseek_v3,
        deepseek_v32,
        glm4_moe_lite,
        minicpm3,
        glm4_moe,
        qwen3_moe,
        olmoe,
        mixtral,
        granitemoe,
        granitemoeshared,
        gpt_oss,
        llama,
        mistral,
        qwen2,
        qwen3,
        granite,
    )
}


def draw(model_type, seed):
    """The same configuration for the same (model_type, seed)."""
    return ARCHITECTURES[model_type](random.Random(f"{model_type} {seed}"))
