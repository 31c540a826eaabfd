#include "ui/pages/models/model_details_view.h"

#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/models/model_files_list.h"
#include "ui/pages/models/model_rows.h"
#include "ui/theme/theme.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/status_pill.h"

namespace hearth::ui {
namespace {

// The order in which addFacts() adds them.
namespace about {
enum { Kind, Base, Run, Department, Created, Size, Backend };
}
namespace architecture {
enum {
    Name,
    Parameters,
    Layers,
    Experts,
    Hidden,
    Heads,
    Latent,
    Vocabulary,
    Context,
    Type,
    Packed,
    Cost
};
}
namespace memory {
enum { Weights, Cache, CacheAsMha, Saving };
}
namespace adapter {
enum { Rank, Alpha, Targets };
}

/// 2,400,000,000 as "2.4 billion" is long; engineers write 2.4B.
QString shortCount(qint64 value) {
    if (value >= 1'000'000'000)
        return formatDecimal(double(value) / 1e9, 2) + "B";
    if (value >= 1'000'000)
        return formatDecimal(double(value) / 1e6, 1) + "M";
    return formatCount(value);
}

QString counted(const std::optional<qint64>& value) {
    return value ? formatCount(*value) : QString();
}

QString sized(const std::optional<qint64>& bytes) {
    return bytes ? formatBytes(double(*bytes)) : QString();
}

}  // namespace

ModelDetailsView::ModelDetailsView(QWidget* parent)
    : QWidget(parent),
      m_state(new StatusPill),
      m_loadError(new Label(TextRole::Body, Tone::Bad)),
      m_advice(new Label(TextRole::Body)),
      m_trouble(new Banner),
      m_about(new FactList),
      m_architecture(new FactList),
      m_memory(new FactList),
      m_adapter(new FactList),
      m_files(new ModelFilesList) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kMargin);
    auto* top = new QVBoxLayout;
    top->setSpacing(metrics::kGrid);
    top->addWidget(m_state, 0, Qt::AlignLeft);
    for (Label* label : {m_loadError, m_advice}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        top->addWidget(label);
    }
    column->addLayout(top);
    m_trouble->setTone(Tone::Bad);
    m_trouble->hide();
    column->addWidget(m_trouble);
    for (QWidget* part : {m_about, m_architecture, m_memory, m_adapter})
        column->addWidget(part);
    column->addWidget(m_files);
    addFacts();
    translated(this, [this] {
        showState();
        showFacts();
    });
}

void ModelDetailsView::addFacts() {
    m_about->addFact([] { return tr("Kind"); });
    m_about->addFact([] { return tr("Base model"); });
    m_about->addCopyFact([] { return tr("Fine-tuning run"); });
    m_about->addFact([] { return tr("Department"); });
    m_about->addFact([] { return tr("Created"); });
    m_about->addFact([] { return tr("Size on disk"); });
    m_about->addFact([] { return tr("Runs on"); });
    m_architecture->setTitle([] { return tr("Architecture"); });
    m_architecture->addFact([] { return tr("Name"); });
    m_architecture->addFact([] { return tr("Parameters"); });
    m_architecture->addFact([] { return tr("Layers"); });
    m_architecture->addFact([] { return tr("Experts"); });
    m_architecture->addFact([] { return tr("Hidden size"); });
    m_architecture->addFact([] { return tr("Attention heads"); });
    m_architecture->addFact([] { return tr("KV latent rank"); });
    m_architecture->addFact([] { return tr("Vocabulary"); });
    m_architecture->addFact([] { return tr("Context"); });
    m_architecture->addFact([] { return tr("Data type"); });
    m_architecture->addFact([] { return tr("Packed in"); });
    m_architecture->addFact([] { return tr("Differs from its files by"); });
    m_memory->setTitle([] { return tr("Memory"); });
    m_memory->addFact([] { return tr("Weights"); });
    m_memory->addFact([] { return tr("KV cache a token"); });
    m_memory->addFact([] { return tr("With full attention (MHA)"); });
    m_memory->addFact([] { return tr("Saving"); });
    m_adapter->setTitle([] { return tr("Adapter"); });
    m_adapter->addFact([] { return tr("Rank"); });
    m_adapter->addFact([] { return tr("Alpha"); });
    m_adapter->addFact([] { return tr("Adapted layers"); });
}

