#include "ui/pages/api_keys/secret_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/label.h"

namespace hearth::ui {
namespace {
constexpr int kExampleHeight = 116;
}

QString curlExample(const QUrl& node, const QString& secret) {
    QUrl url = node;
    url.setPath("/v1/models");
    return QStringLiteral("curl %1 \\\n  --cacert ca.pem \\\n  -H 'Authorization: Bearer %2'")
        .arg(url.toString(), secret);
}

SecretView::SecretView(QWidget* parent)
    : QWidget(parent),
      m_banner(new Banner),
      m_secretLabel(new Label(TextRole::BodyStrong)),
      m_secret(new CopyField),
      m_exampleLabel(new Label(TextRole::BodyStrong)),
      m_example(new QPlainTextEdit),
      m_certificateHint(new Label(TextRole::Caption, Tone::Muted)),
      m_copyExample(new Button(ButtonKind::Quiet, "copy")),
      m_done(new Button(ButtonKind::Primary)) {
    m_banner->setTone(Tone::Attention);
    m_example->setReadOnly(true);
    m_example->setUndoRedoEnabled(false);
    m_example->setFont(fontFor(TextRole::MonoCaption));
    m_example->setFixedHeight(kExampleHeight);
    m_example->setTabChangesFocus(true);
    m_certificateHint->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid);
    column->addWidget(m_banner);
    column->addSpacing(metrics::kGrid);
    column->addWidget(m_secretLabel);
    column->addWidget(m_secret);
    column->addSpacing(metrics::kGrid);
    column->addWidget(m_exampleLabel);
    column->addWidget(m_example);
    column->addWidget(m_certificateHint);
    auto* row = new QHBoxLayout;
    row->addWidget(m_copyExample);
    row->addStretch(1);
    row->addWidget(m_done);
    column->addSpacing(metrics::kGrid);
    column->addLayout(row);
    connect(m_copyExample, &Button::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_example->toPlainText()); });
    connect(m_done, &Button::clicked, this, &SecretView::finished);
    translated(this, [this] { showTexts(); });
}

void SecretView::showTexts() {
    m_banner->setText(tr("Copy the key now. It is never shown again."));
    m_secretLabel->setText(tr("Key"));
    m_secret->setName(tr("Key"));
    m_exampleLabel->setText(tr("Try it"));
    m_example->setAccessibleName(tr("Example request"));
    m_certificateHint->setText(
        tr("ca.pem is the node's own authority: tls/ca.pem in its data directory."));
    m_copyExample->setText(tr("Copy the example"));
    m_done->setText(tr("I have copied it"));
}

void SecretView::present(const NewApiKey& key, const QUrl& node) {
    m_secret->setValue(key.secret);
    m_example->setPlainText(curlExample(node, key.secret));
}

void SecretView::forget() {
    m_secret->setValue({});
    m_example->clear();
}

QString SecretView::example() const {
    return m_example->toPlainText();
}

}  // namespace hearth::ui
