#include "app/worker/worker_channel.h"

#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/strings.h"

namespace hearth::app {

namespace {

using nlohmann::json;

constexpr size_t kMaxLineBytes = 16 << 20;
constexpr int64_t kMaxSteps = 1'000'000'000;

core::Error invalid(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), "start line"};
}

void wipeText(std::string& text) {
    core::wipe(std::as_writable_bytes(std::span(text)));
    text.clear();
}

core::Status takeKeys(json& keys, finetune::JobKeys& result) {
    for (auto& [name, value] : keys.items()) {
        if (!value.is_string())
            return invalid("key '" + name + "' must be a string");
        auto& hex = value.get_ref<std::string&>();
        auto bytes = core::fromHex(hex);
        wipeText(hex);
        if (!bytes)
            return invalid("key '" + name + "' is not hexadecimal");
        auto secret = core::SecureBytes::copyOf(*bytes);
        core::wipe(*bytes);
        CORE_TRY(result.add(name, std::move(secret)));
    }
    return {};
}

}  // namespace

core::Result<finetune::ReplayOptions> parseReplayOptions(const json& object) {
    finetune::ReplayOptions options;
    CORE_TRY(core::rejectUnknownFields(object, {"steps", "from"}));
    CORE_ASSIGN(options.steps, core::readInt(object, "steps", 1, kMaxSteps, options.steps));
    if (core::findField(object, "from")) {
        CORE_ASSIGN(options.from, core::readInt(object, "from", 0, kMaxSteps));
    }
    return options;
}

std::string writeStartLine(const finetune::JobSpec& spec,
                           const std::vector<std::pair<std::string, std::string>>& hexKeys,
                           const WorkerTask& task) {
    json keys = json::object();
    for (const auto& [name, hex] : hexKeys)
        keys[name] = hex;
    json line = {{"spec", json::parse(finetune::writeJobSpec(spec))}, {"keys", keys}};
    if (const auto* verify = std::get_if<finetune::ReplayOptions>(&task)) {
        line["verify"] = {{"steps", verify->steps}};
        if (verify->from)
            line["verify"]["from"] = *verify->from;
    }
    if (const auto* probe = std::get_if<ProbeOptions>(&task))
        line["probe"] = {{"steps", probe->steps}};
    return line.dump();
}

core::Result<WorkerStart> parseStartLine(std::string& line) {
    auto document = core::parseJson(line, "start line");
    wipeText(line);
    if (!document)
        return document.error();
    const auto has = [&](const char* field) { return int(document->contains(field)); };
    if (!document->is_object() || has("spec") + has("import") + has("seal") != 1)
        return invalid("must be an object with \"spec\", \"import\" or \"seal\"");
    WorkerStart start;
    if (document->contains("import")) {
        CORE_ASSIGN(start.import, parseImportJob(*document));
        return start;
    }
    if (document->contains("keys") && (*document)["keys"].is_object()) {
        CORE_TRY(takeKeys((*document)["keys"], start.keys));
    }
    if (document->contains("seal")) {
        CORE_ASSIGN(start.seal, parseSealJob((*document)["seal"]));
        return start;
    }
    if (document->contains("verify")) {
        CORE_ASSIGN(start.task, parseReplayOptions((*document)["verify"]));
    }
    if (document->contains("probe")) {
        ProbeOptions probe;
        CORE_ASSIGN(probe.steps, core::readInt((*document)["probe"], "steps", 1, kMaxSteps));
        start.task = probe;
    }
    CORE_ASSIGN(start.spec, finetune::parseJobSpec((*document)["spec"].dump()));
    return start;
}

WorkerChannel::WorkerChannel(core::UniqueFd socket, std::atomic<bool>& cancel)
    : m_socket(std::move(socket)), m_cancel(cancel) {}

WorkerChannel::~WorkerChannel() {
    ::shutdown(m_socket.get(), SHUT_RDWR);
    if (m_listener.joinable())
        m_listener.join();
}

core::Result<WorkerStart> WorkerChannel::receiveStart() {
    auto line = readLine();
    if (!line)
        return invalid("the stream ended before it came");
    auto start = parseStartLine(*line);
    m_listener = std::thread([this] { listen(); });
    return start;
}

void WorkerChannel::emit(const finetune::JobEvent& event) {
    send(finetune::writeJobEvent(event));
}

void WorkerChannel::send(const std::string& text) {
    const std::string line = text + "\n";
    for (size_t sent = 0; sent < line.size();) {
        const ssize_t count =
            ::send(m_socket.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {  // nobody listens any more
            m_cancel = true;
            return;
        }
        sent += size_t(count);
    }
}

std::optional<std::string> WorkerChannel::readLine() {
    for (;;) {
        if (const size_t end = m_buffer.find('\n'); end != std::string::npos) {
            std::string line = m_buffer.substr(0, end);
            core::wipe(std::as_writable_bytes(std::span(m_buffer.data(), end)));
            m_buffer.erase(0, end + 1);
            return line;
        }
        // Room for everything at once: a buffer that grows would leave copies of keys behind.
        if (m_buffer.capacity() < kMaxLineBytes)
            m_buffer.reserve(kMaxLineBytes + 4096);
        char chunk[4096];
        const ssize_t count = ::read(m_socket.get(), chunk, sizeof chunk);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0 || m_buffer.size() + size_t(count) > kMaxLineBytes)
            return {};
        m_buffer.append(chunk, size_t(count));
        core::wipe(std::as_writable_bytes(std::span(chunk)));
    }
}

void WorkerChannel::listen() {
    while (const auto line = readLine()) {
        const auto command = core::parseJson(*line, "command");
        if (!command || !command->is_object())
            continue;
        if (command->value("cancel", json()) == true)
            m_cancel = true;
        if (command->contains("pause"))
            m_paused = command->at("pause") == true;
    }
    m_cancel = true;
}

}  // namespace hearth::app
