#include "finetune/jobs/run_job.h"

#include <new>

#include "finetune/methods/method.h"

namespace hearth::finetune {

namespace {

core::Result<FinishedEvent> runMethod(const JobContext& context) {
    try {
        CORE_ASSIGN(const Method method, findMethod(context.spec.method));
        return method.run(context);
    } catch (const core::Exception& exception) {
        return exception.error();
    } catch (const std::bad_alloc&) {
        return core::Error{core::ErrorCode::ResourceExhausted, "out of memory", {}};
    } catch (const std::exception& exception) {
        return core::Error{core::ErrorCode::Internal, exception.what(), {}};
    }
}

}  // namespace

core::Status runJob(const JobSpec& spec, const JobKeys& keys, EventSink& sink,
                    const std::atomic<bool>& cancel) {
    const auto result = runMethod(JobContext{spec, keys, sink, cancel});
    if (result) {
        sink.emit(*result);
        return {};
    }
    sink.emit(FailedEvent{core::errorCodeName(result.error().code), result.error().text()});
    return result.error();
}

}  // namespace hearth::finetune
