#!/bin/bash
# Kills training jobs of every method at a hundred random points and compares what continues, bit for
# bit, with jobs that nobody killed.
# usage: tests/long/kill_suite.sh [BUILD] [KILLS] [SEED]
set -euo pipefail
build=${1:-build/release}
export HEARTH_KILL_POINTS=${2:-100} HEARTH_KILL_SEED=${3:-1}
exec "$build/bin/finetune_test" --gtest_filter='KillSuite.*'
