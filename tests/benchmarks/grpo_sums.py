"""Data and jobs of tests/benchmarks/grpo_sums.sh: sums of two numbers below six, to be answered as
{"sum": N}."""

import json
import pathlib
import random
import sys

WARM_EPOCHS = 14
ASKS = ["What is {a} plus {b}?", "Add {a} and {b}.", "How much is {a} + {b}?"]
# Right is what holds the sum in the required form.
GRADER = {
    "type": "string_check",
    "operation": "eq",
    "input": "{{sample.output_json.sum}}",
    "reference": "{{item.sum}}",
}


def prompt(a, b, ask):
    text = ask.format(a=a, b=b) + " Answer as JSON."
    return {"messages": [{"role": "user", "content": text}], "sum": a + b}


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def data(directory):
    draw = random.Random(7)
    pairs = [(a, b) for a in range(6) for b in range(6)]
    draw.shuffle(pairs)
    heldout, trained = pairs[:6], pairs[6:]
    # The warm start shows the form and lets the sums begin to be learned.
    warm = []
    for a, b in trained:
        for ask in ASKS:
            row = prompt(a, b, ask)
            answer = {"role": "assistant", "content": json.dumps({"sum": row["sum"]})}
            warm.append({"messages": row["messages"] + [answer]})
    write(directory / "warm.jsonl", warm)
    write(directory / "prompts.jsonl", [prompt(a, b, ask) for a, b in trained for ask in ASKS])
    write(directory / "heldout.jsonl", [prompt(a, b, ASKS[0]) for a, b in heldout])


def jobs(directory, model):
    warm = {
        "method": "sft",
        "full": True,
        "model_directory": str(model),
        "inputs": [{"path": "warm.jsonl", "format": "chat"}],
        "hyperparameters": {
            "epochs": WARM_EPOCHS,
            "batch_tokens": 1024,
            "max_seq_len": 64,
            "learning_rate": 5e-4,
            "seed": 1,
        },
        "output_directory": "warm",
    }
    graded = {"kind": "loss", "at_intervals": True}
    grpo = {
        "method": "grpo",
        "full": True,
        "model_directory": "warm",
        "inputs": [{"path": "prompts.jsonl", "format": "prompt"}],
        "evaluations": [
            {"name": name, "data": {"path": f"{name}.jsonl", "format": "prompt"}, **graded}
            for name in ("prompts", "heldout")
        ],
        "hyperparameters": {
            "max_steps": 400,
            "batch_tokens": 8192,
            "max_seq_len": 64,
            "learning_rate": 6e-5,
            "min_lr_ratio": 1.0,
            "evaluate_every": 25,
            "checkpoint_every": 100,
            "seed": 1,
            "policy": {
                "loss": "grpo",
                "grader": GRADER,
                "group_size": 16,
                "max_completion_tokens": 16,
            },
        },
        "output_directory": "tuned",
    }
    for name, job in (("warm_job", warm), ("grpo_job", grpo)):
        (directory / f"{name}.json").write_text(json.dumps(job, indent=1))


def curve(lines):
    """A row every 25 steps: mean reward of the sampled answers, and of the greedy ones."""
    rewards, greedy = [], {}
    for line in lines:
        event = json.loads(line)
        if event["event"] == "progress":
            rewards.append(event["metrics"]["reward"])
        elif event["event"] == "evaluation":
            greedy[(event["name"], event["step"])] = event["metrics"]["reward"]
    for end in range(25, len(rewards) + 1, 25):
        mean = sum(rewards[end - 25 : end]) / 25
        seen, unseen = (greedy.get((name, end)) for name in ("prompts", "heldout"))
        print(f"| {end} | {mean:.2f} | {seen} | {unseen} |")


if __name__ == "__main__":
    if sys.argv[1] == "curve":
        curve(sys.stdin)
    else:
        target = pathlib.Path(sys.argv[2])
        data(target)
        jobs(target, pathlib.Path(sys.argv[3]).resolve())
