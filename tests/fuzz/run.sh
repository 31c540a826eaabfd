#!/usr/bin/env bash
# Builds the fuzz targets and runs them, as many at once as there are cores.
#   tests/fuzz/run.sh [--seconds N | --hours N] [--target NAME] [--seed N]
# --seconds N: of fuzzing for each target (10).  --hours N: for the whole run, shared out evenly,
# with the inputs that reached something new merged and minimised at the end.
# --target NAME: only this one (say template_fuzzer), on every core.  --seed N: of the first
# process of each target, to repeat a run; 0, the default: another one each time.
# New inputs go to build/fuzz/corpus, findings to build/fuzz/findings; the folders of the
# repository stay as they are. Fails when there is a finding.
set -euo pipefail
cd "$(dirname "$0")/../.."

usage() {
    sed -n '2,10s/^# \{0,1\}//p' tests/fuzz/run.sh >&2
    exit 2
}

seconds=10
hours=
only=
seed=0
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case "$1" in
        --seconds) seconds=$2 ;;
        --hours) hours=$2 ;;
        --target) only=$2 ;;
        --seed) seed=$2 ;;
        *) usage ;;
    esac
    [[ $1 = --target || $2 =~ ^[0-9]+$ ]] || usage
    shift 2
done

build=build/fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz

targets=()
for source in tests/fuzz/*_fuzzer.cpp; do
    targets+=("$(basename "$source" .cpp)")
done
if [ -n "$only" ]; then
    if [ ! -x "$build/bin/$only" ]; then
        echo "run.sh: no target '$only'; there are: ${targets[*]}" >&2
        exit 2
    fi
    targets=("$only")
fi
cores=$(nproc)
processes=1 # of each target
[ ${#targets[@]} -ge "$cores" ] || processes=$(((cores + ${#targets[@]} - 1) / ${#targets[@]}))
[ -z "$hours" ] || seconds=$((hours * 3600 * cores / (${#targets[@]} * processes)))

# Reference data serves as seeds too; joined here, as one input holds several files.
joined() {
    local first=yes file
    for file; do
        [ -e "$file" ] || continue
        [ "$first" = yes ] || printf '\n====\n'
        cat "$file"
        first=no
    done
}
reference_seeds() {
    local to=$1 name=$2 data=tests/data/reference dir
    mkdir -p "$to"
    case "$name" in
        template_fuzzer)
            for dir in "$data"/chat_templates/*/; do
                cp "$dir/template.txt" "$to/$(basename "$dir")"
            done ;;
        config_fuzzer)
            for dir in "$data"/models/*/; do
                joined "$dir/config.json" "$dir/generation_config.json" >"$to/$(basename "$dir")"
                [ ! -e "$dir/lora/adapter_config.json" ] ||
                    cp "$dir/lora/adapter_config.json" "$to/$(basename "$dir")_lora"
            done ;;
        tokenizer_fuzzer)
            joined "$data"/tokenizers/tiny/tokenizer{,_config}.json >"$to/tiny" ;;
    esac
}

# Ends after the time or with the first finding, whose input is left in the folder of findings.
fuzz() {
    local name=$1 number=$2
    local folders=("$build/corpus/$name" "tests/fuzz/corpus/$name" "$build/seeds/$name")
    local arguments=(-max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=1536
        -dict="$build/seeds/$name.dict" -artifact_prefix="$build/findings/$name/"
        -print_final_stats=1 -seed="$((seed == 0 ? 0 : seed + number))")
    nice -n 10 "$build/bin/$name" "${arguments[@]}" "${folders[@]}" \
        >"$build/logs/$name.$number" 2>&1
}

prepare() {
    local name=$1
    rm -rf "$build/seeds/$name" "$build/findings/$name"
    mkdir -p "$build/corpus/$name" "$build/findings/$name" "$build/logs"
    reference_seeds "$build/seeds/$name" "$name"
    cat tests/fuzz/dictionaries/json.dict >"$build/seeds/$name.dict"
    [ ! -e "tests/fuzz/dictionaries/$name.dict" ] ||
        cat "tests/fuzz/dictionaries/$name.dict" >>"$build/seeds/$name.dict"
}

# The corpus keeps what adds coverage to the seeds of the repository, in its smallest form.
minimise() {
    local name=$1 merged=$build/corpus/$1.merged
    rm -rf "$merged"
    mkdir -p "$merged"
    if nice -n 10 "$build/bin/$name" -merge=1 -timeout=20 -rss_limit_mb=1536 "$merged" \
        "tests/fuzz/corpus/$name" "$build/corpus/$name" >"$build/logs/$name.merge" 2>&1; then
        rm -rf "$build/corpus/$name"
        mv "$merged" "$build/corpus/$name"
    fi
}

report() {
    local name=$1 number=$2 log=$build/logs/$1.$2
    local runs coverage
    runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$log")
    coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -n 1 || true)
    printf '%-22s %10s executions  %-24s %s\n' "$name" "${runs:-?}" "${coverage:-no coverage}" \
        "$(find "$build/corpus/$name" -type f | wc -l) inputs kept"
}

echo "Fuzzing ${#targets[@]} targets for $seconds s each, $cores processes at once"
for name in "${targets[@]}"; do
    prepare "$name"
done
trap 'jobs -pr | xargs -r kill 2>/dev/null || true' EXIT
running=0
for number in $(seq "$processes"); do
    for name in "${targets[@]}"; do
        if [ "$running" -ge "$cores" ]; then
            wait -n || true
            running=$((running - 1))
        fi
        fuzz "$name" "$number" &
        running=$((running + 1))
    done
done
wait || true

failed=0
for name in "${targets[@]}"; do
    for number in $(seq "$processes"); do
        report "$name" "$number"
        if ! grep -q '^Done ' "$build/logs/$name.$number"; then
            failed=1
            echo "  FINDING, log in $build/logs/$name.$number:"
            grep -m 3 -E 'ERROR|runtime error|broken invariant|SUMMARY' "$build/logs/$name.$number" |
                cut -c 1-300 | sed 's/^/    /' || tail -n 5 "$build/logs/$name.$number"
        fi
    done
    while read -r file; do
        echo "  reproduce: $build/bin/$name $file"
    done < <(find "$build/findings/$name" -type f ! -name 'slow-unit-*')
    [ -z "$hours" ] || minimise "$name"
done
exit "$failed"
