"""Holds what lm-evaluation-harness measured through /v1/completions against Hearth's own numbers.

    read_lm_eval.py PROFILE JOB FOLDER, which has results of each model in FOLDER/before and FOLDER/after
"""

import json
import pathlib
import sys
import urllib.request

profile = json.loads(pathlib.Path(sys.argv[1]).read_text())
job_id, folder = sys.argv[2], pathlib.Path(sys.argv[3])


def api(path, body=None):
    request = urllib.request.Request(
        profile["url"] + path,
        json.dumps(body).encode() if body else None,
        {"Authorization": f"Bearer {profile['api_key']}", "Content-Type": "application/json"},
    )
    return json.load(urllib.request.urlopen(request))


def measured(when):
    """By task: acc, acc_norm or exact_match, and the samples."""
    results, samples = {}, {}
    for file in (folder / when).rglob("results_*.json"):
        for task, numbers in json.loads(file.read_text())["results"].items():
            results[task] = {key.split(",")[0]: value for key, value in numbers.items()}
    for file in (folder / when).rglob("samples_*.jsonl"):
        task = file.name.removeprefix("samples_").rsplit("_", 1)[0]
        samples[task] = [json.loads(line) for line in file.read_text().splitlines()]
    return results, samples


def chat_answer(model, question):
    body = {
        "model": model,
        "messages": [{"role": "user", "content": question}],
        "temperature": 0,
        "max_tokens": 48,
        "stop": ["\n"],
    }
    return api("/v1/chat/completions", body)["choices"][0]["message"]["content"]


def main():
    job = api(f"/v1/fine_tuning/jobs/{job_id}")
    own = {evaluation["name"]: evaluation for evaluation in job["evaluations"]}
    for when, model in (("before", job["model"]), ("after", job["fine_tuned_model"])):
        results, samples = measured(when)
        for task in ("choices_of_prompts", "choices_of_questions"):
            ours, theirs = own[task][when], results[task]
            assert len(samples[task]) == own[task]["n"]
            assert ours["accuracy"] == theirs["acc"], (when, task, ours, theirs)
            assert ours["accuracy_norm"] == theirs["acc_norm"], (when, task, ours, theirs)
            print(f"{when}: {task}: acc {theirs['acc']:.3f}, acc_norm {theirs['acc_norm']:.3f}")
        right = 0
        for sample in samples["answers"]:
            answer = chat_answer(model, sample["doc"]["question"])
            assert answer == sample["resps"][0][0], (answer, sample["resps"])
            right += answer == sample["doc"]["expected"]
        exact = results["answers"]["exact_match"]
        assert exact == right / len(samples["answers"]), (exact, right)
        print(f"{when}: answers: exact_match {exact:.3f}")
    print("no difference.")


main()
