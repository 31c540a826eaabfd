#!/usr/bin/env bash
# The command line against the node that tests/e2e/run.sh started.
#   tests/e2e/command_line.sh NODE_DIRECTORY WORK_DIRECTORY
set -euo pipefail

node_dir=$1
work=$2
hearth() { command hearth --data "$node_dir" "$@"; }
fail() {
    echo "command_line.sh: $*" >&2
    exit 1
}
expect_error() { # expect_error TEXT COMMAND...: the command fails and says TEXT
    local text=$1 output
    shift
    if output=$("$@" 2>&1); then fail "succeeded: $*"; fi
    grep -q -- "$text" <<<"$output" || fail "'$*' said: $output"
}

hearth node status | grep -q 'ready' || fail "node status"
hearth --json model list | grep -q '"hearth-demo"' || fail "model list"
hearth model inspect app/demo/model | grep -q 'DeepseekV3ForCausalLM' || fail "model inspect DIR"
hearth model plan app/demo/model --context 512 --users 2 | grep -q 'users that fit' || fail "model plan"
expect_error "int4 its weights alone" hearth model plan app/demo/model --context 512 --memory 0.001
hearth model add packed app/demo/model --precision mixed --reference-source |
    grep -q 'Serving packed' || fail "model add --precision"
hearth model show packed | grep -q 'nats a token' || fail "model show"
hearth model plan "$node_dir/models/packed" --context 512 | grep -q 'mixed' || fail "plan of a packed model"
hearth model inspect hearth-demo >/dev/null || fail "model inspect NAME"
hearth model unload hearth-demo >/dev/null
expect_error "does not exist" hearth chat hearth-demo "Hello"
hearth model load hearth-demo | grep -q 'Serving hearth-demo' || fail "model load"
expect_error "already" hearth model add hearth-demo app/demo/model
expect_error "config.json" hearth model add empty tests/data/e2e
hearth chat hearth-demo "What is a pump?" --max-tokens 12 | grep -q . || fail "chat"
hearth logits app/demo/model --ids 1,2,3 --out "$work/logits.safetensors"
[ "$(wc -c <"$work/logits.safetensors")" -gt 1000 ] || fail "logits"

key=$(hearth key create temporary 2>/dev/null)
id=$(hearth key list | awk '$2 == "temporary" { print $1 }')
HEARTH_API_KEY=$key hearth model list >/dev/null || fail "a new key"
hearth key revoke "$id" >/dev/null
expect_error "key" env HEARTH_API_KEY="$key" hearth --data "$node_dir" model list

expect_error "line 3" hearth dataset add tests/data/e2e/bad_line.jsonl
expect_error "does not exist" hearth chat nobody "Hello"
expect_error "in use by process" hearthd --data "$node_dir"
expect_error "port" bash -c "
    hearth node init '$work/second' --port $(sed -n 's/^port *= *\([0-9]*\).*/\1/p' "$node_dir/config.toml") >/dev/null &&
    hearthd --data '$work/second'"
file=$(hearth dataset list | awk '$3 == "fine-tune" { print $1; exit }')
[ -n "$file" ] || file=$(hearth dataset add app/demo/handbook/train.jsonl)
hearth schedule preview --cron '30 2 * * *' --time-zone Europe/Berlin --window 'weekdays 20:00-06:00' |
    grep -q '02:30' || fail "schedule preview"
expect_error "may be 0 to 23" hearth schedule create bad --cron '0 25 * * *' --model hearth-demo \
    --training-file "$file"
expect_error "Europe/Berlin" hearth schedule preview --cron '0 2 * * *' --time-zone Mars/Base
hearth schedule create nightly --cron '0 2 * * *' --model hearth-demo --training-file "$file" |
    grep -q '^Status *active' || fail "schedule create"
nightly=$(hearth schedule list | awk '$2 == "nightly" { print $1 }')
hearth schedule edit "$nightly" --cron '0 3 * * *' --window 22:00-06:00 | grep -q '^Windows *22:00-06:00' ||
    fail "schedule edit"
hearth schedule edit "$nightly" --clear windows | grep -q '^Starts *0 3 \* \* \*' || fail "schedule edit --clear"
hearth schedule pause "$nightly" | grep -q '^Status *paused' || fail "schedule pause"
hearth schedule resume "$nightly" | grep -q '^Status *active' || fail "schedule resume"
[ "$(hearth schedule coming "$nightly" | wc -l)" -eq 11 ] || fail "schedule coming"
hearth schedule delete "$nightly" >/dev/null || fail "schedule delete"
# A start that comes at once becomes a job, outside of its window one that waits.
hearth schedule create once --at now --model hearth-demo --training-file "$file" \
    --window "$(date -u -d '+2 hours' +%H:%M)-$(date -u -d '+3 hours' +%H:%M)" >/dev/null || fail "schedule create --at now"
