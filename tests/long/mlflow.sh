#!/usr/bin/env bash
# A job, exported to a real MLflow tracking server and read back by its client: every param, tag, point
# and time has to be the API's, exported once, again, after a step was trained again, and over TLS
# with a password. Needs the network.
#   tests/long/mlflow.sh [BUILD] [STEPS]
. "$(dirname "$0")/node.sh"
steps=${2:-60}
python_with "${MLFLOW_PYTHON:-}" mlflow==3.17.2

port=$((20000 + RANDOM % 20000))
server="http://127.0.0.1:$port"
MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false setsid "$python" -m mlflow server --host 127.0.0.1 --port "$port" \
    --workers 1 --backend-store-uri "sqlite:///$work/mlflow.db" \
    --default-artifact-root "$work/artifacts" >"$work/mlflow.log" 2>&1 &
mlflow_pid=$!
pids+=("-$mlflow_pid") # its workers, too

start_node
data=$(hearth dataset add app/demo/handbook/train.jsonl 2>/dev/null)
cat >"$work/settings.json" <<END2
{"seed": 1, "validation_file": "$data", "hearth": {"max_steps": $steps, "evaluate_every": 5, "lora": {"r": 4}}}
END2
job=$(hearth finetune create --model hearth-demo --settings "$work/settings.json" --training-file "$data")

for _ in $(seq 1200); do
    ! "$python" -c "import urllib.request as u; u.urlopen('$server/health')" 2>/dev/null || break
    kill -0 "$mlflow_pid"
    sleep 0.1
done
read_back() { # read_back SERVER EXPERIMENT...: the run has what the job has now
    SSL_CERT_FILE="$node/tls/ca.pem" MLFLOW_TRACKING_URI=$1 "$python" tests/long/read_mlflow.py \
        "$node/secrets/cli.json" "$job" "${@:2}"
}
export_job() { hearth finetune mlflow "$job" --server "$server" "$@"; }

# While it runs; then at its end, to the same run; then once more.
while ! hearth --json finetune list | grep -q '"running"'; do sleep 0.1; done
sleep 2
export_job --experiment "a nightly one" | tee "$work/first"
grep -q ' created' "$work/first" || fail "first export"
hearth finetune watch "$job" >/dev/null 2>&1
export_job --experiment "a nightly one" | tee "$work/second"
grep -q ' updated' "$work/second" || fail "second export"
read_back "$server" "a nightly one"
export_job --experiment "a nightly one" | tee "$work/third"
grep -q ' updated, 0 points' "$work/third" || fail "third export"
read_back "$server" "a nightly one"

# Somebody's other point makes the run another one than the job's.
"$python" - "$server" "a nightly one" <<'END2'
import sys, mlflow
client = mlflow.MlflowClient(sys.argv[1])
experiment = client.get_experiment_by_name(sys.argv[2])
(run,) = client.search_runs([experiment.experiment_id])
client.log_metric(run.info.run_id, "train_loss", 1.5, step=1)
END2
export_job --experiment "a nightly one" | tee "$work/fourth"
grep -q ' replaced' "$work/fourth" || fail "export over a foreign point"
read_back "$server" "a nightly one"

export_job --experiment other >/dev/null
"$python" -c "
import mlflow
client = mlflow.MlflowClient('$server')
client.delete_experiment(client.get_experiment_by_name('other').experiment_id)"
expect_error "mlflow experiments restore" export_job --experiment other
expect_error "does not answer" hearth finetune mlflow "$job" --server http://127.0.0.1:1
expect_error "no MLflow tracking server" env SSL_CERT_FILE="$node/tls/ca.pem" \
    "$build/bin/hearth" --data "$node" finetune mlflow "$job" --server "$server/elsewhere"

# Over TLS, with a password: a front that checks both and hands on to the server.
"$python" tests/long/tls_front.py "$node/tls" "$port" user secret >"$work/front.port" 2>"$work/front.log" &
pids+=($!)
for _ in $(seq 100); do
    [ ! -s "$work/front.port" ] || break
    sleep 0.1
done
front="https://127.0.0.1:$(cat "$work/front.port")"
front_export() { env "$@" "$build/bin/hearth" --data "$node" finetune mlflow "$job" --server "$front" --experiment tls; }
ca="MLFLOW_TRACKING_SERVER_CERT_PATH=$node/tls/ca.pem"
expect_error "certificate was refused" front_export MLFLOW_TRACKING_USERNAME=user
expect_error "refused the credentials" front_export "$ca"
expect_error "refused the credentials" front_export "$ca" MLFLOW_TRACKING_USERNAME=user MLFLOW_TRACKING_PASSWORD=wrong
front_export "$ca" MLFLOW_TRACKING_USERNAME=user MLFLOW_TRACKING_PASSWORD=secret
front_export "$ca" MLFLOW_TRACKING_TOKEN=secret
read_back "$server" tls
echo "mlflow.sh: no difference"
