#include "finetune/jobs/run_job.h"

#include <new>

#include "core/crypto/key_ring.h"
#include "finetune/methods/method.h"

namespace hearth::finetune {

namespace {

/// Opens a private base model to this process for as long as the job runs.
core::Result<core::KeyRing::Held> holdModelKey(const JobContext& context) {
    CORE_ASSIGN(const core::SecureBytes* key, context.keys.find(context.spec.model_key));
    return key ? core::KeyRing::instance().hold(context.spec.model_directory, *key)
               : core::KeyRing::Held();
}

core::Result<FinishedEvent> runMethod(const JobContext& context) {
    CORE_ASSIGN(const auto key, holdModelKey(context));
    CORE_ASSIGN(const Method method, findMethod(context.spec.method));
    return method.run(context);
}

core::Result<VerifiedEvent> replayMethod(const JobContext& context, const ReplayOptions& options) {
    CORE_ASSIGN(const auto key, holdModelKey(context));
    CORE_ASSIGN(const Method method, findMethod(context.spec.method));
    if (!method.training)
        return core::Error{
            core::ErrorCode::Unsupported,
            "method " + context.spec.method + " trains no weights that could be replayed",
            {}};
    CORE_ASSIGN(const Training training, method.training(context));
    CORE_ASSIGN(const auto session, TrainingSession::open(context, training));
    return session->replay(options);
}

/// Emits the last event; exceptions end here.
template <typename Work>
core::Status emitLast(EventSink& sink, Work&& work) {
    const auto result = [&]() -> decltype(work()) {
        try {
            return work();
        } catch (const core::Exception& exception) {
            return exception.error();
        } catch (const std::bad_alloc&) {
            return core::Error{core::ErrorCode::ResourceExhausted, "out of memory", {}};
        } catch (const std::exception& exception) {
            return core::Error{core::ErrorCode::Internal, exception.what(), {}};
        }
    }();
    if (result) {
        sink.emit(*result);
        return {};
    }
    sink.emit(FailedEvent{core::errorCodeName(result.error().code), result.error().text()});
    return result.error();
}

}  // namespace

core::Status runJob(const JobSpec& spec, const JobKeys& keys, EventSink& sink,
                    const std::atomic<bool>& cancel) {
    return emitLast(sink, [&] { return runMethod(JobContext{spec, keys, sink, cancel}); });
}

core::Status verifyJob(const JobSpec& spec, const JobKeys& keys, EventSink& sink,
                       const std::atomic<bool>& cancel, const ReplayOptions& options) {
    return emitLast(sink, [&] {
        return replayMethod(JobContext{spec, keys, sink, cancel}, options);
    });
}

}  // namespace hearth::finetune
