"""Rows and tasks for lm-evaluation-harness, made from the demo's handbook: the answer of a fact among
those of three other machines or people, and questions to be answered in words.

    lm_eval_rows.py FOLDER
"""

import json
import pathlib
import random
import sys

ROWS = 36
folder = pathlib.Path(sys.argv[1])
facts = json.loads(pathlib.Path("app/demo/handbook/facts.json").read_text())["facts"]
choice_random = random.Random(1)


def choice_row(fact, asked_by):
    values = {f["value"] for f in facts if f["attribute"] == fact["attribute"]} - {fact["value"]}
    choices = choice_random.sample(sorted(values), 3) + [fact["value"]]
    choice_random.shuffle(choices)
    question = fact["training_questions"][0]
    text = f"Question: {question}\nAnswer:" if asked_by == "prompt" else question
    return {asked_by: text, "choices": choices, "answer": choices.index(fact["value"])}


def write(name, rows):
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    (folder / f"{name}.jsonl").write_text("".join(lines))


def task(name, output_type, fields):
    path = json.dumps(str(folder / f"{name}.jsonl"))
    (folder / f"{name}.yaml").write_text(
        f"task: {name}\ndataset_path: json\ndataset_kwargs: {{data_files: {{test: {path}}}}}\n"
        f"test_split: test\noutput_type: {output_type}\n{fields}"
    )


CHOICE = 'doc_to_text: "{{%s}}"\ndoc_to_choice: choices\ndoc_to_target: answer\nmetric_list: [{metric: acc}, {metric: acc_norm}]\n'
chosen = choice_random.sample([f for f in facts if f["training_questions"]], ROWS)
for name, asked_by in (("choices_of_prompts", "prompt"), ("choices_of_questions", "question")):
    write(name, [choice_row(fact, asked_by) for fact in chosen])
    task(name, "multiple_choice", CHOICE % asked_by)

write(
    "answers",
    [{"question": f["training_questions"][0], "expected": f["answer"]} for f in chosen],
)
task(
    "answers",
    "generate_until",
    'doc_to_text: "{{question}}"\ndoc_to_target: "{{expected}}"\nmetric_list: [{metric: exact_match}]\n'
    'generation_kwargs: {until: ["\\n"], max_gen_toks: 48, do_sample: false}\n',
)
