// The official client against a real node, with certificate verification on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import OpenAI, { toFile } from 'openai';

const url = process.env.HEARTH_E2E_URL + '/v1';
const data = process.env.HEARTH_E2E_DATA;
const client = new OpenAI({ baseURL: url, apiKey: process.env.HEARTH_E2E_KEY, maxRetries: 0 });
const base = 'hearth-demo';
const ask = (content) => ({ messages: [{ role: 'user', content }] });

async function* jobEvents(id) {
  const seen = new Set();
  for (;;) {
    const job = await client.fineTuning.jobs.retrieve(id);
    const fresh = [];
    for await (const event of client.fineTuning.jobs.listEvents(id, { limit: 50 })) {
      if (seen.has(event.id)) break;
      seen.add(event.id);
      fresh.unshift(event);
    }
    yield* fresh;
    if (['succeeded', 'failed', 'cancelled'].includes(job.status)) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

test('the certificate is verified, not ignored', async () => {
  assert.equal(process.env.NODE_TLS_REJECT_UNAUTHORIZED, undefined);
  assert.ok(process.env.NODE_EXTRA_CA_CERTS);
});

test('models are listed in the API\'s shape', async () => {
  const models = await client.models.list();
  const demo = models.data.find((model) => model.id === base);
  assert.equal(demo.object, 'model');
  assert.equal(typeof demo.created, 'number');
  assert.equal((await client.models.retrieve(base)).id, base);
});

test('a chat completion answers with usage and a finish reason', async () => {
  const answer = await client.chat.completions.create({
    model: base, ...ask('What is a pump?'), max_completion_tokens: 24, temperature: 0 });
  assert.equal(answer.object, 'chat.completion');
  assert.ok(answer.choices[0].message.content.length > 0);
  assert.ok(['stop', 'length'].includes(answer.choices[0].finish_reason));
  assert.ok(answer.usage.prompt_tokens > 0);
  assert.equal(answer.usage.total_tokens,
    answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

test('a stream gives the same text as the whole answer, and usage once, last', async () => {
  const request = { model: base, ...ask('What is a valve?'), max_tokens: 24, temperature: 0 };
  const whole = await client.chat.completions.create(request);
  const stream = await client.chat.completions.create({
    ...request, stream: true, stream_options: { include_usage: true } });
  let text = '';
  let usages = 0;
  let last;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    usages += chunk.usage ? 1 : 0;
    last = chunk;
  }
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(usages, 1);
  assert.deepEqual(last.choices, []);
  assert.deepEqual(last.usage, whole.usage);
});

test('a seed makes sampling repeatable', async () => {
  const request = { model: base, ...ask('Tell me something.'), max_tokens: 20,
    temperature: 1, seed: 11 };
  const first = await client.chat.completions.create(request);
  const again = await client.chat.completions.create(request);
  assert.equal(first.choices[0].message.content, again.choices[0].message.content);
});

test('log probabilities are numbers with bytes', async () => {
  const answer = await client.chat.completions.create({
    model: base, ...ask('What is steam?'), max_tokens: 4, logprobs: true, top_logprobs: 3 });
  const content = answer.choices[0].logprobs.content;
  assert.ok(content.length > 0);
  for (const token of content) {
    assert.ok(token.logprob <= 0);
    assert.ok(Array.isArray(token.bytes));
    assert.equal(token.top_logprobs.length, 3);
  }
});

test('the log probabilities of a completion have the token that ended it', async () => {
  // An answer, generated to its end, then its tokens' texts; a score of it takes off the last one.
  const prompt = '<|user|>What is a pump?<|assistant|>';
  const request = { model: base, temperature: 0, max_tokens: 200, logprobs: 1, prompt };
  const answer = await client.completions.create(request);
  assert.equal(answer.choices[0].finish_reason, 'stop');
  const { tokens, token_logprobs, text_offset } = answer.choices[0].logprobs;
  assert.equal(tokens.at(-1), '<|endoftext|>');
  assert.equal(tokens.slice(0, -1).join(''), answer.choices[0].text);
  assert.equal(tokens.length, answer.usage.completion_tokens);
  assert.equal(text_offset.at(-1), answer.choices[0].text.length);
  const streamed = [];
  for await (const chunk of await client.completions.create({ ...request, stream: true }))
    streamed.push(...chunk.choices.flatMap((choice) => choice.logprobs?.token_logprobs ?? []));
  assert.deepEqual(streamed, token_logprobs);
  const echoed = await client.completions.create({
    ...request, prompt: prompt + answer.choices[0].text, echo: true, max_tokens: 1 });
  assert.equal(echoed.choices[0].logprobs.tokens.length, echoed.usage.total_tokens);
  assert.equal(echoed.choices[0].logprobs.tokens.at(-1), '<|endoftext|>');
});

test('completions echo the prompt with log probabilities', async () => {
  const answer = await client.completions.create({
    model: base, prompt: 'A pump is', echo: true, logprobs: 1, max_tokens: 1 });
  assert.ok(answer.choices[0].text.startsWith('A pump is'));
  const logprobs = answer.choices[0].logprobs;
  assert.equal(logprobs.token_logprobs[0], null);
  assert.ok(logprobs.token_logprobs.slice(1).every((value) => value <= 0));
});

test('eight requests at once all answer', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) =>
    client.chat.completions.create({
      model: base, ...ask(`Say ${i}.`), max_tokens: 16, temperature: 0 })));
  assert.ok(answers.every((answer) => answer.usage.completion_tokens > 0));
});

