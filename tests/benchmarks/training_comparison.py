"""Runs Hearth and PyTorch in turn on the same models; called by training_comparison.sh."""

import argparse
import json
import pathlib
import shlex
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
from training_models import MODELS, active_parameters  # noqa: E402

# precision:experts[:compile]. f32; amp: F32 weights under autocast to BF16; bf16: the base's
# weights in BF16, too (adapters stay F32).
SETTINGS = {
    ("moe", "full"): ["f32:eager", "f32:grouped_mm", "amp:eager", "amp:grouped_mm"],
    ("moe", "lora"): ["f32:eager", "f32:grouped_mm", "amp:grouped_mm", "bf16:eager",
                      "bf16:grouped_mm"],
    ("dense", "full"): ["f32", "f32::compile", "amp", "amp::compile"],
    ("dense", "lora"): ["f32", "amp", "bf16", "bf16::compile"],
}
RATES = {"full": "3e-4", "lora": "1e-3"}
# PEFT puts one adapter on the gate and up projections of experts, Hearth one on each, so losses
# are compared without these.
COMPARABLE = "q_proj,kv_a_proj_with_mqa,kv_b_proj,o_proj,down_proj"


class Runner:
    def __init__(self, options):
        self.options = options

    def run(self, command):
        command = shlex.split(self.options.under) + [str(part) for part in command]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"{shlex.join(command)}\n{done.stderr[-2000:]}")
        return json.loads(done.stdout[done.stdout.index("{"):])

    def common(self, train, steps, warmup, targets):
        chosen = ["--targets", targets] if targets else []
        return ["--train", train, "--steps", steps, "--warmup", warmup, "--learning-rate",
                RATES[train], "--batch-tokens", self.options.batch_tokens, "--sequence",
                self.options.sequence, "--threads", self.options.threads, *chosen]

    def hearth(self, model, train, precision, steps, warmup, targets=None):
        return self.run([self.options.hearth, "--json", "bench", model, "--precision", precision,
                         *self.common(train, steps, warmup, targets)])

    def torch(self, model, train, setting, steps, warmup, targets=None):
        precision, experts, compiled = (setting.split(":") + ["", ""])[:3]
        extra = ["--precision", precision]
        extra += ["--experts", experts] if experts else []
        extra += ["--compile"] if compiled else []
        return self.run([sys.executable, HERE / "training_torch.py", model,
                         *self.common(train, steps, warmup, targets), *extra])


def largest_difference(ours, theirs):
    return max(abs(a - b) for a, b in zip(ours["losses"], theirs["losses"]))


def check_losses(runner, name, model, train):
    """Both in F32 against each other, and each in BF16 against itself in F32. Five steps: from then
    on a router's near tie may go to another expert."""
    moe = name.startswith("moe")
    targets = COMPARABLE if moe and train == "lora" else None
    experts = ":eager" if moe else ""
    ours = {precision: runner.hearth(model, train, precision, 5, 0, targets)
            for precision in ("f32", "bf16")}
    theirs = {precision: runner.torch(model, train, precision + experts, 5, 0, targets)
              for precision in ("f32", "amp")}
    return {"difference": largest_difference(ours["f32"], theirs["f32"]),
            "bf16": largest_difference(ours["f32"], ours["bf16"]),
            "torch_bf16": largest_difference(theirs["f32"], theirs["amp"]),
            "losses": {name: report["losses"] for name, report in ours.items()},
            "torch_losses": {name: report["losses"] for name, report in theirs.items()}}


def median_of(reports):
    keys = ("train_tps", "peak_bytes", "activation_bytes")
    return {key: statistics.median(report[key] for report in reports) for key in keys}


def flops_per_token(name, train):
    """Products with weights only: forward, for the inputs and, where trained, for the weights."""
    return active_parameters(name) * (6 if train == "full" else 4)