void ModelDetailsView::setModel(const Model& model, bool busy) {
    if (model.id != m_model.id) {
        m_details.reset();
        m_trouble->hide();
    }
    m_model = model;
    m_busy = busy;
    showState();
    showFacts();
}

void ModelDetailsView::setDetails(const ModelDetails& details) {
    m_details = details;
    m_trouble->hide();
    showFacts();
}

void ModelDetailsView::setTrouble(const QString& message) {
    m_trouble->setText(message);
    m_trouble->show();
}

void ModelDetailsView::showState() {
    const ModelState state = m_busy ? ModelState::Loading : stateOf(m_model);
    m_state->setStatus(modelStateTone(state), modelStateText(state));
    const bool failed = state == ModelState::Failed;
    m_loadError->setText(m_model.loadError);
    m_advice->setText(failed ? adviceForLoadError(m_model.loadError) : QString());
    m_loadError->setVisible(failed);
    m_advice->setVisible(failed);
}

void ModelDetailsView::showFacts() {
    const ModelDetails d = m_details.value_or(ModelDetails{.model = m_model});
    m_about->setValue(about::Kind, m_model.kind == "adapter" ? tr("Adapter") : tr("Base"));
    m_about->setValue(about::Base, m_model.base);
    m_about->setValue(about::Run, m_model.job);
    m_about->setValue(about::Department, m_model.department);
    m_about->setValue(about::Created,
                      m_model.createdAt ? formatExactly(m_model.createdAt) : QString());
    m_about->setValue(about::Size, m_model.bytes ? formatBytes(double(m_model.bytes)) : QString());
    m_about->setValue(about::Backend, d.backend);

    using namespace architecture;
    m_architecture->setValue(Name, m_model.architecture);
    QString parameters = d.parameters ? shortCount(*d.parameters) : QString();
    if (d.parameters && d.activeParameters && *d.activeParameters != *d.parameters)
        parameters = tr("%1, %2 of them active for a token")
                         .arg(parameters, shortCount(*d.activeParameters));
    m_architecture->setValue(Parameters, parameters);
    const bool mixed = d.layers && d.moeLayers && *d.moeLayers > 0;
    m_architecture->setValue(
        Layers, mixed
                    ? tr("%1, %2 of them with experts").arg(counted(d.layers), counted(d.moeLayers))
                    : counted(d.layers));
    m_architecture->setValue(
        Experts,
        d.routedExperts.value_or(0) > 0 && d.expertsPerToken
            ? tr("%1, %2 for a token").arg(counted(d.routedExperts), counted(d.expertsPerToken))
            : QString());
    m_architecture->setValue(Hidden, counted(d.hiddenSize));
    m_architecture->setValue(Heads, counted(d.heads));
    m_architecture->setValue(Latent,
                             d.kvLoraRank.value_or(0) > 0 ? counted(d.kvLoraRank) : QString());
    m_architecture->setValue(Vocabulary, counted(d.vocabSize));
    m_architecture->setValue(
        Context, d.contextLength ? tr("%1 tokens").arg(counted(d.contextLength)) : QString());
    m_architecture->setValue(Type, d.dtype);
    m_architecture->setValue(Packed, d.precision);
    m_architecture->setValue(Cost, d.divergence
                                       ? tr("%1 nats a token").arg(formatDecimal(*d.divergence, 4))
                                       : QString());
    showMemory();
    m_adapter->setValue(adapter::Rank, counted(d.rank));
    m_adapter->setValue(adapter::Alpha, d.alpha ? formatDecimal(*d.alpha, 0) : QString());
    m_adapter->setValue(adapter::Targets, d.targets.join(", "));
    m_files->setFiles(d.files);
}

void ModelDetailsView::showMemory() {
    const ModelDetails d = m_details.value_or(ModelDetails{});
    m_memory->setValue(memory::Weights, sized(d.weightBytes));
    m_memory->setValue(memory::Cache, sized(d.kvBytesPerToken));
    m_memory->setValue(memory::CacheAsMha, sized(d.kvBytesPerTokenAsMha));
    const bool saves = d.kvBytesPerToken.value_or(0) > 0 &&
                       d.kvBytesPerTokenAsMha.value_or(0) > *d.kvBytesPerToken;
    m_memory->setValue(
        memory::Saving,
        saves ? tr("%1 times as many tokens in the same memory")
                    .arg(formatDecimal(double(*d.kvBytesPerTokenAsMha) / double(*d.kvBytesPerToken),
                                       1))
              : QString());
}

}  // namespace hearth::ui