once=$(hearth schedule list | awk '$2 == "once" { print $1 }')
for _ in $(seq 50); do
    job=$(hearth schedule starts "$once" | grep -o 'ftjob-[A-Za-z0-9]*' || true)
    [ -z "$job" ] || break
    sleep 0.1
done
[ -n "$job" ] || fail "schedule starts"
hearth finetune list | grep "$job" | grep -q "queued from" || fail "a job outside of its window"
hearth finetune cancel "$job" >/dev/null || fail "cancel of a waiting job"
waiting=$job
# Two short jobs: what they were made from, and the same bits again.
cat >"$work/short.json" <<'END'
{"seed": 1, "hearth": {"max_steps": 4, "checkpoint_every": 2, "lora": {"r": 4}}}
END
sed 's/"max_steps": 4/"max_steps": 3/' "$work/short.json" >"$work/shorter.json"
handbook=$(hearth dataset add app/demo/handbook/train.jsonl 2>/dev/null)
create() { hearth finetune create --model hearth-demo --training-file "$handbook" --settings "$1"; }
first=$(create "$work/short.json")
second=$(create "$work/shorter.json")
for job in "$first" "$second"; do
    hearth finetune watch "$job" >/dev/null 2>&1 || fail "a short job"
done
hearth finetune verify "$first" --steps 2 | grep -q 'Steps 3 to 4 .* the same bits' || fail "finetune verify"
hearth finetune compare "$first" "$second" | grep -q '^hyperparameters.max_steps  *4  *3' || fail "finetune compare"
expect_error "no step behind" hearth finetune verify "$first" --from 4
for _ in 1 2; do # the second export replaces the first
    hearth finetune tensorboard "$first" "$work/curves" | grep -q '^Wrote ' || fail "finetune tensorboard"
done
[ "$(find "$work/curves/$first" -type f -name 'events.out.tfevents.*.hearth' | wc -l)" -eq 1 ] ||
    fail "finetune tensorboard: one file"
# What a job made, merged into a model of its own: encrypted on the disk, whole when it is exported.
tuned=$(hearth finetune list | awk -v job="$first" '$1 == job { print $NF }')
hearth model merge "$tuned" merged | grep -q 'encrypted at rest' || fail "model merge"
hearth model list | grep -q '^merged .* yes' || fail "model list: encrypted"
head -c 8 "$node_dir/models/merged/model.hearth" | grep -q 'HEARTHSF' || fail "a merged model lies in plain"
expect_error "hearth model export" hearth model show "$node_dir/models/merged"
hearth model export merged "$work/merged" | grep -q 'not encrypted' || fail "model export"
hearth model show "$work/merged" | grep -q 'DeepseekV3ForCausalLM' || fail "what was exported"
hearth model unload merged >/dev/null || fail "unload of a merged model"
expect_error "no curves yet" hearth finetune tensorboard "$waiting" "$work/curves"
expect_error "no fine-tuning job" hearth finetune tensorboard ftjob-none "$work/curves"


# Data in a table: reported on, kept in versions, split, mixed.
{
    echo 'instruction,input,output'
    for door in $(seq 40); do echo "What is the code of door $door?,,The code of door $door is 44$door."; done
} >"$work/doors.csv"
hearth dataset check "$work/doors.csv" --model hearth-demo >"$work/report" || fail "dataset check"
grep -q '40 rows of chat, recognised as alpaca in csv' "$work/report" || fail "dataset check: form"
grep -q '\[.*The code of door 1 is 441' "$work/report" || fail "dataset check: mask"
{ cat "$work/doors.csv"; echo 'Key?,,-----BEGIN PRIVATE KEY-----'; } >"$work/leak.csv"
expect_error "cannot be trained on" hearth dataset check "$work/leak.csv"
hearth dataset check "$work/doors.csv" --against "$work/leak.csv" | grep -q 'overlap: 40 rows' || fail "overlap"
hearth dataset commit doors "$work/doors.csv" | grep -q '^1 *chat *40' || fail "dataset commit"
sed -i 's/is 441\./is 999./' "$work/doors.csv"
hearth dataset commit doors "$work/doors.csv" | grep -q '^2 *chat *40' || fail "dataset commit again"
hearth dataset diff doors 1 | grep -q '0 added, 0 removed, 1 changed, 39 as before' || fail "dataset diff"
hearth dataset split doors --part train=0.75 --part test=0.25 | grep -q 'part train of doors@2' || fail "dataset split"
hearth dataset mix both --source doors@1=1 --source doors.train=1 | grep -q 'mix of doors@1' || fail "dataset mix"
[ "$(hearth dataset versions doors | wc -l)" -eq 3 ] || fail "dataset versions"
job=$(hearth finetune create --model hearth-demo --training-file doors@1) || fail "a job on a version"
hearth finetune cancel "$job" >/dev/null || fail "cancel"
expect_error "no such version" hearth finetune create --model hearth-demo --training-file doors@9
expect_error "doors@x" hearth dataset split doors@x --part a=1
expect_error "there is no data set" hearth dataset diff nobody 1

echo "The command line works against a running node."
