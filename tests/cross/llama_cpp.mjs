// Runs llama.cpp on token ids: node llama_cpp.mjs PACKAGES MODEL.gguf JOBS.json OUT
// JOBS.json: [{"ids": [...], "greedy": n}, ...], or "text" (special tokens count) instead of ids.
// OUT/N.f32 has job N's float32 logits [ids + n - 1, vocab] (n = 0: one row an id), OUT/ids.json
// the ids of each job, OUT/greedy.json those it chose, which end before n at an end of answer
// when the job says "stop".
// Keys and values are cached in F32, so that what differs is arithmetic.
import {readFileSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const [packages, modelPath, jobsFile, out] = process.argv.slice(2);
const entry = createRequire(`${packages}/package.json`).resolve("node-llama-cpp");
const {getLlama} = await import(pathToFileURL(entry));

const llama = await getLlama({gpu: false, build: "never", logLevel: "error", maxThreads: 1});
const model = await llama.loadModel({modelPath, useMmap: true});
const jobs = JSON.parse(readFileSync(jobsFile, "utf8"));

function best(row) {
    let at = 0;
    for (let i = 1; i < row.length; ++i)
        if (row[i] > row[at])
            at = i;
    return at;
}

async function rows(sequence, ids) {
    const done = await sequence.controlledEvaluate(
        ids.map((id) => [id, {generateNext: {logits: true}}]));
    return done.map((item) => {
        const row = new Float32Array(item.next.logits.size);
        for (const [token, logit] of item.next.logits)
            row[token] = logit;
        return row;
    });
}

const chosen = [];
const prompts = [];
for (const [index, job] of jobs.entries()) {
    const prompt = job.ids ?? model.tokenize(job.text, true);
    const context = await model.createContext({
        contextSize: Math.max(64, prompt.length + job.greedy + 1),
        batchSize: Math.max(64, prompt.length),
        threads: 1,
        flashAttention: false,
        experimentalKvCacheKeyType: "F32",
        experimentalKvCacheValueType: "F32"
    });
    const sequence = context.getSequence();
    const logits = await rows(sequence, prompt);
    const ids = [];
    while (ids.length < job.greedy) {
        ids.push(best(logits[logits.length - 1]));
        if (job.stop && model.isEogToken(ids[ids.length - 1]))
            break;
        if (ids.length < job.greedy)
            logits.push(...await rows(sequence, [ids[ids.length - 1]]));
    }
    const bytes = Buffer.concat(logits.map((row) => Buffer.from(row.buffer)));
    writeFileSync(`${out}/${index}.f32`, bytes);
    prompts.push(prompt);
    chosen.push(ids);
    await context.dispose();
}
writeFileSync(`${out}/ids.json`, JSON.stringify(prompts));
writeFileSync(`${out}/greedy.json`, JSON.stringify(chosen));
await model.dispose();
process.exit(0);
