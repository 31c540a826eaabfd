"""Hearth's exports in llama.cpp, and GGUF files of llama.cpp's own writer in Hearth.

Exports are F32, and llama.cpp is told to keep keys and values in F32, so both programs do the same
arithmetic in another order. How far that may take them apart is measured, not guessed, as in
tolerance.py: a sum of n products in another order is the exact sum for weights that were changed by
about sqrt(n) units of rounding. Hearth runs the model with weights so changed; the largest change
of a logit over three draws, doubled for two programs' errors, is what they may differ by. A prompt
on which that change is large has a routing decision on the edge, and is drawn anew.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import gguf
import gguf_fixtures
import numpy as np
from safetensors.numpy import load_file

CROSS = pathlib.Path(__file__).resolve().parent
REFERENCE = CROSS.parent / "data/reference/models"
STEPS = 24
UNIT = 2.0**-24
ILL_CONDITIONED = 1e-3  # of the logits' root mean square
REFERENCES = [
    "deepseek_v2_lite", "deepseek_v2_full", "deepseek_v3", "kimi_k2", "moonlight", "glm4_moe_lite",
    "qwen3_moe", "granitemoe", "granitemoeshared", "olmoe", "mixtral", "gpt_oss",
]
# Models whose own code differs from llama.cpp's, as the export says in its notes. They must load
# and run; their distance is reported and not judged.
DIFFERENT = {
    "deepseek_v2_full": "groups of experts are judged otherwise",
    "kimi_k2": "yarn's beta_fast of 1",
    "moonlight": "rms_norm_eps of the latent",
    "glm4_moe_lite": "rms_norm_eps of the latent",
    "gpt_oss": "bounds of yarn's ramp",
}


class Tools:
    def __init__(self, hearth, packages):
        self.hearth, self.packages = hearth, packages

    def export(self, model, out, kind="f32"):
        command = [self.hearth, "--json", "model", "export-gguf", str(model), str(out), "--type", kind]
        return json.loads(run(command))

    def ours(self, model, ids, prefill=None):
        with tempfile.TemporaryDirectory() as folder:
            out = f"{folder}/logits.safetensors"
            command = [self.hearth, "logits", str(model), "--ids", ",".join(map(str, ids)), "--out", out]
            if prefill is not None:
                command += ["--prefill", str(prefill)]
            run(command)
            return load_file(out)["logits"]

    def theirs(self, model, jobs):
        """Logits and chosen ids of each job."""
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "jobs.json").write_text(json.dumps(jobs))
            run(["node", str(CROSS / "llama_cpp.mjs"), self.packages, str(model),
                 f"{folder}/jobs.json", folder])
            chosen = json.loads((pathlib.Path(folder) / "greedy.json").read_text())
            out = []
            for i, job in enumerate(jobs):
                rows = len(job["ids"]) + max(0, job["greedy"] - 1)
                out.append((np.fromfile(f"{folder}/{i}.f32", np.float32).reshape(rows, -1), chosen[i]))
            return out


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command[:4])}: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout


def margin(row):
    first, second = np.sort(row)[-1:-3:-1]
    return float(first - second)


def disturb(file, copy, r):
    """The same model with rounding errors in its weights and its rotary frequencies."""
    shutil.copy(file, copy)
    reader = gguf.GGUFReader(copy, "r+")
    inner = max(max(int(d) for d in t.shape) for t in reader.tensors if "blk." in t.name)
    for tensor in reader.tensors:
        noise = r.standard_normal(tensor.data.shape)
        tensor.data[...] = tensor.data * (1 + UNIT * np.sqrt(inner) * noise)
    for key, field in reader.fields.items():
        if key.endswith("rope.freq_base"):
            # llama.cpp multiplies its way from one pair's frequency to the next.
            pairs = int(reader.fields[key.replace("freq_base", "dimension_count")].parts[-1][0]) // 2
            field.parts[-1][0] *= np.float32(1 + UNIT * pairs * r.standard_normal())
    reader.data.flush()


def allowed(tools, file, ours, sequences, r):
    """By how much logits may differ; None when a decision is on the edge."""
    change = 0.0
    for sample in range(3):
        copy = f"{file}.{sample}"
        disturb(file, copy, r)
        for ids, logits in zip(sequences, ours):
            change = max(change, float(np.abs(tools.ours(copy, ids) - logits).max()))
    rms = float(np.sqrt(np.mean(np.concatenate(ours) ** 2)))
    return None if change > ILL_CONDITIONED * rms else 2 * change


def draw_prompts(r):
    return [r.integers(8, 512, size).tolist() for size in (1, 17, 60)]


def attempt(tools, file, r):
    """Prompts, Hearth's logits, llama.cpp's logits and choices, the bound."""
    prompts = draw_prompts(r)
    results = tools.theirs(file, [{"ids": ids, "greedy": STEPS} for ids in prompts])
    # Their choices are fed to us as well, so one early difference does not hide the rest.
    sequences = [ids + chosen[:-1] for ids, (_, chosen) in zip(prompts, results)]
    ours = [tools.ours(file, ids) for ids in sequences]
    return prompts, ours, results, allowed(tools, file, ours, sequences, r)


def compare(tools, name, model, r):
    """Exports, runs both on the same ids, and prints one line. True when they agree."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/model.gguf"
        report = tools.export(model, file)
        for _ in range(6):
            prompts, ours, results, bound = attempt(tools, file, r)
            if bound is not None:
                break
        else:
            print(f"{name:18} FAILED: every prompt drawn has a decision on the edge", flush=True)
            return False
    worst, agreed, near = 0.0, 0, []
    for ids, mine, (theirs, chosen) in zip(prompts, ours, results):
        worst = max(worst, float(np.abs(mine - theirs).max()))
        for step, token in enumerate(chosen):
            row = mine[len(ids) - 1 + step]
            if int(row.argmax()) == token:
                agreed += 1
            else:
                near.append(margin(row))
    judged = name not in DIFFERENT
    # Two logits may change places when each moves by the bound.
    good = worst <= bound and all(gap <= 2 * bound for gap in near)
    verdict = "" if good else (f"differs: {DIFFERENT[name]}" if not judged else "FAILED")
    ties = f", margins of the others up to {max(near):.1e}" if near else ""
    print(f"{name:18} greedy {agreed}/{len(prompts) * STEPS}{ties}; logits {worst:.1e} apart, "
          f"allowed {bound:.1e} {verdict}", flush=True)
    for note in report["notes"]:
        print(f"{'':18} note: {note}")
    return good or not judged