test('wrong and missing keys are 401 in the error shape', async () => {
  for (const apiKey of ['wrong', 'hk_000000000000000000000000000000000000']) {
    const stranger = new OpenAI({ baseURL: url, apiKey, maxRetries: 0 });
    await assert.rejects(stranger.models.list(), (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError);
      assert.equal(error.code, 'invalid_api_key');
      return true;
    });
  }
  const answer = await fetch(url + '/models');
  assert.equal(answer.status, 401);
  assert.equal(typeof (await answer.json()).error.message, 'string');
});

test('an unknown model is 404, a prompt beyond the context 400 with both lengths', async () => {
  await assert.rejects(client.chat.completions.create({ model: 'nobody', ...ask('Hi') }),
    (error) => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
  await assert.rejects(
    client.chat.completions.create({ model: base, ...ask('word '.repeat(5000)) }),
    (error) => error instanceof OpenAI.BadRequestError &&
      (error.message.match(/\d{3,}/g) ?? []).length >= 2);
});

test('a misspelt parameter is a 400 that names it', async () => {
  await assert.rejects(
    client.chat.completions.create({ model: base, ...ask('Hi'), temprature: 1 }),
    (error) => error instanceof OpenAI.BadRequestError && error.param === 'temprature');
});

test('a data set with a bad line is refused with the line\'s number', async () => {
  await assert.rejects(
    client.files.create({ purpose: 'fine-tune',
      file: fs.createReadStream(path.join(data, 'bad_line.jsonl')) }),
    (error) => error instanceof OpenAI.BadRequestError && /line 3/.test(error.message));
});

test('upload, fine-tune, follow events, and stream from the adapter', { timeout: 240_000 },
  async () => {
    const file = await client.files.create({ purpose: 'fine-tune',
      file: fs.createReadStream(path.join(data, 'facts.jsonl')) });
    assert.equal(file.purpose, 'fine-tune');
    const questions = await client.files.create({ purpose: 'evals',
      file: fs.createReadStream(path.join(data, 'questions.jsonl')) });

    const job = await client.fineTuning.jobs.create({ model: base, training_file: file.id,
      suffix: 'e2e', seed: 3,
      method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 20 } } },
      evaluations: [{ name: 'questions', file_id: questions.id }] });
    assert.equal(job.object, 'fine_tuning.job');

    let losses = [];
    for await (const event of jobEvents(job.id)) {
      assert.equal(event.object, 'fine_tuning.job.event');
      if (event.type === 'metrics' && 'train_loss' in event.data)
        losses.push(event.data.train_loss);
    }
    const done = await client.fineTuning.jobs.retrieve(job.id);
    assert.equal(done.status, 'succeeded', JSON.stringify(done.error));
    assert.ok(losses.length > 1 && losses.at(-1) < losses[0] / 2, `losses: ${losses}`);
    assert.ok(done.trained_tokens > 0);
    const checkpoints = await client.fineTuning.jobs.checkpoints.list(job.id);
    assert.ok(checkpoints.data.length > 0);
    assert.ok(done.evaluations[0].after.accuracy > done.evaluations[0].before.accuracy);

    const tuned = done.fine_tuned_model;
    assert.ok((await client.models.list()).data.some((model) => model.id === tuned));
    for (const line of fs.readFileSync(path.join(data, 'questions.jsonl'), 'utf8').trim()
      .split('\n')) {
      const { question, expected } = JSON.parse(line);
      const stream = await client.chat.completions.create({ model: tuned, ...ask(question),
        temperature: 0, max_tokens: 48, stream: true, stream_options: { include_usage: true } });
      let text = '';
      let usage;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta?.content ?? '';
        usage = chunk.usage ?? usage;
      }
      assert.ok(text.includes(expected), `${question} -> ${text}`);
      assert.ok(usage.completion_tokens > 0);
    }
  });

