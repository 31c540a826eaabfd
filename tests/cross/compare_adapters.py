"""LoRA adapters between Hearth and PEFT, both ways.

1. PEFT's save_pretrained on tiny models of every architecture, read by Hearth.
2. Experts one by one, as PEFT wrote them before experts were fused: one file, read by both.
3. Adapters that Hearth trained (build target cross_adapter), read by PEFT.

Logits at every position are compared as in compare_models.py.
"""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile

import peft
import torch
import transformers
from safetensors.torch import save_file

import checkpoint
import compare_models
import draws
import hearth
import tolerance

ONE_BY_ONE = {
    "mixtral": ("w1", "w3", "w2"),
    "qwen3_moe": ("gate_proj", "up_proj", "down_proj"),
    "olmoe": ("gate_proj", "up_proj", "down_proj"),
}


def linear_names(model, part):
    """Last names of the linear layers below `part` ("self_attn", "mlp")."""
    return sorted(
        {
            name.rsplit(".", 1)[-1]
            for name, module in model.named_modules()
            if isinstance(module, torch.nn.Linear) and f".{part}." in name
        }
    )


def expert_parameters(model):
    """Paths such as mlp.experts.gate_up_proj, without their layer."""
    return sorted(
        {
            ".".join(name.split(".")[3:])
            for name, p in model.named_parameters()
            if ".experts." in name and p.dim() == 3
        }
    )


def choose_targets(model, r):
    """LoraConfig's arguments. The indexer of DeepSeek-V3.2 and routers are not adapted, so no
    all-linear where there are experts."""
    attention = [
        n for n in linear_names(model, "self_attn") if n not in ("wk", "wq_b", "weights_proj")
    ]
    parameters = expert_parameters(model)
    mlp = [
        n
        for n in ("gate_proj", "up_proj", "down_proj", "input_linear", "output_linear")
        if n in linear_names(model, "mlp") + linear_names(model, "shared_mlp")
    ]
    some = sorted(r.sample(attention, r.randrange(1, len(attention) + 1)))
    if not parameters:
        return r.choice(
            [
                {"target_modules": some},
                {"target_modules": some + mlp},
                {"target_modules": "all-linear"},
            ]
        )
    if mlp == ["input_linear", "output_linear"]:
        some += mlp
    kinds = [
        {"target_modules": some},
        {"target_modules": some, "target_parameters": parameters},
        {"target_modules": [], "target_parameters": [r.choice(parameters)]},
    ]
    if model.config.model_type not in ("gpt_oss", "granitemoe", "granitemoeshared"):
        # PEFT turns these names into the fused experts of twice the rank.
        named = ONE_BY_ONE["mixtral" if model.config.model_type == "mixtral" else "olmoe"]
        kinds.append({"target_modules": [*some, *named]})
    return r.choice(kinds)


def touches_experts(model, targets):
    if targets.get("target_parameters"):
        return True
    named = set(targets["target_modules"]) & {*ONE_BY_ONE["mixtral"], *ONE_BY_ONE["olmoe"]}
    return bool(named) and bool(expert_parameters(model))


def scaled_noise(p, generator):
    return torch.randn(p.shape, generator=generator) / p.shape[-1] ** 0.5


def fill(model, generator):
    """Non-zero A and B of about the base weights' size; DoRA's lengths off by up to a third."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "lora_magnitude" in name:
                p.mul_(1 + 0.3 * (2 * torch.rand(p.shape, generator=generator) - 1))
            elif "lora_" in name:
                p.copy_(scaled_noise(p, generator))


def peft_reads(base, directory):
    """PEFT drops tensors without a place in silence; the logits then differ from Hearth's."""
    return peft.PeftModel.from_pretrained(base, directory).eval()


def base_model(model_type, seed, folder, change=None):
    """(the model as transformers reads it, its folder, random source, torch's generator)"""
    config = draws.draw(model_type, seed) | (change or {})
    style = checkpoint.choose_style(f"{model_type} {seed}")
    generator = torch.Generator().manual_seed(seed)
    path = pathlib.Path(folder) / "model"
    checkpoint.write(checkpoint.build(model_type, config, generator), path, style)
    return checkpoint.load(path), path, random.Random(seed), generator


def compare(program, model, path, adapter, r, generator, tally):
    """Complaints about one adapter, whose logits `model` (PEFT's) has."""
    complaints = []
    tried = compare_models.prompts(r, model.config.vocab_size)
    for ids, (reference, bound) in zip(tried, tolerance.allowed(model, tried, generator)):
        for prefill in compare_models.prefixes(model.config, ids):
            try:
                ours = hearth.logits(
                    program, path, ids, path / "out.safetensors", adapter=adapter, prefill=prefill
                )
                complaint = tally.add(ours, reference, bound)
            except hearth.HearthError as error:
                return [f"refused: {error}"]
            if complaint:
                complaints.append(f"{len(ids)} tokens, prefill {prefill}: {complaint}")
    return complaints


