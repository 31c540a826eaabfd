"""How far two correct float32 programs may part on one model and prompt.

A sum of n products in float32 is, whatever its order, the exact sum of products whose factors
were each changed by a relative error of about sqrt(n) units of rounding (2^-24). So a correct
program's logits are those of a model with weights changed that much; rotary frequencies are
changed by a unit or two, as angles are products of them. Measured here: the logits' largest
change over a few random such changes. Two programs part by the sum of two such errors, and the
largest of some thousand logits exceeds the largest of a few samples: hence the factor.

A draw whose own change is large has a routing decision (or a choice of sparse attention) on the
edge, where correct programs may choose differently; it is no measure of anything and is drawn
anew.
"""

import torch

UNIT = 2.0**-24
SAMPLES = 3
FACTOR = 2.0
ILL_CONDITIONED = 1e-3  # of the logits' root mean square


class IllConditioned(Exception):
    pass


def run(model, ids):
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0]


def disturbed(tensors, generator):
    """The tensors with each element changed by rounding; returns their old values."""
    old = [t.clone() for t, _ in tensors]
    for t, units in tensors:
        noise = torch.randn(t.shape, generator=generator)
        t.mul_(1 + UNIT * units * noise)
    return old


def allowed(model, prompts, generator):
    """(reference logits, allowed difference) of each prompt."""
    with torch.no_grad():
        inner = max(model.config.hidden_size, getattr(model.config, "intermediate_size", 0), 64)
        tensors = [(p, inner**0.5) for p in model.parameters()]
        tensors += [
            (b, 2.0 if "inv_freq" in n else inner**0.5)
            for n, b in model.named_buffers()
            if b.is_floating_point()
        ]
        references = [run(model, ids) for ids in prompts]
        change = [0.0] * len(prompts)
        for _ in range(SAMPLES):
            old = disturbed(tensors, generator)
            for i, ids in enumerate(prompts):
                change[i] = max(change[i], (run(model, ids) - references[i]).abs().max().item())
            for (t, _), values in zip(tensors, old):
                t.copy_(values)
    # Every prompt runs the same weights, so one bound serves all and a lucky sample does not
    # make a bound of nothing for the prompt of one token.
    worst = max(change)
    rms = torch.cat([r.flatten() for r in references]).pow(2).mean().sqrt().item()
    if worst > ILL_CONDITIONED * rms:
        raise IllConditioned(f"changes by {worst:.1e} of {rms:.2f} under rounding")
    return [(r, FACTOR * worst) for r in references]
