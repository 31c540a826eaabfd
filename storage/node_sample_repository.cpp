#include "storage/node_sample_repository.h"

#include "storage/sqlite/connection.h"

namespace hearth::storage {
namespace {

NodeBucket readBucket(const Statement& row) {
    NodeBucket bucket;
    bucket.time = row.integer(0);
    bucket.promptTokensPerS = row.number(1);
    bucket.generatedTokensPerS = row.number(2);
    bucket.requestsPerS = row.number(3);
    bucket.running = row.number(4);
    bucket.waiting = row.number(5);
    bucket.kvBytesUsed = row.number(6);
    bucket.rssBytes = row.number(7);
    bucket.cpuShare = row.number(8);
    if (!row.isNull(9))
        bucket.firstTokenMs = row.number(9);
    return bucket;
}

}  // namespace

void NodeSampleRepository::add(const NodeSample& sample, std::int64_t oldest) {
    Transaction transaction(m_database);
    m_database.execute(
        "INSERT OR REPLACE INTO node_samples(time, interval_ms, prompt_tokens, generated_tokens, "
        "requests, first_tokens, first_token_ms, running, waiting, kv_bytes_used, rss_bytes, "
        "cpu_share) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        sample.time, sample.intervalMs, sample.promptTokens, sample.generatedTokens,
        sample.requests, sample.firstTokens, sample.firstTokenMs, sample.running, sample.waiting,
        sample.kvBytesUsed, sample.rssBytes, sample.cpuShare);
    m_database.execute("DELETE FROM node_samples WHERE time < ?1", oldest);
    transaction.commit();
}

std::vector<NodeBucket> NodeSampleRepository::buckets(std::int64_t from, std::int64_t to,
                                                      std::int64_t width) {
    std::vector<NodeBucket> found;
    auto query = m_database.prepare(
        "SELECT max(time), sum(prompt_tokens) * 1000.0 / sum(interval_ms), "
        "sum(generated_tokens) * 1000.0 / sum(interval_ms), "
        "sum(requests) * 1000.0 / sum(interval_ms), avg(running), avg(waiting), "
        "avg(kv_bytes_used), avg(rss_bytes), avg(cpu_share), "
        "sum(first_token_ms) * 1.0 / nullif(sum(first_tokens), 0) FROM node_samples "
        "WHERE time >= ?1 AND time <= ?2 GROUP BY time / ?3 ORDER BY time / ?3",
        from, to, width);
    while (query.step())
        found.push_back(readBucket(query));
    return found;
}

}  // namespace hearth::storage
