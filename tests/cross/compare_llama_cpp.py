"""Hearth's exports in llama.cpp, and GGUF files of llama.cpp's own writer and quantiser in Hearth.

llama.cpp is told to keep keys and values in F32, so with an F32 file both programs do the same
arithmetic in another order. How far that may take them apart is measured, not guessed, as in
tolerance.py: a sum of n products in another order is the exact sum for weights that were changed by
about sqrt(n) units of rounding. Hearth runs the model with weights so changed; the largest change
of a logit over three draws, doubled for two programs' errors, is what they may differ by. A prompt
on which that change is large has a routing decision on the edge, and is drawn anew.

With quantised files llama.cpp rounds activations too, which Hearth does not. That is an error in
each product as large as an error of NOISE in each weight, so the same bound is taken with weights
so changed. Such errors do move routing decisions, which makes the bound wide for models with
experts; that the file is right to the bit is therefore shown otherwise: Hearth's F32 copy of it must
have every value that PyPI's gguf reads from it, and F32 files agree closely.
"""

import argparse
import json
import pathlib
import shutil
import sys
import tempfile

import gguf_fixtures
import numpy as np
from llama_cpp_tools import CROSS, Tools, disturb, same_values

REFERENCE = CROSS.parent / "data/reference/models"
STEPS = 24
ILL_CONDITIONED = 1e-3  # of the logits' root mean square
REFERENCES = [
    "deepseek_v2_lite", "deepseek_v2_full", "deepseek_v3", "kimi_k2", "moonlight", "glm4_moe_lite",
    "qwen3_moe", "granitemoe", "granitemoeshared", "olmoe", "mixtral", "gpt_oss",
]
# Models whose own code differs from llama.cpp's, as the export says in its notes. They must load
# and run; their distance is reported and not judged. Judged is the same model with that one thing
# as llama.cpp has it: nothing else may differ.
DIFFERENT = {
    "deepseek_v2_full": ("groups of experts are judged by two",
                         {"n_group": 1, "topk_group": 1, "topk_method": "greedy"}),
    "kimi_k2": ("yarn's beta_fast of 32", {"rope_scaling": {"beta_fast": 32.0}}),
    "gpt_oss": ("whole bounds of yarn's ramp", {"rope_scaling": {"truncate": True}}),
}
# The root mean square of what rounding does to an activation, of its own. To eight bits: a block's
# largest value over 127 is the step s, s / sqrt(12) the error; the largest of 32 normal values is
# about 2.1 times their root mean square, of 256 (the activations beside K blocks) 2.8 times. F16 and
# BF16: the step is at most 2^-10 and 2^-7 of the value.
NOISE = {"f16": 2**-10 / 12**0.5, "bf16": 2**-7 / 12**0.5,
         **dict.fromkeys(["q8_0", "q4_0", "q4_1", "mxfp4"], 2.1 / 127 / 12**0.5),
         **dict.fromkeys(["q4_k_s", "q5_k_s", "q6_k"], 2.8 / 127 / 12**0.5)}


def margin(row):
    first, second = np.sort(row)[-1:-3:-1]
    return float(first - second)


class Comparison:
    """One file in both programs, on three prompts and llama.cpp's 24 choices after each."""

    def __init__(self, tools, file, r):
        self.tools, self.file, self.r = tools, file, r
        self.prompts = [r.integers(8, 512, size).tolist() for size in (1, 17, 60)]
        results = tools.theirs(file, [{"ids": ids, "greedy": STEPS} for ids in self.prompts])
        self.theirs = [logits for logits, _ in results]
        self.chosen = [chosen for _, chosen in results]
        # Their choices are fed to us as well, so one early difference does not hide the rest.
        self.sequences = [ids + chosen[:-1] for ids, chosen in zip(self.prompts, self.chosen)]
        self.ours = [tools.ours(file, ids) for ids in self.sequences]

    def distances(self, others):
        """The largest difference of a logit at each position."""
        return np.concatenate([np.abs(a - b).max(axis=1) for a, b in zip(self.ours, others)])

    def disturbed(self, plain, noise):
        """Distances that errors in the weights make: [draws, positions]."""
        out = []
        for sample in range(3):
            copy = f"{plain}.{sample}.gguf"
            disturb(plain, copy, self.r, noise)
            out.append(self.distances([self.tools.ours(copy, ids) for ids in self.sequences]))
        return np.stack(out)

    def size(self):
        return float(np.sqrt(np.mean(np.concatenate(self.ours) ** 2)))

    def margins(self):
        """Between our best two logits where their choice is not ours."""
        out = []
        for ids, ours, chosen in zip(self.prompts, self.ours, self.chosen):
            rows = ours[len(ids) - 1:]
            out += [margin(row) for row, token in zip(rows, chosen) if int(row.argmax()) != token]
        return out