def read_back(tools, name, checkpoint, file):
    """A file of llama.cpp's writer gives the bits of the checkpoint it was made from."""
    ids = [5, 81, 9, 300, 77, 12, 450, 33]
    same = np.array_equal(tools.ours(checkpoint, ids), tools.ours(file, ids))
    print(f"{name:18} of PyPI's gguf: {'the same bits' if same else 'FAILED: other logits'}", flush=True)
    return same


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hearth", required=True)
    parser.add_argument("--packages", required=True)
    parser.add_argument("--only", action="append")
    options = parser.parse_args()
    tools = Tools(options.hearth, options.packages)
    wanted = lambda name: not options.only or name in options.only
    good = True
    r = np.random.default_rng(4)
    for name in filter(wanted, REFERENCES):
        good &= compare(tools, name, REFERENCE / name, r)
    with tempfile.TemporaryDirectory() as folder:
        for name in filter(wanted, gguf_fixtures.FAMILIES):
            checkpoint = pathlib.Path(folder) / name
            file = pathlib.Path(folder) / f"{name}.gguf"
            gguf_fixtures.draw(name, checkpoint, REFERENCE / "deepseek_v3", r)
            good &= compare(tools, name, checkpoint, r)
            gguf_fixtures.write_gguf(name, checkpoint, file)
            good &= read_back(tools, name, checkpoint, file)
    sys.exit(0 if good else 1)


main()