def peft_to_hearth(options, model_type, seed, tally):
    with tempfile.TemporaryDirectory() as folder:
        base, path, r, generator = base_model(model_type, seed, folder)
        targets = choose_targets(base, r)
        config = peft.LoraConfig(
            r=r.randrange(1, 7),
            lora_alpha=r.choice([4, 8, 1.5]),
            use_rslora=r.random() < 0.3,
            # PEFT has no DoRA on joined experts, and joins those that are named one by one.
            use_dora=r.random() < 0.4 and not touches_experts(base, targets),
            **targets,
        )
        model = peft.get_peft_model(base, config).eval()
        fill(model, generator)
        adapter = pathlib.Path(folder) / "adapter"
        model.save_pretrained(adapter)
        found = compare(options.hearth, model, path, adapter, r, generator, tally)
        return found and [*found, f"dora {config.use_dora}, targets {targets}"]


def one_by_one(options, model_type, seed, tally):
    """Every layer routed: PEFT on transformers 5 drops what such an adapter says of dense ones."""
    change = {"mlp_only_layers": [], "decoder_sparse_step": 1} if model_type == "qwen3_moe" else {}
    with tempfile.TemporaryDirectory() as folder:
        base, path, r, generator = base_model(model_type, seed, folder, change)
        gate, up, down = ONE_BY_ONE[model_type]
        rank, tensors = r.randrange(1, 5), {}
        block = "block_sparse_moe" if model_type == "mixtral" else "mlp"
        for name, p in base.named_parameters():
            if not name.endswith("experts.gate_up_proj"):
                continue
            layer = name.split(".")[2]
            experts, hidden, width = p.shape[0], p.shape[2], p.shape[1] // 2
            for e in range(experts):
                for leaf, inner, out in (
                    (gate, hidden, width),
                    (up, hidden, width),
                    (down, width, hidden),
                ):
                    key = f"base_model.model.model.layers.{layer}.{block}.experts.{e}.{leaf}"
                    tensors[f"{key}.lora_A.weight"] = scaled_noise(
                        torch.empty(rank, inner), generator
                    )
                    tensors[f"{key}.lora_B.weight"] = scaled_noise(
                        torch.empty(out, rank), generator
                    )
        adapter = pathlib.Path(folder) / "adapter"
        peft.LoraConfig(
            r=rank, lora_alpha=6, target_modules=[gate, up, down], base_model_name_or_path="base"
        ).save_pretrained(adapter)
        save_file(tensors, adapter / "adapter_model.safetensors")
        model = peft_reads(base, adapter)
        return compare(options.hearth, model, path, adapter, r, generator, tally)


def hearth_to_peft(options, model_type, seed, tally):
    with tempfile.TemporaryDirectory() as folder:
        base, path, r, generator = base_model(
            model_type, seed, folder, {"first_k_dense_replace": 0, "n_shared_experts": 0}
        )
        attention = linear_names(base, "self_attn")
        targets = sorted(r.sample(attention, r.randrange(1, len(attention) + 1)))
        kinds = [k for k in ("dora", "rslora") if r.random() < 0.4]
        # PEFT joins gate and up of an expert: alpha and the rank double. That keeps alpha / r, but
        # not alpha / sqrt(r), so it reads an rsLoRA adapter of experts sqrt(2) too strong.
        if not kinds and r.random() < 0.6:
            targets += ["gate_proj", "up_proj", "down_proj"]
        adapter = pathlib.Path(folder) / "adapter"
        adapter.mkdir()
        subprocess.run(
            [
                options.trainer,
                path,
                adapter,
                str(r.randrange(1, 7)),
                str(seed),
                ",".join(["lora", *kinds]),
                *targets,
            ],
            check=True,
            timeout=300,
        )
        found = compare(
            options.hearth, peft_reads(base, adapter), path, adapter, r, generator, tally
        )
        return found and [*found, f"{kinds}, targets {targets}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hearth", required=True)
    parser.add_argument("--trainer", required=True, help="the program cross_adapter")
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--seed", type=int, default=None, help="first seed; default: a new one")
    parser.add_argument("--only", action="append", choices=sorted(draws.ARCHITECTURES))
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    print(
        f"peft {peft.__version__}, transformers {transformers.__version__}, "
        f"torch {torch.__version__}, first seed {seed}"
    )
    wanted = options.only or list(draws.ARCHITECTURES)
    runs = [
        ("PEFT to Hearth", peft_to_hearth, wanted),
        ("one by one, both", one_by_one, [n for n in wanted if n in ONE_BY_ONE]),
        ("Hearth to PEFT", hearth_to_peft, [n for n in wanted if n == "deepseek_v3"]),
    ]
    tallies = []
    for title, function, names in runs:
        print(title)
        tallies += [
            compare_models.run_draws(
                name, options.draws, seed, lambda s, t: function(options, name, s, t)
            )
            for name in names
        ]
    failed = sum(t.failed for t in tallies)
    print(f"{sum(t.draws for t in tallies) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
