"""Measures how fast PyTorch, transformers and PEFT train a model, as `hearth bench --train` does:
the same tokens, the same start, the same optimiser, memory counted in the same way. Prints JSON.

    python training_torch.py MODEL --train lora|full --precision f32|amp|bf16 ...
"""

import argparse
import ctypes
import json
import math
import re
import statistics
import time

import numpy as np
import torch
import transformers

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
ATTENTION = ["q_proj", "k_proj", "v_proj", "q_a_proj", "q_b_proj", "kv_a_proj_with_mqa",
             "kv_b_proj", "o_proj"]


def scramble(x):
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def random_bits(seed, name, count):
    """finetune/model/counter_random.h"""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = (key ^ byte) * 0x100000001B3 % 2**64
    with np.errstate(over="ignore"):
        key = scramble(scramble(np.uint64(seed) + GOLDEN_GAMMA) ^ np.uint64(key))
        return scramble(key + np.arange(1, count + 1, dtype=np.uint64) * GOLDEN_GAMMA)


def batch(options, vocabulary):
    sequences = options.batch_tokens // options.sequence
    bits = random_bits(0, "tokens", sequences * (options.sequence + 1))
    ids = torch.from_numpy((bits % np.uint64(vocabulary)).astype(np.int64))
    ids = ids.reshape(sequences, options.sequence + 1)
    return ids[:, :-1].contiguous(), ids[:, 1:].contiguous()


def adapter_start(name, rows, columns):
    uniform = (random_bits(0, name, rows * columns) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    values = (2.0 * uniform - 1.0) / math.sqrt(columns)
    return torch.from_numpy(values.astype(np.float32)).reshape(rows, columns)


def start_adapter(model, rank):
    """A as Hearth has it at its start; B is zero in both."""
    for name, parameter in model.named_parameters():
        if ".lora_A." not in name:
            continue
        path = name.replace(".lora_A.default.weight", "")
        fused = re.search(r"\.mlp\.experts(\.base_layer)?$", path)
        if not fused:
            parameter.data.copy_(adapter_start(f"{path}.lora_A.weight", *parameter.shape))
            continue
        # The inner wrapper is the gate and up projections', which share one A here.
        projection = wrapped_parameter(model, path)
        experts = parameter.shape[0] // rank
        layer = path[:fused.start()]
        parameter.data.copy_(torch.cat([
            adapter_start(f"{layer}.mlp.experts.{e}.{projection}.lora_A.weight", rank,
                          parameter.shape[1]) for e in range(experts)]))


def wrapped_parameter(model, path):
    name = model.get_submodule(path).parameter_name
    return "gate_proj" if name == "gate_up_proj" else name


def with_adapter(model, options):
    import peft

    modules = {name.rsplit(".", 1)[-1] for name, module in model.named_modules()
               if isinstance(module, torch.nn.Linear)} - {"lm_head"}
    wanted = set(options.targets.split(",")) if options.targets else modules
    parameters = []
    if hasattr(model.config, "n_routed_experts"):
        if "gate_proj" in wanted:
            parameters.append("mlp.experts.gate_up_proj")
        if "down_proj" in wanted:
            parameters.append("mlp.experts.down_proj")
    config = peft.LoraConfig(r=options.rank, lora_alpha=2 * options.rank, bias="none",
                             target_modules=sorted(modules & wanted),
                             target_parameters=parameters or None, task_type="CAUSAL_LM")
    # PEFT would take these names for those of experts' parameters alone, and leave the shared
    # experts and dense layers without an adapter.
    kind, model.config.model_type = model.config.model_type, "unknown"
    model = peft.get_peft_model(model, config)
    model.config.model_type = kind
    start_adapter(model, options.rank)
    return model


def status_bytes(name):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return 0


def restart_peak():
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def load(options):
    dtype = torch.bfloat16 if options.precision == "bf16" else torch.float32
    arguments = {"dtype": dtype, "attn_implementation": options.attention}
    if options.experts:
        arguments["experts_implementation"] = options.experts
    model = transformers.AutoModelForCausalLM.from_pretrained(options.model, **arguments)
    model.config.use_cache = False
    if options.train == "lora":
        model = with_adapter(model, options)
    model.train()
    return model


def measure(options):
    torch.set_num_threads(options.threads)
    model = load(options)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=options.learning_rate, weight_decay=0.0, fused=True)
    ids, labels = batch(options, model.config.vocab_size)
    autocast = options.precision != "f32"
    run = torch.compile(model) if options.compile else model

    def step():
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            logits = run(input_ids=ids, use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), labels.flatten())
        del logits
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        return loss.item()

    restart_peak()
    held = status_bytes("VmRSS") - status_bytes("RssFile")
    seconds, losses = [], []
    for _ in range(options.warmup + options.steps):
        begin = time.perf_counter()
        losses.append(step())
        seconds.append(time.perf_counter() - begin)
    peak = status_bytes("VmHWM")
    # Gradients and AdamW's two moments are made in the first step.
    state = sum(3 * p.numel() * p.element_size() for p in trained)
    median = statistics.median(seconds[options.warmup:])
    return {"train_tps": ids.numel() / median, "seconds_per_step": median,
            "step_tokens": ids.numel(), "step_seconds": seconds, "losses": losses,
            "trainable_parameters": sum(p.numel() for p in trained),
            "total_parameters": sum(p.numel() for p in model.parameters()),
            "peak_bytes": peak,
            "activation_bytes": peak - status_bytes("RssFile") - held - state,
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
            "capability": torch.backends.cpu.get_cpu_capability()}


def ceiling(threads):
    """GFLOP/s of plain products, medians of seven."""
    torch.set_num_threads(threads)
    rates = {}
    for name, dtype in (("f32", torch.float32), ("bf16", torch.bfloat16)):
        for rows, depth, outputs in ((1024, 1024, 1024), (512, 2048, 2048), (64, 2048, 1408)):
            a, b = torch.randn(rows, depth).to(dtype), torch.randn(outputs, depth).to(dtype)
            seconds = []
            for _ in range(8):
                begin = time.perf_counter()
                for _ in range(5):
                    torch.nn.functional.linear(a, b)
                seconds.append((time.perf_counter() - begin) / 5)
            rates[f"{name} {rows}x{depth}x{outputs}"] = (
                2e-9 * rows * depth * outputs / statistics.median(seconds[1:]))
    return rates


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", nargs="?")
    parser.add_argument("--ceiling", action="store_true", help="measure products only")
    parser.add_argument("--train", choices=("lora", "full"))
    parser.add_argument("--precision", choices=("f32", "amp", "bf16"), default="f32")
    parser.add_argument("--experts", help="transformers' experts_implementation")
    parser.add_argument("--attention", default="sdpa")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--targets")
    for name, default in (("rank", 8), ("steps", 8), ("warmup", 2), ("threads", 2),
                          ("batch-tokens", 2048), ("sequence", 512)):
        parser.add_argument("--" + name, type=int, default=default)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    options = parser.parse_args()
    print(json.dumps(ceiling(options.threads) if options.ceiling else measure(options)))


if __name__ == "__main__":
    main()
