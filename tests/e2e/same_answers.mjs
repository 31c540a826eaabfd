// Two models with the same weights give the same answers through the REST API, whole and streamed:
//   node same_answers.mjs MODEL OTHER_MODEL
// The environment is that of tests/e2e/run.sh; the certificate is verified.
import assert from 'node:assert/strict';

const [model, other] = process.argv.slice(2);
const url = process.env.HEARTH_E2E_URL + '/v1/chat/completions';
const conversation = [
  { role: 'system', content: 'You answer in one sentence.' },
  { role: 'user', content: 'What is a valve?' },
  { role: 'assistant', content: 'A valve opens and closes a pipe.' },
  { role: 'user', content: 'And what is steam? 증기 ☁' },
];

async function post(body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${process.env.HEARTH_E2E_KEY}`,
      'content-type': 'application/json' },
    body: JSON.stringify({ messages: conversation, max_tokens: 24, ...body }),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}

async function whole(name, parameters) {
  const answer = JSON.parse(await post({ model: name, ...parameters }));
  const choice = answer.choices[0];
  return { text: choice.message.content, why: choice.finish_reason, usage: answer.usage,
    logprobs: choice.logprobs?.content };
}

async function streamed(name, parameters) {
  const events = (await post({ model: name, ...parameters, stream: true })).split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice(6));
  assert.equal(events.at(-1), '[DONE]');
  return events.slice(0, -1).map((event) => JSON.parse(event))
    .map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('');
}

const exactly = { temperature: 0, logprobs: true, top_logprobs: 2 };
const expected = await whole(model, exactly);
const answer = await whole(other, exactly);
assert.ok(expected.text.length > 0);
assert.deepEqual(answer, expected);
assert.equal(await streamed(other, { temperature: 0 }), expected.text);

const drawn = { temperature: 1, seed: 7 };
assert.equal((await whole(other, drawn)).text, (await whole(model, drawn)).text);
