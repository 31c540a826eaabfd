#include "ui/widgets/copy_button.h"

#include <QApplication>
#include <QClipboard>
#include <QTimer>

#include "ui/i18n/language.h"

namespace hearth::ui {
namespace {

constexpr int kSaidSoMs = 1500;

}  // namespace

CopyButton::CopyButton(std::function<QString()> text, QWidget* parent)
    : Button(ButtonKind::Plain, "copy", parent), m_text(std::move(text)) {
    connect(this, &Button::clicked, this, [this] {
        QApplication::clipboard()->setText(m_text());
        m_copied = true;
        describe();
        QTimer::singleShot(kSaidSoMs, this, [this] {
            m_copied = false;
            describe();
        });
    });
    translated(this, [this] { describe(); });
}

void CopyButton::setWhat(const QString& what) {
    m_what = what;
    describe();
}

void CopyButton::setRestIcon(const QString& name) {
    m_icon = name;
    describe();
}

void CopyButton::describe() {
    setIconName(m_copied ? "check" : m_icon);
    setName(m_copied ? tr("Copied") : m_what.isEmpty() ? tr("Copy") : m_what);
}

}  // namespace hearth::ui
