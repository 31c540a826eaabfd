"""SmolLM2's answers in llama.cpp and in Hearth.

llama.cpp rounds activations to 8 bits before it multiplies by quantised weights; Hearth multiplies
them as they are. So the same file is run twice: as it is, and exported by Hearth as F32, where
both programs do the same arithmetic and every answer must be the same. Hearth is fed llama.cpp's
choices, so that every step is compared on the same text; an answer is the same when every one of
its steps is.

How far the rounding may take the two apart on the file as it is, is measured: Hearth runs the F32
copy with errors in its weights as large as those of the rounding (compare_llama_cpp.py: NOISE). The
mean divergence may be twice what that makes, as both are single draws of a random error.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from llama_cpp_tools import disturb
from safetensors.numpy import load_file

CROSS = pathlib.Path(__file__).resolve().parent
STEPS = 48
NOISE = 2.1 / 127 / 12**0.5
DISTURBED = 5  # questions that the disturbed copy is asked
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
QUESTIONS = [
    "What is the capital of France?", "Name three primary colors.", "How many days are in a week?",
    "Write one sentence about the sea.", "What is 7 plus 5?", "Who wrote Romeo and Juliet?",
    "What do bees make?", "Give me a synonym for happy.", "What is the boiling point of water?",
    "List two uses of a hammer.", "Which planet is known as the Red Planet?",
    "What is the opposite of cold?", "Explain in one sentence what a computer is.",
    "What language is spoken in Brazil?", "How many legs does a spider have?",
    "Suggest a name for a black cat.", "What is the largest ocean on Earth?",
    "Write a short greeting for a new colleague.", "Why is the sky blue?",
    "What should I pack for a day at the beach?",
]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=3000)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command[:4]))}: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout


def prompt(question):
    return (f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n"
            "<|im_start|>assistant\n")


def log_softmax(rows):
    rows = rows.astype(np.float64)
    rows = rows - rows.max(axis=-1, keepdims=True)
    return rows - np.log(np.exp(rows).sum(axis=-1, keepdims=True))


def ours(hearth, model, ids, folder):
    out = f"{folder}/ours.safetensors"
    run([hearth, "logits", str(model), "--ids", ",".join(map(str, ids)), "--out", out])
    return load_file(out)["logits"]


def kl(p, q):
    """Of each row, in nats."""
    p, q = log_softmax(p), log_softmax(q)
    return (np.exp(p) * (p - q)).sum(axis=-1)


def report_parting(question, step, mine, theirs, chosen):
    """Where an answer first parts: the gap between the two tokens in either program."""
    token = int(mine.argmax())
    print(f"  \"{question}\" parts at step {step}: llama.cpp token {chosen}, Hearth {token}; between the two lie "
          f"{theirs[chosen] - theirs[token]:.3f} logits there and {mine[token] - mine[chosen]:.3f} here")


class Answers:
    """llama.cpp's answers to all questions, and Hearth's logits on the same text."""

    def __init__(self, options, model, folder):
        jobs = [{"text": prompt(q), "greedy": STEPS, "stop": True} for q in QUESTIONS]
        (pathlib.Path(folder) / "jobs.json").write_text(json.dumps(jobs))
        run(["node", CROSS / "llama_cpp.mjs", options.packages, model, f"{folder}/jobs.json", folder])
        self.ids = json.loads((pathlib.Path(folder) / "ids.json").read_text())
        self.chosen = json.loads((pathlib.Path(folder) / "greedy.json").read_text())
        self.theirs = []
        for i, (before, answer) in enumerate(zip(self.ids, self.chosen)):
            rows = np.fromfile(f"{folder}/{i}.f32", np.float32).reshape(len(before) + len(answer) - 1, -1)
            self.theirs.append(rows[len(before) - 1:])
        self.mine = self.run(options.hearth, model, folder, len(QUESTIONS))

    def run(self, hearth, model, folder, count):
        return [ours(hearth, model, before + answer[:-1], folder)[len(before) - 1:]
                for before, answer in list(zip(self.ids, self.chosen))[:count]]


def compare(title, answers):
    """Prints how far the two are apart on one file; returns how many answers agree."""
    same = steps = agreed = 0
    spread = np.concatenate([m - t for m, t in zip(answers.mine, answers.theirs)])
    spread = float((spread - spread.mean(axis=-1, keepdims=True)).std())
    for question, mine, theirs, chosen in zip(QUESTIONS, answers.mine, answers.theirs, answers.chosen):
        parted = np.flatnonzero(mine.argmax(axis=-1) != np.array(chosen))
        steps += len(chosen)
        agreed += len(chosen) - len(parted)
        same += len(parted) == 0
        if len(parted):
            report_parting(question, parted[0], mine[parted[0]], theirs[parted[0]], chosen[parted[0]])
    divergence = np.concatenate([kl(t, m) for m, t in zip(answers.mine, answers.theirs)])
    print(f"{title}: {same}/{len(QUESTIONS)} answers the same, {agreed}/{steps} steps; logits {spread:.1e} rms "
          f"apart; KL mean {divergence.mean():.2e}, largest {divergence.max():.2e} nats", flush=True)
    return same


def rounding_explains(options, answers, plain, folder):
    """Whether errors like those of rounded activations make as large a divergence."""
    copy = f"{folder}/disturbed.gguf"
    disturb(plain, copy, np.random.default_rng(4), NOISE)
    disturbed = answers.run(options.hearth, copy, folder, DISTURBED)
    made = np.concatenate([kl(m, d) for m, d in zip(answers.mine, disturbed)]).mean()
    measured = np.concatenate([kl(m, t) for m, t in zip(answers.mine, answers.theirs[:DISTURBED])]).mean()
    print(f"errors as large as the rounding's make a KL of {made:.2e} on {DISTURBED} answers, llama.cpp's is "
          f"{measured:.2e}", flush=True)
    return bool(measured <= 2 * made)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hearth", required=True)
    parser.add_argument("--packages", required=True)
    parser.add_argument("--model", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plain = f"{folder}/f32.gguf"
        run([options.hearth, "model", "export-gguf", options.model, plain, "--type", "f32"])
        rounded = Answers(options, options.model, folder)
        compare("the file as it is (llama.cpp rounds activations to 8 bits)", rounded)
        explained = rounding_explains(options, rounded, plain, folder)
        same = compare("the same weights as F32", Answers(options, plain, folder))
    sys.exit(0 if explained and same == len(QUESTIONS) else 1)


main()