def judge(title, comparison, changes, remark="", judged=True):
    """Prints one line. True when the two agree."""
    distances, margins = comparison.distances(comparison.theirs), comparison.margins()
    bound = 2 * float(changes.max())
    middle, middle_bound = (float(np.sqrt(np.mean(x**2, axis=-1).max())) for x in (distances, changes))
    # Two logits may change places when each moves by the bound.
    good = distances.max() <= bound and middle <= 2 * middle_bound and all(m <= 2 * bound for m in margins)
    ties = f", margins of the others up to {max(margins):.1e}" if margins else ""
    steps = len(comparison.prompts) * STEPS
    print(f"{title:24} greedy {steps - len(margins)}/{steps}{ties}; logits {distances.max():.1e} "
          f"(rms {middle:.1e}) apart, allowed {bound:.1e} (rms {2 * middle_bound:.1e}) "
          f"{remark if not judged else '' if good else 'FAILED'}", flush=True)
    return good or not judged


def compare_plain(tools, name, model, r, different=None):
    """Exports as F32 and runs both on the same ids."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/model.gguf"
        report = tools.export(model, file)
        for _ in range(6):
            comparison = Comparison(tools, file, r)
            changes = comparison.disturbed(file, 0.0)
            if changes.max() <= ILL_CONDITIONED * comparison.size():
                break
        else:
            print(f"{name:24} FAILED: every prompt drawn has a decision on the edge", flush=True)
            return False
    good = judge(name, comparison, changes, f"differs: {different}", judged=different is None)
    for note in report["notes"]:
        print(f"{'':24} note: {note}")
    return good


def compare_file(tools, title, file, kind, r):
    """A file that is not F32: its values, and both programs on it."""
    with tempfile.TemporaryDirectory() as folder:
        plain = f"{folder}/plain.gguf"
        tools.export(file, plain)
        if not same_values(file, plain):
            print(f"{title:24} FAILED: PyPI's gguf reads other values than Hearth", flush=True)
            return False
        comparison = Comparison(tools, file, r)
        return judge(title, comparison, comparison.disturbed(plain, NOISE[kind]))


def compare_exports(tools, name, model, kinds, r):
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            file = f"{folder}/{kind}.gguf"
            tools.export(model, file, kind)
            good &= compare_file(tools, f"{name} {kind}", file, kind, r)
    return good


def compare_quantised(tools, name, model, kinds, r):
    """Files of llama.cpp's own quantiser."""
    good = True
    with tempfile.TemporaryDirectory() as folder:
        plain = f"{folder}/plain.gguf"
        tools.export(model, plain)
        for kind in kinds:
            file = f"{folder}/{kind}.gguf"
            tools.quantise(plain, file, kind)
            good &= compare_file(tools, f"{name} {kind} of llama.cpp", file, kind, r)
    return good


def changed(model, fields, out):
    """The same checkpoint with other fields in its config."""
    shutil.copytree(model, out, copy_function=shutil.copyfile)
    config = json.loads((out / "config.json").read_text())
    for field, value in fields.items():
        config[field] = {**config[field], **value} if isinstance(value, dict) else value
    (out / "config.json").write_text(json.dumps(config))
    return out


def read_back(tools, name, checkpoint, file):
    """A file of llama.cpp's writer gives the bits of the checkpoint it was made from."""
    ids = [5, 81, 9, 300, 77, 12, 450, 33]
    same = np.array_equal(tools.ours(checkpoint, ids), tools.ours(file, ids))
    print(f"{name:24} of PyPI's gguf: {'the same bits' if same else 'FAILED: other logits'}", flush=True)
    return same


def compare_reference(tools, name, kinds, folder, r):
    model, good = REFERENCE / name, True
    if name in DIFFERENT:
        reason, fields = DIFFERENT[name]
        good &= compare_plain(tools, name, model, r, reason)
        model = changed(model, fields, folder / name)
        name = f"{name}*"
    good &= compare_plain(tools, name, model, r)
    good &= compare_exports(tools, name, model, kinds, r)
    if name == "mixtral":
        good &= compare_quantised(tools, name, model, ["mxfp4"], r)
    return good


def compare_drawn(tools, name, kinds, folder, r):
    checkpoint, file = folder / name, folder / f"{name}.gguf"
    gguf_fixtures.draw(name, checkpoint, REFERENCE / "deepseek_v3", r)
    good = compare_plain(tools, name, checkpoint, r)
    good &= compare_exports(tools, name, checkpoint, kinds, r)
    gguf_fixtures.write_gguf(name, checkpoint, file)
    good &= read_back(tools, name, checkpoint, file)
    if name == "wide":
        good &= compare_quantised(tools, name, checkpoint, ["q4_1", "q4_k_s", "q5_k_s", "q6_k"], r)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hearth", required=True)
    parser.add_argument("--packages", required=True)
    parser.add_argument("--only", action="append", help="a model")
    parser.add_argument("--kinds", default="f16,bf16,q8_0,q4_0", help="of exports, besides f32")
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    tools = Tools(options.hearth, options.packages)
    kinds = [kind for kind in options.kinds.split(",") if kind]
    r = np.random.default_rng(options.seed)
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for names, work in ((REFERENCES, compare_reference), (gguf_fixtures.FAMILIES, compare_drawn)):
            for name in names:
                if not options.only or name in options.only:
                    good &= work(tools, name, kinds, pathlib.Path(folder), r)
    sys.exit(0 if good else 1)


main()
