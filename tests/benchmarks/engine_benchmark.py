"""Runs Hearth and llama.cpp in turn on the same random model; called by engine_benchmark.sh."""

import argparse
import json
import pathlib
import statistics
import subprocess

HERE = pathlib.Path(__file__).parent
SPEEDS = ("prefill_tps", "decode_tps")


def run(command):
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout[done.stdout.index("{"):])


def cases_of(options):
    return ["--prefill", options.prefill, "--decode", options.decode, "--streams", options.streams,
            "--context", options.context, "--repeat", options.repeat, "--threads", options.threads]


def hearth(options, model):
    return run([f"{options.programs}/hearth", "--json", "bench", model, "--cache", options.cache,
                *cases_of(options)])


def llama_pypi(options, model):
    return run([options.python, HERE / "llama_bench.py", model / "model.gguf", *cases_of(options)])


def llama_npm(options, model):
    return run(["node", HERE / "llama_bench.mjs", options.packages, model / "model.gguf",
                *cases_of(options)])


PEERS = {"pypi": llama_pypi, "npm": llama_npm}


def make_model(options):
    model = pathlib.Path(options.models) / f"v2-lite-{options.layers}"
    tokenizer = HERE.parent / "data/reference/tokenizers/tiny"
    subprocess.run([f"{options.programs}/random_model", model, tokenizer, options.layers],
                   check=True)
    return model


def median_cases(rounds):
    """The medians over rounds, by (context, streams)."""
    cases = {}
    for report in rounds:
        for case in report["cases"]:
            cases.setdefault((case["context"], case["streams"]), []).append(case)
    return {key: {speed: statistics.median(case[speed] for case in several) for speed in SPEEDS}
            for key, several in cases.items()}


def load_seconds(rounds):
    return statistics.median(r["load_seconds"] for r in rounds)


def summary(ours, theirs):
    """theirs: the rounds of each peer. A peer may lack a case; the fastest of the others counts."""
    mine = median_cases(ours)
    others = {peer: median_cases(rounds) for peer, rounds in theirs.items()}
    rows = []
    for key, speeds in mine.items():
        row = {"context": key[0], "streams": key[1]}
        for speed in SPEEDS:
            known = {peer: cases[key][speed] for peer, cases in others.items() if key in cases}
            row[speed] = speeds[speed]
            row["llama_" + speed] = known
            row[speed + "_ratio"] = speeds[speed] / max(known.values())
        rows.append(row)
    return {"hearth": ours[0]["backend"], "load_seconds": load_seconds(ours), "rows": rows,
            "llama_cpp": {peer: {"backend": rounds[0]["backend"],
                                 "load_seconds": load_seconds(rounds)}
                          for peer, rounds in theirs.items()}}


def show(report):
    print(f"Hearth: {report['hearth']}; loads in {report['load_seconds']:.2f} s")
    for peer, known in report["llama_cpp"].items():
        print(f"{peer}: {known['backend']}; loads in {known['load_seconds']:.2f} s")
    print("context streams   tokens/s of Hearth and of each llama.cpp; ratio to the faster")
    for row in report["rows"]:
        for speed in SPEEDS:
            known = ", ".join(f"{peer} {value:.1f}" for peer, value in row["llama_" + speed].items())
            print(f"{row['context']:7} {row['streams']:7}   {speed:11} {row[speed]:8.1f}   {known}   "
                  f"{row[speed + '_ratio']:.2f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--models", required=True)
    for name, default in (("layers", "27"), ("prefill", "512"), ("decode", "64"),
                          ("streams", "1,4,16"), ("context", "0,12288"), ("repeat", "1"),
                          ("threads", "2"), ("cache", "int8")):
        parser.add_argument("--" + name, default=default)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default="pypi,npm")
    parser.add_argument("--packages", required=True)
    parser.add_argument("--json")
    options = parser.parse_args()
    model = make_model(options)
    ours, theirs = [], {peer: [] for peer in options.peers.split(",")}
    for _ in range(options.rounds):
        ours.append(hearth(options, model))
        for peer, rounds in theirs.items():
            rounds.append(PEERS[peer](options, model))
    report = summary(ours, theirs)
    show(report)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")


main()
