// Proof, before anybody is told that an adapter exists, that serving computes with it what the
// trainer did: for the whole adapter, and for each kind of module that it adds to.
//
// Compared are log-probabilities (finetune/eval/served_comparison.h, which also says how near the
// two have to be). Over a packed base the two differ by more, without an adapter too: the engine
// rounds activations to 8 bits, and the trainer may have finer weights. No bound of that kind
// exists then (`bound` is infinite).
//
// Whether a module is applied. Let t be what the trainer's log-probabilities change when the
// module's B comes to a model whose other B are (nearly) zero, and s what the engine's change. s =
// share * t + noise; the share is 1 when serving applies the module, 0 when it drops it. Least
// squares give it,
//     share = s.t / t.t,  standard error = rms(s - share t) / (rms(t) sqrt(N)),
// from the noise as it is, with the module. It is taken of prompts and of answers apart, since
// other servers have dropped kv_b_proj in one of them. Tokens of a text share their context, so N
// is a fourth of them. The share has to lie within a half of 1, and can be told when the half is
// four standard errors; where the effect is too small for that, B is scaled up in both programs.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/models/model.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

struct ProvenModule {
    std::string module;    // "self_attn.kv_b_proj", "mlp.experts.down_proj"
    double effect = 0.0;   // root mean square of t
    double prompts = 0.0;  // share that serving applies
    double answers = 0.0;
    double error = 0.0;   // the greater standard error of both
    double scaled = 1.0;  // what B was multiplied by
    bool told = false;    // the shares are known well enough
};

struct AdapterProof {
    int64_t tokens = 0;
    double base = 0.0;          // largest difference between engine and trainer without the adapter
    double disagreement = 0.0;  // with it
    double bound = 0.0;         // of disagreement
    std::vector<ProvenModule> modules;
};

/// texts: held-out ones, of at least two ids within the context. The trained weights are changed
/// and restored. REQUIRES: TrainedPart::Lora; served is the adapter's base. Errors: Internal naming
/// the module and the numbers when the two programs differ by more than the bound, when the engine
/// leaves a module out, or when an adapter changes what the base computes; those of loading the
/// adapter.
core::Result<AdapterProof> proveAdapter(engine::Backend& backend, engine::Model& served,
                                        TrainableModel& trained,
                                        const std::vector<std::vector<int32_t>>& texts);

/// Sentences for the job's events.
std::vector<std::string> proofText(const AdapterProof& proof);

}  // namespace hearth::finetune
