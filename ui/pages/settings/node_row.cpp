#include "ui/pages/settings/node_row.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_label.h"
#include "ui/widgets/status_pill.h"

namespace hearth::ui {

NodeRow::NodeRow(const NodeProfile& profile, bool current, QWidget* parent)
    : QWidget(parent), m_profile(profile), m_current(current) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::kGap, 10, metrics::kGap, 10);
    row->setSpacing(metrics::kGap);
    row->addWidget(new IconLabel(profile.isLocal() ? "monitor" : "node", 20, Tone::Muted));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    m_name = new ElidedLabel(TextRole::BodyStrong);
    m_place = new ElidedLabel(TextRole::Caption, Tone::Muted);
    words->addWidget(m_name);
    words->addWidget(m_place);
    row->addLayout(words, 1);
    m_pill = new StatusPill;
    m_use = new Button(ButtonKind::Quiet);
    m_rename = new Button(ButtonKind::Plain, "edit");
    m_forget = new Button(ButtonKind::Plain, "trash");
    row->addWidget(m_pill);
    row->addWidget(m_use);
    auto* actions = new QHBoxLayout;
    actions->setSpacing(0);
    actions->addWidget(m_rename);
    actions->addWidget(m_forget);
    row->addLayout(actions);
    m_pill->setVisible(current);
    m_use->setVisible(!current);
    connect(m_use, &Button::clicked, this, &NodeRow::useRequested);
    connect(m_rename, &Button::clicked, this, &NodeRow::renameRequested);
    connect(m_forget, &Button::clicked, this, &NodeRow::forgetRequested);
    translated(this, [this] { showTexts(); });
}

void NodeRow::showTexts() {
    m_name->setText(m_profile.name);
    QStringList place{m_profile.url.toDisplayString()};
    if (m_profile.isLocal())
        place << tr("on this computer");
    if (!m_profile.user.isEmpty())
        place << tr("signed in as %1").arg(m_profile.user);
    m_place->setText(place.join(QStringLiteral(" · ")));
    m_pill->setStatus(Tone::Accent, tr("Current"));
    m_use->setText(tr("Connect"));
    m_use->setAccessibleName(tr("Connect to %1").arg(m_profile.name));
    m_rename->setName(tr("Rename %1").arg(m_profile.name));
    m_forget->setName(tr("Forget %1").arg(m_profile.name));
}

void NodeRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), colors().border);
}

}  // namespace hearth::ui
