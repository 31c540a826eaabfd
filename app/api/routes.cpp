#include "app/api/routes.h"

#include "app/api/handlers/account_handlers.h"
#include "app/api/handlers/alarm_handlers.h"
#include "app/api/handlers/chat_handler.h"
#include "app/api/handlers/completion_handler.h"
#include "app/api/handlers/dataset_handlers.h"
#include "app/api/handlers/file_report_handlers.h"
#include "app/api/handlers/files_handlers.h"
#include "app/api/handlers/import_handlers.h"
#include "app/api/handlers/jobs_handlers.h"
#include "app/api/handlers/model_admin_handlers.h"
#include "app/api/handlers/models_handler.h"
#include "app/api/handlers/node_handlers.h"
#include "app/api/handlers/node_metrics_handlers.h"
#include "app/api/handlers/operation_handlers.h"
#include "app/api/handlers/schedule_handlers.h"
#include "app/services/node/node.h"
#include "core/api/paths.h"

namespace hearth::app {

RouteTable makeRoutes(Node& node) {
    using core::Permission;
    namespace paths = core::paths;
    const core::NodeConfig& config = node.data().config();
    const RouteLimits chat{BodyKind::Memory, uint64_t(config.maxRequestKb) << 10,
                           std::chrono::seconds(config.bodyTimeoutSeconds)};
    const RouteLimits upload{BodyKind::File, uint64_t(config.maxUploadMb) << 20,
                             std::chrono::seconds(config.bodyTimeoutSeconds)};
    const ServingContext& serving = node.serving();
    AccountService& accounts = node.accounts();
    FileService& files = node.files();
    DatasetService& datasets = node.datasets();
    JobService& jobs = node.jobs();
    OperationService& operations = node.operations();
    ScheduleService& schedules = node.schedules();
    ModelLibrary& library = node.library();
    ImportService& imports = node.imports();
    const ModelSources models{library, node.inspector(), node.models()};

    // clang-format off
    return RouteTable({
        {"GET",    paths::kHealth,          Permission::Public,         kNotAudited,      kNoBody,   healthHandler()},
        {"GET",    paths::kReady,           Permission::Public,         kNotAudited,      kNoBody,   readyHandler(node)},

        {"GET",    paths::kModels,          Permission::UseModels,      kNotAudited,      kNoBody,   listModelsHandler(serving)},
        {"GET",    paths::kModel,           Permission::UseModels,      kNotAudited,      kNoBody,   getModelHandler(serving)},
        {"POST",   paths::kChatCompletions, Permission::UseModels,      kNotAudited,      chat,      chatCompletionsHandler(serving)},
        {"POST",   paths::kCompletions,     Permission::UseModels,      kNotAudited,      chat,      completionsHandler(serving)},

        {"POST",   paths::kFiles,           Permission::WriteFiles,     "file.create",    upload,    uploadFileHandler(files)},
        {"GET",    paths::kFiles,           Permission::ReadFiles,      kNotAudited,      kNoBody,   listFilesHandler(files)},
        {"GET",    paths::kFile,            Permission::ReadFiles,      kNotAudited,      kNoBody,   getFileHandler(files)},
        {"GET",    paths::kFileContent,     Permission::ReadFiles,      "file.read",      kNoBody,   fileContentHandler(files)},
        {"DELETE", paths::kFile,            Permission::WriteFiles,     "file.delete",    kNoBody,   deleteFileHandler(files)},

        {"POST",   paths::kJobs,            Permission::RunFineTuning,  "job.create",     kJsonBody, createJobHandler(jobs)},
        {"GET",    paths::kJobs,            Permission::ReadFineTuning, kNotAudited,      kNoBody,   listJobsHandler(jobs)},
        {"GET",    paths::kJob,             Permission::ReadFineTuning, kNotAudited,      kNoBody,   getJobHandler(jobs)},
        {"GET",    paths::kJobEvents,       Permission::ReadFineTuning, kNotAudited,      kNoBody,   jobEventsHandler(jobs)},
        {"GET",    paths::kJobCheckpoints,  Permission::ReadFineTuning, kNotAudited,      kNoBody,   jobCheckpointsHandler(jobs)},
        {"POST",   paths::kJobCancel,       Permission::RunFineTuning,  "job.cancel",     kJsonBody, cancelJobHandler(jobs)},

        {"POST",   paths::kSessions,        Permission::Public,         "session.create", kJsonBody, loginHandler(accounts)},
        {"DELETE", paths::kSession,         Permission::SignedIn,       "session.delete", kNoBody,   logoutHandler(accounts)},
        {"GET",    paths::kMe,              Permission::SignedIn,       kNotAudited,      kNoBody,   meHandler(accounts)},
        {"POST",   paths::kKeys,            Permission::ManageKeys,     "key.create",     kJsonBody, createKeyHandler(accounts)},
        {"GET",    paths::kKeys,            Permission::ManageKeys,     kNotAudited,      kNoBody,   listKeysHandler(accounts)},
        {"DELETE", paths::kKey,             Permission::ManageKeys,     "key.revoke",     kNoBody,   revokeKeyHandler(accounts)},

        {"POST",   paths::kAdminModels,     Permission::ManageModels,   "model.import",   kJsonBody, importModelHandler(models, imports)},
        {"GET",    paths::kAdminModels,     Permission::UseModels,      kNotAudited,      kNoBody,   listModelRowsHandler(models)},
        {"GET",    paths::kAdminModel,      Permission::UseModels,      kNotAudited,      kNoBody,   inspectModelHandler(models)},
        {"DELETE", paths::kAdminModel,      Permission::ManageModels,   "model.delete",   kNoBody,   deleteModelHandler(library)},
        {"POST",   paths::kModelLoad,       Permission::ManageModels,   "model.load",     kJsonBody, loadModelHandler(models)},
        {"POST",   paths::kModelUnload,     Permission::ManageModels,   "model.unload",   kJsonBody, unloadModelHandler(models)},
        {"POST",   paths::kModelMerge,      Permission::RunFineTuning,  "model.merge",    kJsonBody, mergeModelHandler(library, operations)},
        {"GET",    paths::kModelFile,       Permission::ManageModels,   "model.export",   kNoBody,   exportModelFileHandler(models)},
        {"POST",   paths::kImports,         Permission::ManageModels,   "model.import",   kJsonBody, startImportHandler(imports)},
        {"GET",    paths::kImports,         Permission::ManageModels,   kNotAudited,      kNoBody,   listImportsHandler(imports)},
        {"GET",    paths::kImport,          Permission::ManageModels,   kNotAudited,      kNoBody,   getImportHandler(imports)},
        {"POST",   paths::kImportCancel,    Permission::ManageModels,   "model.import.cancel", kJsonBody, cancelImportHandler(imports)},

        {"GET",    paths::kFileRows,        Permission::ReadFiles,      kNotAudited,      kNoBody,   fileRowsHandler(files)},
        {"GET",    paths::kFileReport,      Permission::ReadFiles,      kNotAudited,      kNoBody,   fileReportHandler(files, node.models())},
        {"POST",   paths::kFileCheck,       Permission::WriteFiles,     kNotAudited,      upload,    checkFileHandler(files, node.models())},
        {"POST",   paths::kDatasets,        Permission::WriteFiles,     "dataset.commit", kJsonBody, commitVersionHandler(datasets)},
        {"GET",    paths::kDatasets,        Permission::ReadFiles,      kNotAudited,      kNoBody,   listDatasetsHandler(datasets)},
        {"POST",   paths::kDatasetMix,      Permission::WriteFiles,     "dataset.mix",    kJsonBody, mixDatasetsHandler(datasets)},
        {"GET",    paths::kDataset,         Permission::ReadFiles,      kNotAudited,      kNoBody,   getDatasetHandler(datasets)},
        {"DELETE", paths::kDataset,         Permission::WriteFiles,     "dataset.delete", kNoBody,   deleteDatasetHandler(datasets)},
        {"GET",    paths::kDatasetVersions, Permission::ReadFiles,      kNotAudited,      kNoBody,   listVersionsHandler(datasets)},
        {"GET",    paths::kDatasetDiff,     Permission::ReadFiles,      "dataset.read",   kNoBody,   diffVersionsHandler(datasets)},
        {"POST",   paths::kDatasetSplit,    Permission::WriteFiles,     "dataset.split",  kJsonBody, splitDatasetHandler(datasets)},
        {"GET",    paths::kLineage,         Permission::ReadFiles,      kNotAudited,      kNoBody,   lineageHandler(node.lineage())},
        {"GET",    paths::kJobMetrics,      Permission::ReadFineTuning, kNotAudited,      kNoBody,   jobMetricsHandler(jobs)},
        {"GET",    paths::kJobTensorboard,  Permission::ReadFineTuning, kNotAudited,      kNoBody,   jobTensorboardHandler(jobs)},
        {"GET",    paths::kJobRecord,       Permission::ReadFineTuning, kNotAudited,      kNoBody,   jobRecordHandler(jobs)},
        {"GET",    paths::kRunComparison,   Permission::ReadFineTuning, kNotAudited,      kNoBody,   compareRunsHandler(jobs)},
        {"POST",   paths::kJobProbe,        Permission::RunFineTuning,  "job.probe",      kJsonBody, probeJobHandler(jobs)},
        {"GET",    paths::kJobVerification, Permission::ReadFineTuning, kNotAudited,      kNoBody,   jobVerificationHandler(jobs)},
        {"POST",   paths::kJobVerification, Permission::RunFineTuning,  "job.verify",     kJsonBody, verifyJobHandler(jobs)},

        {"GET",    paths::kOperations,      Permission::ReadFineTuning, kNotAudited,      kNoBody,   listOperationsHandler(operations)},
        {"GET",    paths::kOperation,       Permission::ReadFineTuning, kNotAudited,      kNoBody,   getOperationHandler(operations)},
        {"POST",   paths::kOperationCancel, Permission::RunFineTuning,  "operation.cancel", kJsonBody, cancelOperationHandler(operations)},

        {"POST",   paths::kSchedules,       Permission::RunFineTuning,  "schedule.create", kJsonBody, createScheduleHandler(schedules)},
        {"GET",    paths::kSchedules,       Permission::ReadFineTuning, kNotAudited,      kNoBody,   listSchedulesHandler(schedules)},
        {"POST",   paths::kSchedulePreview, Permission::ReadFineTuning, kNotAudited,      kJsonBody, previewScheduleHandler(schedules)},
        {"GET",    paths::kSchedule,        Permission::ReadFineTuning, kNotAudited,      kNoBody,   getScheduleHandler(schedules)},
        {"POST",   paths::kSchedule,        Permission::RunFineTuning,  "schedule.edit",  kJsonBody, editScheduleHandler(schedules)},
        {"DELETE", paths::kSchedule,        Permission::RunFineTuning,  "schedule.delete", kNoBody,  deleteScheduleHandler(schedules)},
        {"GET",    paths::kScheduleComing,  Permission::ReadFineTuning, kNotAudited,      kNoBody,   comingStartsHandler(schedules)},
        {"GET",    paths::kScheduleStarts,  Permission::ReadFineTuning, kNotAudited,      kNoBody,   scheduleStartsHandler(schedules)},
        {"POST",   paths::kSchedulePause,   Permission::RunFineTuning,  "schedule.pause", kJsonBody, pauseScheduleHandler(schedules)},
        {"POST",   paths::kScheduleResume,  Permission::RunFineTuning,  "schedule.resume", kJsonBody, resumeScheduleHandler(schedules)},

        {"GET",    paths::kNodeStatus,      Permission::ReadNode,       kNotAudited,      kNoBody,   nodeStatusHandler(node)},
        {"GET",    paths::kNodeMetrics,     Permission::ReadNode,       kNotAudited,      kNoBody,   nodeMetricsHandler(node)},
        {"GET",    paths::kNodeUsage,       Permission::ReadNode,       kNotAudited,      kNoBody,   nodeUsageHandler(node)},
        {"GET",    paths::kNodeAlarms,      Permission::ReadNode,       kNotAudited,      kNoBody,   nodeAlarmsHandler(node)},
        {"GET",    paths::kNodeLog,         Permission::ManageNode,     kNotAudited,      kNoBody,   nodeLogHandler(node)},
        {"POST",   paths::kNodeStop,        Permission::ManageNode,     "node.stop",      kJsonBody, stopNodeHandler(node)},
    });
    // clang-format on
}

}  // namespace hearth::app
