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


def llama(options, model):
    return run([options.python, HERE / "llama_bench.py", model / "model.gguf", *cases_of(options)])


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


def summary(ours, theirs):
    rows = []
    mine, other = median_cases(ours), median_cases(theirs)
    for (context, streams), speeds in mine.items():
        row = {"context": context, "streams": streams}
        for speed in SPEEDS:
            row[speed] = speeds[speed]
            row["llama_" + speed] = other[(context, streams)][speed]
            row[speed + "_ratio"] = speeds[speed] / row["llama_" + speed]
        rows.append(row)
    return {"hearth": ours[0]["backend"], "llama_cpp": theirs[0]["backend"], "rows": rows,
            "load_seconds": statistics.median(r["load_seconds"] for r in ours),
            "llama_load_seconds": statistics.median(r["load_seconds"] for r in theirs)}


def show(report):
    print(f"Hearth: {report['hearth']}; loads in {report['load_seconds']:.2f} s")
    print(f"{report['llama_cpp']}; loads in {report['llama_load_seconds']:.2f} s")
    print("context streams   prefill tokens/s (llama.cpp, ratio)    decode tokens/s")
    for row in report["rows"]:
        cells = [f"{row[s]:9.1f} ({row['llama_' + s]:7.1f}, {row[s + '_ratio']:5.2f})"
                 for s in SPEEDS]
        print(f"{row['context']:7} {row['streams']:7}   {'   '.join(cells)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--models", required=True)
    for name, default in (("layers", "27"), ("prefill", "512"), ("decode", "64"),
                          ("streams", "1,4,16"), ("context", "0,12288"), ("repeat", "3"),
                          ("threads", "2"), ("cache", "int8")):
        parser.add_argument("--" + name, default=default)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json")
    options = parser.parse_args()
    model = make_model(options)
    ours, theirs = [], []
    for _ in range(options.rounds):
        ours.append(hearth(options, model))
        theirs.append(llama(options, model))
    report = summary(ours, theirs)
    show(report)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")


main()
