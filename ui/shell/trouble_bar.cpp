#include "ui/shell/trouble_bar.h"

#include <QHBoxLayout>
#include <QPainter>

#include "ui/i18n/language.h"
#include "ui/models/local_node.h"
#include "ui/models/session.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/icon_label.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

TroubleBar::TroubleBar(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_text(new Label(TextRole::Body)),
      m_retry(new Button(ButtonKind::Plain)),
      m_start(new Button(ButtonKind::Plain, QStringLiteral("play"))) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::kMargin, 6, metrics::kGap, 6);
    row->setSpacing(metrics::kGrid);
    row->addWidget(new IconLabel("warning", 18, Tone::Bad));
    row->addWidget(m_text, 1);
    row->addWidget(m_start);
    row->addWidget(m_retry);
    hide();
    connect(&context.session, &Session::interrupted, this, &TroubleBar::follow);
    connect(&context.session, &Session::stateChanged, this, [this] { follow(false); });
    connect(m_retry, &Button::clicked, &context.session, &Session::retry);
    connect(m_start, &Button::clicked, &context.localNode, &LocalNode::start);
    translated(this, [this] { showTexts(); });
}

void TroubleBar::follow(bool away) {
    setVisible(away);
    showTexts();
}

void TroubleBar::showTexts() {
    const auto& profile = m_context.session.profile();
    m_text->setText(tr("%1 does not answer. What you see is the last that it said; trying again.")
                        .arg(profile ? profile->name : tr("The node")));
    m_text->setToolTip(m_context.session.trouble());
    m_retry->setText(tr("Try now"));
    m_start->setText(tr("Start node"));
    m_start->setVisible(profile && profile->isLocal());
}

void TroubleBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), colors().surface);
    painter.fillRect(QRect(0, 0, width(), 2), colors().bad);
}

}  // namespace hearth::ui
