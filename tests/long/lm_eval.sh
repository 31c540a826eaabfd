#!/usr/bin/env bash
# PyPI's lm-evaluation-harness drives /v1/completions (TLS, an API key, tokens as prompts): multiple
# choice by likelihood and greedy answers of the demo model, before and after it was tuned. Its
# accuracies have to be those of Hearth's own evaluations, its texts those of chat completions. Needs
# the network to install it, and nothing of it after that.
#   tests/long/lm_eval.sh [BUILD] [STEPS]
set -euo pipefail
cd "$(dirname "$0")/../.."

build=$(cd "${1:-build/release}" && pwd)
steps=${2:-60}
work=$(mktemp -d)
node="$work/node"
node_pid=
cleanup() {
    status=$?
    [ -z "$node_pid" ] || kill "$node_pid" 2>/dev/null || true
    [ -z "$node_pid" ] || wait "$node_pid" 2>/dev/null || true
    [ "$status" -eq 0 ] || tail -n 20 "$work"/*.log >&2 || true
    rm -rf "$work"
    exit "$status"
}
trap cleanup EXIT
hearth() { "$build/bin/hearth" --data "$node" "$@"; }

python=${LM_EVAL_PYTHON:-} # of an environment that has them already
if [ -z "$python" ]; then
    python3 -m venv "$work/venv"
    python="$work/venv/bin/python"
    "$python" -m pip install --quiet --disable-pip-version-check \
        'lm-eval[api]==0.4.13' transformers==5.24.0
fi

hearth node init "$node" --port $((20000 + RANDOM % 40000)) >/dev/null
"$build/bin/hearthd" --data "$node" >"$work/hearthd.log" 2>&1 &
node_pid=$!
for _ in $(seq 600); do
    ! hearth node status 2>/dev/null | grep '^Status .*ready' >/dev/null || break
    kill -0 "$node_pid" # or it has ended
    sleep 0.1
done
hearth model add hearth-demo app/demo/model >/dev/null
cp -r app/demo/model "$work/tokenizer" # as somebody without the node's directories has it
rm -f "$work"/tokenizer/*.safetensors

mkdir "$work/tasks"
"$python" tests/long/lm_eval_rows.py "$work/tasks"
cat >"$work/settings.json" <<END2
{"seed": 1, "hearth": {"max_steps": $steps}}
END2
evaluations=()
for task in choices_of_prompts choices_of_questions; do
    file=$(hearth dataset add --purpose evals "$work/tasks/$task.jsonl" 2>/dev/null)
    evaluations+=(--evaluate "$task=$file")
done
job=$(hearth finetune create --model hearth-demo --settings "$work/settings.json" "${evaluations[@]}" \
    --training-file "$(hearth dataset add app/demo/handbook/train.jsonl 2>/dev/null)")
hearth finetune watch "$job" >/dev/null 2>&1
tuned=$(hearth finetune list | awk -v job="$job" '$1 == job { print $NF }')

url=$("$python" -c "import json, sys; print(json.load(open(sys.argv[1]))['url'])" "$node/secrets/cli.json")
key=$(hearth key create lm-eval 2>/dev/null)
measure() { # measure MODEL FOLDER TASKS OPTION...
    HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 HF_HOME="$work/hf" OPENAI_API_KEY="$key" REQUESTS_CA_BUNDLE="$node/tls/ca.pem" \
        "$python" -m lm_eval run --model local-completions --include_path "$work/tasks" --tasks "$3" \
        --model_args "model=$1,base_url=$url/v1/completions,tokenizer=$work/tokenizer,tokenizer_backend=huggingface,max_length=1024,max_retries=1" --batch_size 8 \
        --log_samples --output_path "$2" "${@:4}" >"$work/lm_eval.log" 2>&1
}
for model in "hearth-demo before" "$tuned after"; do
    measure "${model% *}" "$work/${model#* }/plain" choices_of_prompts
    measure "${model% *}" "$work/${model#* }/chat" choices_of_questions,answers --apply_chat_template
done
SSL_CERT_FILE="$node/tls/ca.pem" "$python" tests/long/read_lm_eval.py "$node/secrets/cli.json" "$job" "$work"
