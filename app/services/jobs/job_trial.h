// Workers that train steps of a job without running it: probes and verifications.
#pragma once
#include <filesystem>
#include <string>

#include "app/services/operations/operation_service.h"
#include "core/result.h"
#include "finetune/jobs/job_event.h"

namespace hearth::app {

/// Has a worker do what startLine says, shows its steps and waits. startLine holds keys and is
/// wiped. Gives the last event: a ProbedEvent or a VerifiedEvent.
/// Errors: as the worker says it; Cancelled; Internal when no worker starts or it dies.
core::Result<finetune::JobEvent> tryJob(const std::filesystem::path& program, std::string startLine,
                                        OperationProgress& progress);

/// What the API shows of them.
std::string probeJson(const finetune::ProbedEvent& event);
std::string verificationJson(const finetune::VerifiedEvent& event);

}  // namespace hearth::app
