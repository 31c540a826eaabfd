"""Holds a job's event file, as PyPI's tensorboard reads it, against the API's curves."""

import array
import json
import pathlib
import sys
import urllib.request

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader


def curves_of_api(profile, job):
    request = urllib.request.Request(
        f"{profile['url']}/api/v1/jobs/{job}/metrics",
        headers={"Authorization": f"Bearer {profile['api_key']}"},
    )
    series = json.load(urllib.request.urlopen(request))["series"]
    return {
        name: [
            # The format's own precision: a double of milliseconds, a float of the value.
            (step, time / 1000, array.array("f", [value])[0])
            for step, time, value in zip(s["steps"], s["times_ms"], s["values"])
        ]
        for name, s in series.items()
    }


def curves_of_accumulator(folder):
    # 0: keeps every point instead of a sample of them.
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    events.Reload()
    return {
        tag: [(e.step, e.wall_time, e.value) for e in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]
    }


def curves_of_loader(file):
    curves = {}
    for event in EventFileLoader(str(file)).Load():
        for value in event.summary.value:
            point = (event.step, event.wall_time, value.tensor.float_val[0])
            curves.setdefault(value.tag, []).append(point)
    return curves


def main():
    profile = json.loads(pathlib.Path(sys.argv[1]).read_text())
    job, directory = sys.argv[2], pathlib.Path(sys.argv[3])
    (file,) = (directory / job).iterdir()
    expected = curves_of_api(profile, job)
    assert "train_loss" in expected, sorted(expected)
    for reader, read in (
        ("EventAccumulator", curves_of_accumulator(directory / job)),
        ("EventFileLoader", curves_of_loader(file)),
    ):
        assert read.keys() == expected.keys(), (reader, read.keys() ^ expected.keys())
        for tag, points in expected.items():
            assert read[tag] == points, (reader, tag, read[tag][:3], points[:3])
    points = sum(len(p) for p in expected.values())
    print(f"{len(expected)} curves of {points} points, {file.stat().st_size} bytes: no difference.")


main()
