#include "ui/shell/notifications.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/icon_label.h"
#include "ui/widgets/label.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {

QWidget* makeRow(const ToastRecord& record) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, metrics::kGrid, 0, metrics::kGrid);
    layout->setSpacing(12);
    layout->addWidget(new IconLabel(toneIcon(record.tone), 18, record.tone), 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    auto* text = new Label(record.text);
    text->setWordWrap(true);
    const qint64 when = record.when.toSecsSinceEpoch();
    auto* time = new Label(formatWhen(when), TextRole::Caption, Tone::Muted);
    time->setToolTip(formatExactly(when));
    words->addWidget(text);
    words->addWidget(time);
    layout->addLayout(words, 1);
    return row;
}

}  // namespace

Notifications::Notifications(Toasts& toasts, QWidget* host)
    : m_toasts(toasts), m_drawer(new Drawer(host)), m_rows(new QVBoxLayout(this)) {
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(0);
    m_drawer->setBody(this);
    auto* clear = new Button(ButtonKind::Quiet);
    connect(clear, &Button::clicked, &toasts, &Toasts::clearHistory);
    m_drawer->addFooterAction(clear);
    connect(&toasts, &Toasts::historyChanged, this, [this] {
        if (m_drawer->isOpen())
            fill();
    });
    translated(this, [this, clear] {
        m_drawer->setTitle(tr("Notifications"));
        clear->setText(tr("Clear"));
        fill();
    });
}

void Notifications::open() {
    fill();
    m_drawer->openDrawer();
    m_toasts.markAllRead();
}

void Notifications::fill() {
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const ToastRecord& record : m_toasts.history())
        m_rows->addWidget(makeRow(record));
    if (m_toasts.history().isEmpty()) {
        auto* empty = new StateView;
        empty->setIcon("bell");
        empty->setHeadline(tr("Nothing new"));
        empty->setSentence(tr("What happened on the node while you worked will stand here."));
        m_rows->addWidget(empty);
    }
    m_rows->addStretch(1);
}

}  // namespace hearth::ui
