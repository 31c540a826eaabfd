#!/usr/bin/env bash
# PyPI's lm-evaluation-harness drives /v1/completions (TLS, an API key, tokens as prompts): multiple
# choice by likelihood and greedy answers of the demo model, before and after it was tuned. Its
# accuracies have to be those of Hearth's own evaluations, its texts those of chat completions. Needs
# the network to install it, and nothing of it after that.
#   tests/long/lm_eval.sh [BUILD] [STEPS]
. "$(dirname "$0")/node.sh"
steps=${2:-60}
python_with "${LM_EVAL_PYTHON:-}" 'lm-eval[api]==0.4.13' transformers==5.24.0
start_node
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
