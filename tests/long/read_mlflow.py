"""Holds a job's run, as MLflow's client reads it, against the API's record and curves."""

import json
import pathlib
import sys
import urllib.request

import mlflow

profile = json.loads(pathlib.Path(sys.argv[1]).read_text())
job, experiment_name = sys.argv[2], sys.argv[3]


def api(path):
    request = urllib.request.Request(
        profile["url"] + path, headers={"Authorization": f"Bearer {profile['api_key']}"}
    )
    return json.load(urllib.request.urlopen(request))


def flat(value, path=""):
    if isinstance(value, dict):
        return {k: v for key, part in value.items() for k, v in flat(part, f"{path}.{key}").items()}
    return {} if value is None else {path[1:]: value}


def text(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def same_text(stored, value):
    """Numbers may be written in several ways."""
    if isinstance(value, float):
        return float(stored) == value
    return stored == text(value)


def main():
    record = api(f"/api/v1/jobs/{job}/record")["record"]
    series = api(f"/api/v1/jobs/{job}/metrics")["series"]
    state = api(f"/v1/fine_tuning/jobs/{job}")
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name(experiment_name)
    (run,) = client.search_runs([experiment.experiment_id], f"tags.`hearth.job` = '{job}'")

    assert run.info.status == "FINISHED", run.info.status
    assert run.info.end_time == state["finished_at"] * 1000
    first = min(min(s["times_ms"]) for s in series.values())
    assert run.info.start_time == min(record["started_at"] * 1000, first)

    params = {"model": state["model"], "method": record["method"], **flat(record["hyperparameters"])}
    assert run.data.params.keys() == params.keys(), run.data.params.keys() ^ params.keys()
    for name, value in params.items():
        assert same_text(run.data.params[name], value), (name, run.data.params[name], value)
    for part in ("code", "base", "data", "machine"):
        for name, value in flat(record[part]).items():
            assert run.data.tags[f"hearth.{part}.{name}"] == text(value), name
    assert run.data.tags["hearth.fine_tuned_model"] == state["fine_tuned_model"]

    expected = {
        name: sorted(zip(s["steps"], s["times_ms"], s["values"])) for name, s in series.items()
    }
    result = {k: v for k, v in record["result"].items() if k != "metrics"}
    for name, value in {**result, **record["result"]["metrics"]}.items():
        if not isinstance(value, str):
            point = (record["result"]["published_step"], run.info.end_time, value)
            expected["result/" + name] = [point]
    assert "train_loss" in expected
    assert run.data.metrics.keys() == expected.keys(), run.data.metrics.keys() ^ expected.keys()
    for name, points in expected.items():
        history = client.get_metric_history(run.info.run_id, name)
        read = sorted((m.step, m.timestamp, m.value) for m in history)
        assert read == points, (name, read[:3], points[:3])
    print(
        f"{len(expected)} metrics of {sum(map(len, expected.values()))} points, {len(params)} params, "
        f"{len(run.data.tags)} tags: no difference."
    )


main()
