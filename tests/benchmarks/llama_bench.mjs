// llama_bench.py's cases with the llama.cpp that npm's node-llama-cpp brings prebuilt:
//   node llama_bench.mjs PACKAGES MODEL.gguf --prefill N --decode N --streams 1,4 --context 0,12288
//       --repeat N --threads N
// Each stream has a cache of its own, so that beyond one stream only a context of 0 is measured.
// Tokens are random; every step's logits are computed and the likeliest token is found.
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";
import {parseArgs} from "node:util";

const text = (value) => ({type: "string", default: value});
const {values: options, positionals} = parseArgs({
    allowPositionals: true,
    options: {prefill: text("512"), decode: text("64"), streams: text("1"), context: text("0"),
        repeat: text("5"), threads: text("2")}
});
const [packages, modelPath] = positionals;
const [prefill, decode, repeat, threads] =
    ["prefill", "decode", "repeat", "threads"].map((name) => Number(options[name]));
const [streams, contexts] = ["streams", "context"].map(
    (name) => options[name].split(",").map(Number).sort((a, b) => a - b));

const entry = createRequire(`${packages}/package.json`).resolve("node-llama-cpp");
const {getLlama} = await import(pathToFileURL(entry));
const llama = await getLlama({gpu: false, build: "never", logLevel: "error", maxThreads: threads});
const loading = performance.now();
const model = await llama.loadModel({modelPath, gpuLayers: 0});
const loadSeconds = (performance.now() - loading) / 1000;

let state = 1;
/// Ordinary tokens of the random model; a fixed sequence.
function randomToken() {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return 1000 + state % 90000;
}
const randomTokens = (count) => Array.from({length: count}, randomToken);

function median(numbers) {
    const sorted = [...numbers].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/// Tokens a second; the first run only warms up.
async function measure(tokens, work, clear) {
    const speeds = [];
    for (let i = 0; i <= repeat; ++i) {
        const begin = performance.now();
        await work();
        if (i > 0)
            speeds.push(tokens * 1000 / (performance.now() - begin));
        await clear();
    }
    return median(speeds);
}

const forget = (sequence, start) =>
    sequence.eraseContextTokenRanges([{start, end: sequence.nextTokenIndex}]);
const next = {generateNext: {token: true, options: {temperature: 0}}};

async function casesOf(context) {
    const several = streams.filter((count) => context === 0 || count === 1);
    const made = await model.createContext({
        contextSize: context + Math.max(prefill, decode) + 8,
        sequences: Math.max(...several),
        batchSize: 512,
        threads
    });
    const sequences = Array.from({length: Math.max(...several)}, () => made.getSequence());
    const first = sequences[0];
    if (context > 0)
        await first.evaluateWithoutGeneratingNewTokens(randomTokens(context));
    const prefillSpeed = await measure(
        prefill, () => first.evaluateWithoutGeneratingNewTokens(randomTokens(prefill)),
        () => forget(first, context));
    const cases = [];
    for (const count of several) {
        const used = sequences.slice(0, count);
        const speed = await measure(count * decode, async () => {
            for (let i = 0; i < decode; ++i)
                await Promise.all(used.map(
                    (sequence) => sequence.controlledEvaluate([[randomToken(), next]])));
        }, () => Promise.all(used.map((sequence) => forget(sequence, context))));
        cases.push({context, streams: count, prefill_tps: prefillSpeed, decode_tps: speed});
    }
    await made.dispose();
    return cases;
}

const cases = [];
for (const context of contexts)
    cases.push(...await casesOf(context));
const release = llama.llamaCppRelease?.release ?? "";
console.log(JSON.stringify({backend: `llama.cpp ${release} (npm): ${llama.systemInfo}`,
    load_seconds: loadSeconds, cases}));
process.exit(0);