def compare(runner, name, model, train):
    options = runner.options
    kind = "moe" if name.startswith("moe") else "dense"
    settings = options.settings.split(",") if options.settings else SETTINGS[kind, train]
    row = {"model": name, "train": train, "tried": {}}
    if not options.no_check:
        row["check"] = check_losses(runner, name, model, train)
    if not options.settings:
        for setting in settings:
            row["tried"][setting] = median_of([runner.torch(model, train, setting, 2, 1)])
            print(f"  tried {setting}: {row['tried'][setting]['train_tps']:.0f} tokens/s",
                  file=sys.stderr)
        # The faster of each precision.
        best = {}
        for setting, speeds in row["tried"].items():
            key = setting.startswith("f32")
            if key not in best or speeds["train_tps"] > row["tried"][best[key]]["train_tps"]:
                best[key] = setting
        settings = list(best.values())
    ours = {precision: [] for precision in options.precisions.split(",")}
    theirs = {setting: [] for setting in settings}
    for _ in range(options.rounds):
        for precision in ours:
            ours[precision].append(
                runner.hearth(model, train, precision, options.steps, options.warmup))
        for setting in settings:
            theirs[setting].append(
                runner.torch(model, train, setting, options.steps, options.warmup))
    row["hearth"] = {precision: median_of(reports) for precision, reports in ours.items()}
    for speeds in row["hearth"].values():
        speeds["gflops"] = speeds["train_tps"] * flops_per_token(name, train) * 1e-9
    row["torch"] = {setting: median_of(reports) for setting, reports in theirs.items()}
    row["versions"] = theirs[settings[0]][0]["versions"]
    return row


def show(row):
    for precision, ours in row["hearth"].items():
        print(f"{row['model']} {row['train']}: Hearth {precision} "
              f"{ours['train_tps']:.0f} tokens/s, "
              f"{ours['gflops']:.0f} GFLOP/s, activations {ours['activation_bytes'] / 1e6:.0f} MB, "
              f"in all {ours['peak_bytes'] / 1e6:.0f} MB")
    if "check" in row:
        print(f"  losses in F32 differ by at most {row['check']['difference']:.2g}; BF16 changes "
              f"Hearth's by {row['check']['bf16']:.2g} and torch's by "
              f"{row['check']['torch_bf16']:.2g}")
    for setting, theirs in row["torch"].items():
        # Precision for precision.
        own = "f32" if setting.startswith("f32") else "bf16"
        ours = row["hearth"].get(own, next(iter(row["hearth"].values())))
        print(f"  torch {setting}: {theirs['train_tps']:.0f} tokens/s (ratio "
              f"{ours['train_tps'] / theirs['train_tps']:.2f}), activations "
              f"{theirs['activation_bytes'] / 1e6:.0f} MB (share "
              f"{ours['activation_bytes'] / theirs['activation_bytes']:.2f}), in all "
              f"{theirs['peak_bytes'] / 1e6:.0f} MB "
              f"({ours['peak_bytes'] / theirs['peak_bytes']:.2f})", flush=True)


def make_models(names, folder):
    for name in names:
        subprocess.run([sys.executable, HERE / "training_models.py", name, folder / name],
                       check=True, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hearth", required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--train", default="lora,full")
    parser.add_argument("--settings")
    parser.add_argument("--precisions", default="f32,bf16")
    parser.add_argument("--no-check", action="store_true")
    parser.add_argument("--under", default="")
    parser.add_argument("--json", type=pathlib.Path)
    for name, default in (("rounds", 3), ("steps", 5), ("warmup", 2), ("threads", 2),
                          ("batch-tokens", 2048), ("sequence", 512)):
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    names = options.models.split(",")
    make_models(names, options.folder)
    runner = Runner(options)
    ceiling = runner.run([sys.executable, HERE / "training_torch.py", "--ceiling", "--threads",
                          options.threads])
    print("products of torch, GFLOP/s: " +
          ", ".join(f"{key} {value:.0f}" for key, value in ceiling.items()), flush=True)
    rows = []
    for name in names:
        for train in options.train.split(","):
            rows.append(compare(runner, name, options.folder / name, train))
            show(rows[-1])
    if options.json:
        options.json.write_text(json.dumps({"ceiling": ceiling, "rows": rows}, indent=2) + "\n")


main()
