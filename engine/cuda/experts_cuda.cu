// Routing: a warp a token. Expert groups: a warp an expert, which keeps pairs in order.
#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/device_rows.cuh"

namespace hearth::engine::cuda {
namespace {

constexpr unsigned kAll = 0xffffffffu;

struct RouterKernelParams {
    Rows<const float> logits;
    const float* bias;
    Rows<int32_t> experts;
    Rows<float> weights;
    int64_t count;  // of experts
    int64_t chosen;
    int64_t groups;
    int64_t keptGroups;
    RouterScoring scoring;
    GroupScoring groupScoring;
    bool normalise;
    float factor;
};

/// Index of the largest of shared values; ties go to the lower index. A NaN never wins, but at
/// index 0 it is never beaten (as in engine/cpu/experts_cpu.cpp).
__device__ int64_t argmax(const float* values, int64_t count) {
    const int lane = int(threadIdx.x);
    float best = minusInfinity();
    int index = INT32_MAX;
    for (int i = lane; i < count; i += 32) {
        if (values[i] > best || (values[i] == best && index == INT32_MAX)) {
            best = values[i];
            index = i;
        }
    }
    for (int half = 16; half > 0; half /= 2) {
        const float otherBest = __shfl_xor_sync(kAll, best, half);
        const int other = __shfl_xor_sync(kAll, index, half);
        if (otherBest > best || (otherBest == best && other < index)) {
            best = otherBest;
            index = other;
        }
    }
    return index == INT32_MAX || isnan(values[0]) ? 0 : index;
}

/// exp(x - largest) / sum in place, by a whole warp; sums run in sixteen lanes.
__device__ void softmax(float* values, int64_t count) {
    const int lane = int(threadIdx.x);
    float largest = values[0];  // as std::max_element: a NaN is never larger
    for (int64_t i = lane; i < count; i += 32)
        largest = values[i] > largest ? values[i] : largest;
    for (int half = 16; half > 0; half /= 2)
        largest = larger(__shfl_xor_sync(kAll, largest, half), largest);
    __syncwarp();
    for (int64_t i = lane; i < count; i += 32)
        values[i] = exponential(values[i] - largest);
    __syncwarp();
    float sum = 0.0f;
    for (int64_t i = lane; lane < kLanes && i < count; i += kLanes)
        sum = sum + values[i];
    sum = __shfl_sync(kAll, sumLanes(sum), 0);
    for (int64_t i = lane; i < count; i += 32)
        values[i] /= sum;
    __syncwarp();
}

__device__ float groupScore(GroupScoring scoring, const float* values, int64_t count) {
    float first = minusInfinity(), second = minusInfinity();
    for (int64_t i = 0; i < count; ++i) {
        if (values[i] > first) {
            second = first;
            first = values[i];
        } else if (values[i] > second) {
            second = values[i];
        }
    }
    if (scoring == GroupScoring::Max)
        return isnan(values[0]) ? values[0] : first;
    return count == 1 ? first : first + second;
}

__device__ void dropGroups(const RouterKernelParams& p, float* choice, float* groups, bool* kept) {
    const int64_t size = p.count / p.groups;
    const int lane = int(threadIdx.x);
    for (int64_t g = lane; g < p.groups; g += 32) {
        groups[g] = groupScore(p.groupScoring, choice + g * size, size);
        kept[g] = false;
    }
    __syncwarp();
    for (int64_t i = 0; i < p.keptGroups; ++i) {
        const int64_t best = argmax(groups, p.groups);
        __syncwarp();
        if (lane == 0) {
            kept[best] = true;
            groups[best] = minusInfinity();
        }
        __syncwarp();
    }
    for (int64_t e = lane; e < p.count; e += 32) {
        if (!kept[e / size])
            choice[e] = minusInfinity();
    }
    __syncwarp();
}

/// Shared: scores and choice [count], weights [chosen], groups and kept [groups].
__global__ void routeToken(RouterKernelParams p) {
    auto* shared = sharedMemory<float>();
    float *scores = shared, *choice = scores + p.count, *weights = choice + p.count;
    float* groups = weights + p.chosen;
    bool* kept = reinterpret_cast<bool*>(groups + p.groups);
    const int lane = int(threadIdx.x);
    const int64_t token = blockIdx.x;
    for (int64_t e = lane; e < p.count; e += 32) {
        const float logit = p.logits[token][e];
        scores[e] = p.scoring == RouterScoring::Sigmoid ? logistic(logit) : logit;
    }
    __syncwarp();
    if (p.scoring == RouterScoring::Softmax)
        softmax(scores, p.count);
    for (int64_t e = lane; e < p.count; e += 32)
        choice[e] = scores[e] + (p.bias ? p.bias[e] : 0.0f);
    __syncwarp();
    if (p.keptGroups < p.groups)
        dropGroups(p, choice, groups, kept);
    for (int64_t j = 0; j < p.chosen; ++j) {
        const int64_t best = argmax(choice, p.count);
        __syncwarp();
        if (lane == 0) {
            choice[best] = minusInfinity();
            p.experts[token][j] = int32_t(best);
            weights[j] = scores[best];
        }
        __syncwarp();
    }
    if (p.scoring == RouterScoring::SoftmaxOfChosen)
        softmax(weights, p.chosen);
    if (lane > 0)
        return;
    float sum = 0.0f;
    for (int64_t j = 0; j < p.chosen; ++j)
        sum += weights[j];
    for (int64_t j = 0; j < p.chosen; ++j) {
        const float weight = p.normalise ? weights[j] / (sum + 1e-20f) : weights[j];
        p.weights[token][j] = weight * p.factor;
    }
}

/// A warp counts its expert's pairs.
__global__ void countPairs(const int32_t* experts, int64_t pairs, int32_t* counts) {
    int32_t count = 0;
    for (int64_t i = threadIdx.x; i < pairs; i += 32)
        count += experts[i] == int32_t(blockIdx.x) ? 1 : 0;
    count = __reduce_add_sync(kAll, count);
    if (threadIdx.x == 0)
        counts[blockIdx.x] = count;
}

/// A warp lists its expert's pairs in order.
__global__ void listPairs(const int32_t* experts, int64_t pairs, int64_t choices,
                          const int32_t* counts, int32_t* rowPair, int32_t* rowToken,
                          int32_t* offsets) {
    const int lane = int(threadIdx.x), expert = int(blockIdx.x);
    int32_t before = 0;
    for (int e = lane; e < expert; e += 32)
        before += counts[e];
    int32_t row = __reduce_add_sync(kAll, before);
    if (lane == 0) {
        offsets[expert] = row;
        if (expert + 1 == int(gridDim.x))
            offsets[expert + 1] = row + counts[expert];
    }
    for (int64_t first = 0; first < pairs; first += 32) {
        const int64_t pair = first + lane;
        const bool mine = pair < pairs && experts[pair] == expert;
        const unsigned all = __ballot_sync(kAll, mine);
        if (mine) {
            const int32_t target = row + __popc(all & ((1u << lane) - 1));
            rowPair[target] = int32_t(pair);
            rowToken[target] = int32_t(pair / choices);
        }
        row += __popc(all);
    }
}

}  // namespace

void router(DeviceMemory& memory, const RouterParams& p) {
    if (p.logits.dim(0) == 0)
        return;
    const RouterKernelParams params{.logits = Rows<const float>(p.logits),
                                    .bias = dataOrNull<const float>(p.bias),
                                    .experts = Rows<int32_t>(p.experts),
                                    .weights = Rows<float>(p.weights),
                                    .count = p.logits.dim(1),
                                    .chosen = p.experts.dim(1),
                                    .groups = p.n_group,
                                    .keptGroups = p.topk_group,
                                    .scoring = p.scoring,
                                    .groupScoring = p.group_scoring,
                                    .normalise = p.norm_topk_prob,
                                    .factor = p.routed_scaling_factor};
    const int64_t floats = 2 * params.count + params.chosen + params.groups;
    launchKernel(memory, "router", routeToken,
                 {.grid = unsigned(p.logits.dim(0)),
                  .threads = 32,
                  .sharedBytes = floats * int64_t(sizeof(float)) + params.groups},
                 params);
}

void groupByExpert(DeviceMemory& memory, const GroupByExpertParams& p) {
    const auto* experts = static_cast<const int32_t*>(dataOf(p.experts));
    const int64_t pairs = p.experts.size(), count = p.groups.offsets.dim(0) - 1;
    const Scratch<int32_t> counts(memory, count);
    const LaunchShape shape{.grid = unsigned(count), .threads = 32};
    launchKernel(memory, "groupByExpert", countPairs, shape, experts, pairs, counts.data());
    launchKernel(memory, "groupByExpert", listPairs, shape, experts, pairs, p.experts.dim(1),
                 counts.data(), static_cast<int32_t*>(dataOf(p.groups.row_pair)),
                 static_cast<int32_t*>(dataOf(p.groups.row_token)),
                 static_cast<int32_t*>(dataOf(p.groups.offsets)));
}

void combineExperts(DeviceMemory& memory, const CombineExpertsParams& p) {
    const Rows<const float> rows(p.rows), weights(p.weights);
    const Rows<float> out(p.out);
    const auto* rowPair = static_cast<const int32_t*>(dataOf(p.row_pair));
    const int64_t pairs = p.rows.dim(0), choices = p.weights.dim(1);
    const float scale = p.scale;
    const Scratch<int32_t> inverse(memory, pairs);
    int32_t* rowOfPair = inverse.data();
    forEachElement(memory, "combineExperts", 1, pairs, [=] __device__(int64_t, int64_t row) {
        rowOfPair[rowPair[row]] = int32_t(row);
    });
    forEachElement(
        memory, "combineExperts", p.out.dim(0), p.out.dim(1), [=] __device__(int64_t t, int64_t i) {
            float sum = out[t][i];
            for (int64_t j = 0; j < choices; ++j)
                sum = __fmaf_rn(scale * weights[t][j], rows[rowOfPair[t * choices + j]][i], sum);
            out[t][i] = sum;
        });
}

}  // namespace hearth::engine::cuda
