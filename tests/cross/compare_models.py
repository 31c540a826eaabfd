"""Hearth against transformers on freshly drawn tiny models of every architecture.

For each draw: random configuration and weights, written as transformers writes them (dtype,
layout, shards and configuration keys drawn too); logits of three prompts at every position from
both programs, Hearth's also with absorbed decoding after a prefix. See tolerance.py for what
is allowed.
"""

import argparse
import pathlib
import random
import sys
import tempfile

import torch
import transformers

import checkpoint
import draws
import hearth
import quantised
import tolerance


class Tally:
    def __init__(self):
        self.draws = self.redrawn = self.positions = self.same_choice = self.failed = 0
        self.worst = 0.0  # largest difference as a part of the logits' root mean square
        self.used = 0.0  # as a part of what was allowed

    def add(self, ours, reference, bound):
        """One prompt; returns a complaint or None."""
        if ours.shape != reference.shape:
            return f"shape {list(ours.shape)} instead of {list(reference.shape)}"
        difference = (ours - reference).abs().max().item()
        rms = reference.pow(2).mean().sqrt().item()
        self.positions += len(reference)
        self.same_choice += int((ours.argmax(-1) == reference.argmax(-1)).sum())
        self.worst = max(self.worst, difference / rms)
        self.used = max(self.used, difference / bound)
        if not difference <= bound:  # also when it is not a number
            return f"differs by {difference:.2e} (rms {rms:.2f}), allowed {bound:.2e}"
        return None


def prompts(r, vocab):
    """One token; a few; more than the original positions, two or three cache pages, a window."""
    return [
        [r.randrange(vocab) for _ in range(n)]
        for n in (1, r.randrange(2, 30), r.randrange(66, 130))
    ]


def prefixes(config, ids):
    """Prompt lengths to try. longrope's choice of factors changes at the original length, where
    transformers' own decoding from a cache differs from its forward of the whole."""
    rope = config.rope_parameters
    if rope["rope_type"] == "longrope" and len(ids) > rope["original_max_position_embeddings"]:
        return [None]
    return [None, len(ids) // 2]


def quantise_some(model_type, seed, config, style):
    """ "fp8" or "mxfp4" for a third of the draws of families published so; adjusts the draw."""
    kind = {"deepseek_v3": "fp8", "deepseek_v32": "fp8", "gpt_oss": "mxfp4"}.get(model_type)
    if not kind or random.Random(f"quantised {model_type} {seed}").random() > 1 / 3:
        return None
    style |= {"dtype": "f32", "original": True, "shards": False}
    if kind == "mxfp4":  # blocks of 32 along the input
        config |= {"hidden_size": 32 * (1 + seed % 3), "intermediate_size": 32 * (1 + seed % 2)}
    else:  # more than one block of 128, the last one partial
        config |= {"hidden_size": 150, "kv_lora_rank": 130}
    return kind


def compare(program, model_type, seed, tally):
    """Complaints of one draw."""
    config = draws.draw(model_type, seed)
    style = checkpoint.choose_style(f"{model_type} {seed}")
    generator = torch.Generator().manual_seed(seed)
    r = random.Random(seed)
    complaints = []
    quantisation = quantise_some(model_type, seed, config, style)
    with tempfile.TemporaryDirectory() as folder:
        directory = pathlib.Path(folder) / "model"
        checkpoint.write(checkpoint.build(model_type, config, generator), directory, style)
        ours_in = directory
        if quantisation:
            ours_in = pathlib.Path(folder) / "quantised"
            quantised.write(quantisation, directory, ours_in)
        model = checkpoint.load(directory)
        tried = prompts(r, config["vocab_size"])
        for ids, (reference, bound) in zip(tried, tolerance.allowed(model, tried, generator)):
            for prefill in prefixes(model.config, ids):
                try:
                    ours = hearth.logits(
                        program, ours_in, ids, directory / "out.safetensors", prefill=prefill
                    )
                    complaint = tally.add(ours, reference, bound)
                except hearth.HearthError as error:
                    return [f"refused: {error}", f"config {config} style {style} {quantisation}"]
                if complaint:
                    complaints.append(f"{len(ids)} tokens, prefill {prefill}: {complaint}")
    return complaints and [*complaints, f"config {config} style {style} {quantisation}"]


def run_draws(model_type, count, first_seed, complaints_of):
    """complaints_of(seed, tally): what is wrong with one draw."""
    tally = Tally()
    seed = first_seed
    while tally.draws < count:
        try:
            complaints = complaints_of(seed, tally)
            tally.draws += 1
            tally.failed += bool(complaints)
            for complaint in complaints:
                print(f"  {model_type} seed {seed}: {complaint}", flush=True)
        except tolerance.IllConditioned:
            tally.redrawn += 1
            if tally.redrawn > 4 * count:
                raise
        seed += 1
    print(
        f"{model_type:17} draws {tally.draws:3} failed {tally.failed:2} redrawn {tally.redrawn:2}"
        f"  worst {tally.worst:.1e} of rms, {tally.used:4.0%} of allowed"
        f"  same choice {tally.same_choice}/{tally.positions}",
        flush=True,
    )
    return tally


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hearth", required=True)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None, help="first seed; default: a new one")
    parser.add_argument("--only", action="append", choices=sorted(draws.ARCHITECTURES))
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    print(f"transformers {transformers.__version__}, torch {torch.__version__}, first seed {seed}")
    tallies = [
        run_draws(name, options.draws, seed, lambda s, t: compare(options.hearth, name, s, t))
        for name in options.only or draws.ARCHITECTURES
    ]
    failed = sum(t.failed for t in tallies)
    print(f"{sum(t.draws for t in tallies) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
