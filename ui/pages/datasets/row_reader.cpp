#include "ui/pages/datasets/row_reader.h"

#include <QHBoxLayout>
#include <QJsonDocument>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QStackedWidget>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/datasets/row_messages.h"
#include "ui/theme/theme.h"
#include "ui/widgets/label.h"
#include "ui/widgets/segmented_control.h"

namespace hearth::ui {
namespace {

// A label lays out its text at once; the JSON view, which does not, has the rest.
constexpr qsizetype kLongest = 20'000;

Tone toneOfRole(const QString& role) {
    if (role == "assistant" || role == "expected" || role == "chosen")
        return Tone::Accent;
    return role == "rejected" ? Tone::Bad : Tone::Muted;
}

}  // namespace

RowReader::RowReader(QWidget* parent)
    : QWidget(parent),
      m_title(new Label(TextRole::BodyStrong)),
      m_mode(new SegmentedControl),
      m_views(new QStackedWidget),
      m_conversation(new QScrollArea),
      m_json(new QPlainTextEdit),
      m_nothing(new Label(TextRole::Body, Tone::Muted)) {
    build();
    connect(m_mode, &SegmentedControl::chosen, this, [this](const QVariant& mode) {
        if (m_row)
            m_views->setCurrentIndex(mode.toInt());
    });
    translated(this, [this] { showTexts(); });
    clear();
}

void RowReader::build() {
    m_mode->addChoice(0);
    m_mode->addChoice(1);
    m_conversation->setWidgetResizable(true);
    m_conversation->setFrameShape(QFrame::NoFrame);
    m_conversation->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_conversation->viewport()->setAutoFillBackground(false);
    m_json->setReadOnly(true);
    m_json->document()->setDocumentMargin(metrics::kGap);
    m_json->setFont(fontFor(TextRole::MonoCaption));
    m_json->setFrameShape(QFrame::NoFrame);
    m_json->setTabChangesFocus(true);
    m_nothing->setAlignment(Qt::AlignCenter);
    for (QWidget* view : {static_cast<QWidget*>(m_conversation), static_cast<QWidget*>(m_json),
                          static_cast<QWidget*>(m_nothing)})
        m_views->addWidget(view);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(metrics::kGap, metrics::kGrid, metrics::kGrid, metrics::kGrid);
    head->addWidget(m_title, 1);
    head->addWidget(m_mode);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(m_views, 1);
}

void RowReader::showTexts() {
    m_mode->setText(0, tr("Conversation"));
    m_mode->setText(1, tr("JSON"));
    m_mode->setAccessibleName(tr("How the row is shown"));
    m_json->setAccessibleName(tr("The row as JSON"));
    m_conversation->setAccessibleName(tr("The row as a conversation"));
    m_nothing->setText(tr("Choose a row to read it."));
    if (m_row)
        setRow(*m_row);
}

void RowReader::setRow(const DataRow& row) {
    m_row = row;
    m_title->setText(tr("Line %1").arg(formatCount(row.line)));
    m_json->setPlainText(QString::fromUtf8(QJsonDocument(row.row).toJson()));
    showConversation();
    m_mode->show();
    m_views->setCurrentIndex(m_mode->choice().toInt());
}

void RowReader::clear() {
    m_row.reset();
    m_title->setText({});
    m_mode->hide();
    m_views->setCurrentWidget(m_nothing);
}

QString RowReader::json() const {
    return m_json->toPlainText();
}

void RowReader::showConversation() {
    auto* column = new QWidget;
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(metrics::kGap, metrics::kGrid, metrics::kGap, metrics::kGap);
    layout->setSpacing(metrics::kGrid / 2);
    const QVector<RowMessage> messages = messagesOf(m_row->row);
    for (const RowMessage& message : messages)
        addMessage(column, message.role, message.text, message.learned);
    if (messages.isEmpty()) {
        auto* none = new Label(tr("This row is no conversation; see its JSON."), TextRole::Body,
                               Tone::Muted);
        none->setWordWrap(true);
        layout->addWidget(none);
    }
    layout->addStretch(1);
    m_conversation->setWidget(column);
    column->setAutoFillBackground(false);
}

void RowReader::addMessage(QWidget* column, const QString& role, const QString& text,
                           bool learned) {
    QString title = roleText(role);
    if (!learned)
        title += QStringLiteral(" · ") + tr("context only");
    auto* words = new Label(title, TextRole::Caption, toneOfRole(role));
    auto* body = new Label(text.left(kLongest), TextRole::Body);
    if (text.size() > kLongest)
        body->setText(body->text() + u'\n' + tr("… the rest is in the JSON."));
    body->setWordWrap(true);
    body->setTextInteractionFlags(Qt::TextSelectableByMouse);
    body->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    body->setContentsMargins(0, 0, 0, metrics::kGrid + metrics::kGrid / 2);
    column->layout()->addWidget(words);
    column->layout()->addWidget(body);
}

}  // namespace hearth::ui
