#include "finetune/jobs/run_job.h"

#include <new>

#include "core/crypto/key_ring.h"
#include "finetune/jobs/training_precision.h"
#include "finetune/methods/method.h"

namespace hearth::finetune {

namespace {

/// Opens a private base model to this process for as long as the job runs.
core::Result<core::KeyRing::Held> holdModelKey(const JobContext& context) {
    CORE_ASSIGN(const core::SecureBytes* key, context.keys.find(context.spec.model_key));
    return key ? core::KeyRing::instance().hold(context.spec.model_directory, *key)
               : core::KeyRing::Held();
}

/// The job that is trained, once that is known.
core::Result<JobSpec> preparedSpec(const JobContext& context) {
    CORE_ASSIGN(const Method method, findMethod(context.spec.method));
    return method.prepare ? method.prepare(context) : context.spec;
}

core::Result<FinishedEvent> runMethod(const JobContext& context) {
    CORE_ASSIGN(const Method method, findMethod(context.spec.method));
    return method.run(context);
}

/// The job's session, for what is not the job itself. purpose: "replayed".
core::Result<std::unique_ptr<TrainingSession>> openSession(const JobContext& context,
                                                           const char* purpose) {
    CORE_ASSIGN(const Method method, findMethod(context.spec.method));
    if (!method.training)
        return core::Error{
            core::ErrorCode::Unsupported,
            "method " + context.spec.method + " trains no weights that could be " + purpose,
            {}};
    CORE_ASSIGN(const Training training, method.training(context));
    return TrainingSession::open(context, training);
}

core::Result<VerifiedEvent> replayMethod(const JobContext& context, const ReplayOptions& options) {
    CORE_ASSIGN(const auto session, openSession(context, "replayed"));
    return session->replay(options);
}

core::Result<ProbedEvent> probeMethod(const JobContext& context, int64_t steps) {
    CORE_ASSIGN(const auto session, openSession(context, "probed"));
    return session->probe(steps);
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

/// Does the work on the job as it is trained, with the keys of its base, and emits the last event.
template <typename Work>
core::Status withPrepared(const JobContext& asked, Work&& work) {
    using Outcome = decltype(work(asked));
    return emitLast(asked.sink, [&]() -> Outcome {
        CORE_ASSIGN(const auto key, holdModelKey(asked));
        CORE_ASSIGN(JobSpec prepared, preparedSpec(asked));
        CORE_ASSIGN(const JobSpec spec, withChosenPrecision(std::move(prepared)));
        return work(JobContext{spec, asked.keys, asked.sink, asked.cancel, asked.paused});
    });
}

}  // namespace

core::Status runJob(const JobSpec& spec, const JobKeys& keys, EventSink& sink,
                    const std::atomic<bool>& cancel, const std::atomic<bool>* paused) {
    return withPrepared({spec, keys, sink, cancel, paused}, runMethod);
}

core::Status verifyJob(const JobSpec& spec, const JobKeys& keys, EventSink& sink,
                       const std::atomic<bool>& cancel, const ReplayOptions& options) {
    return withPrepared({spec, keys, sink, cancel},
                        [&](const JobContext& context) { return replayMethod(context, options); });
}

core::Status probeJob(const JobSpec& spec, const JobKeys& keys, EventSink& sink,
                      const std::atomic<bool>& cancel, int64_t steps) {
    return withPrepared({spec, keys, sink, cancel},
                        [&](const JobContext& context) { return probeMethod(context, steps); });
}

}  // namespace hearth::finetune