/// Lines of questions.jsonl as a file of another kind.
async function uploadRows(name, rowOf) {
  const rows = fs.readFileSync(path.join(data, 'questions.jsonl'), 'utf8').trim().split('\n')
    .map((line) => JSON.stringify(rowOf(JSON.parse(line))));
  return client.files.create({ purpose: 'fine-tune',
    file: await toFile(Buffer.from(`${rows.join('\n')}\n`), name) });
}

/// Runs a job to its success; answers with it and the numbers of its steps.
async function runJob(body) {
  const job = await client.fineTuning.jobs.create({ model: base, seed: 3, ...body });
  const steps = [];
  for await (const event of jobEvents(job.id))
    if (event.type === 'metrics') steps.push(event.data);
  const done = await client.fineTuning.jobs.retrieve(job.id);
  assert.equal(done.status, 'succeeded', JSON.stringify(done.error));
  const answer = await client.chat.completions.create({ model: done.fine_tuned_model,
    ...ask('Hello'), max_tokens: 4 });
  assert.ok(answer.usage.completion_tokens > 0);
  return { done, steps };
}

test('preferences', { timeout: 120_000 }, async () => {
  const file = await uploadRows('preferences.jsonl', ({ question, expected }) => ({
    input: ask(question),
    preferred_output: [{ role: 'assistant', content: expected }],
    non_preferred_output: [{ role: 'assistant', content: 'Ask somebody else.' }] }));
  const { done, steps } = await runJob({ training_file: file.id,
    method: { type: 'dpo', dpo: { hyperparameters: { beta: 0.2, n_epochs: 5 } } } });
  assert.equal(done.method.dpo.hyperparameters.beta, 0.2);
  assert.ok(steps.at(-1).train_loss < steps[0].train_loss);
});

test('reinforcement', { timeout: 120_000 }, async () => {
  const file = await uploadRows('prompts.jsonl', ({ question, expected }) => (
    { ...ask(question), expected }));
  const grader = { type: 'text_similarity', name: 'close', evaluation_metric: 'rouge_l',
    input: '{{sample.output_text}}', reference: '{{item.expected}}' };
  const { done, steps } = await runJob({ training_file: file.id, validation_file: file.id,
    method: { type: 'reinforcement',
      reinforcement: { grader, hyperparameters: { batch_size: 2, eval_interval: 'auto' } } },
    hearth: { max_steps: 3, policy: { group_size: 4, max_completion_tokens: 16 } } });
  assert.deepEqual(done.method.reinforcement.grader, grader);
  assert.equal(steps.length, 3);
  for (const step of steps) assert.ok(step.train_reward >= 0 && step.train_reward <= 1);
});

test('a running job can be cancelled', { timeout: 60_000 }, async () => {
  const file = await client.files.create({ purpose: 'fine-tune',
    file: fs.createReadStream(path.join(data, 'facts.jsonl')) });
  const job = await client.fineTuning.jobs.create({ model: base, training_file: file.id,
    method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 50 } } } });
  await client.fineTuning.jobs.cancel(job.id);
  for await (const event of jobEvents(job.id)) assert.ok(event.message);
  const done = await client.fineTuning.jobs.retrieve(job.id);
  assert.equal(done.status, 'cancelled');
  assert.equal(done.fine_tuned_model, null);
});
