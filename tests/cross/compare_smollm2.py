"""SmolLM2's answers in llama.cpp and in Hearth.

llama.cpp rounds activations to 8 bits before it multiplies by quantised weights; Hearth multiplies
them as they are. So the same file is run twice: as it is, and exported by Hearth as F32, where
both programs do the same arithmetic. Hearth is fed llama.cpp's choices, so that every step is
compared on the same text; an answer is the same when every one of its steps is.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from safetensors.numpy import load_file

CROSS = pathlib.Path(__file__).resolve().parent
STEPS = 48
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


def compare(options, title, model):
    """Prints how far the two are apart on one file; returns how many answers agree."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = [{"text": prompt(q), "greedy": STEPS, "stop": True} for q in QUESTIONS]
        (pathlib.Path(folder) / "jobs.json").write_text(json.dumps(jobs))
        run(["node", CROSS / "llama_cpp.mjs", options.packages, model, f"{folder}/jobs.json", folder])
        ids = json.loads((pathlib.Path(folder) / "ids.json").read_text())
        answers = json.loads((pathlib.Path(folder) / "greedy.json").read_text())
        same, steps, agreed, divergence, gaps = 0, 0, 0, [], []
        for i, (question, before, answer) in enumerate(zip(QUESTIONS, ids, answers)):
            theirs = np.fromfile(f"{folder}/{i}.f32", np.float32)
            theirs = theirs.reshape(len(before) + len(answer) - 1, -1)[len(before) - 1:]
            mine = ours(options.hearth, model, before + answer[:-1], folder)[len(before) - 1:]
            p, q = log_softmax(theirs), log_softmax(mine)
            divergence.append((np.exp(p) * (p - q)).sum(axis=-1))
            parted = np.flatnonzero(mine.argmax(axis=-1) != np.array(answer))
            steps += len(answer)
            agreed += len(answer) - len(parted)
            same += len(parted) == 0
            for step in parted:
                best = mine[step].max()
                gaps.append(float(best - mine[step][answer[step]]))
            if len(parted):
                first = parted[0]
                print(f"  parts at step {first} of \"{question}\": {gaps[-len(parted)]:.3f} logits between the two")
    kl = np.concatenate(divergence)
    print(f"{title}: {same}/{len(QUESTIONS)} answers the same, {agreed}/{steps} steps; "
          f"KL mean {kl.mean():.2e}, largest {kl.max():.2e} nats", flush=True)
    return same


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hearth", required=True)
    parser.add_argument("--packages", required=True)
    parser.add_argument("--model", required=True)
    options = parser.parse_args()
    compare(options, "the file as it is (llama.cpp rounds activations to 8 bits)", options.model)
    with tempfile.TemporaryDirectory() as folder:
        exported = f"{folder}/f32.gguf"
        run([options.hearth, "model", "export-gguf", options.model, exported, "--type", "f32"])
        same = compare(options, "the same weights as F32", exported)
    sys.exit(0 if same == len(QUESTIONS) else 1)


main()
