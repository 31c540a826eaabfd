#include "ui/widgets/log_view.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSaveFile>
#include <QShortcut>
#include <QTimer>

#include "ui/i18n/language.h"
#include "ui/widgets/button.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/table/table_frame.h"

namespace hearth::ui {
namespace {
// Searched between two looks at the event loop.
constexpr int kSlice = 2000;  // lines
constexpr qsizetype kCharacters = 400'000;
}  // namespace

LogView::LogView(QWidget* parent) : QWidget(parent), m_area(new LogArea) {
    build();
    connectParts();
    translated(this, [this] { showTexts(); });
}

void LogView::build() {
    m_search = new SearchField;
    m_search->setFixedWidth(240);
    m_result = new Label(TextRole::Caption, Tone::Muted);
    m_previous = new Button(ButtonKind::Plain, "chevron_up");
    m_next = new Button(ButtonKind::Plain, "chevron_down");
    m_wrap = new Button(ButtonKind::Plain, "wrap");
    m_wrap->setCheckable(true);
    m_copy = new Button(ButtonKind::Plain, "copy");
    m_save = new Button(ButtonKind::Plain, "download");
    auto* bar = new QHBoxLayout;
    bar->setSpacing(metrics::kGrid / 2);
    for (QWidget* widget : {static_cast<QWidget*>(m_search), static_cast<QWidget*>(m_previous),
                            static_cast<QWidget*>(m_next), static_cast<QWidget*>(m_result)})
        bar->addWidget(widget);
    bar->addStretch(1);
    for (QWidget* widget : {m_wrap, m_copy, m_save})
        bar->addWidget(widget);

    auto* box = new QWidget;
    auto* inside = new QVBoxLayout(box);
    inside->setContentsMargins(1, 1, 1, 1);
    inside->addWidget(m_area);
    new TableFrame(box);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid);
    column->addLayout(bar);
    column->addWidget(box, 1);

    m_jump = new Button(ButtonKind::Quiet, "chevron_down", m_area);
    m_jump->hide();
    m_placeholder = new Label(TextRole::Body, Tone::Muted, m_area);
    m_placeholder->setAlignment(Qt::AlignCenter);
    m_placeholder->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_area->installEventFilter(this);
    setFocusProxy(m_area);
}

void LogView::connectParts() {
    connect(m_search, &SearchField::searched, this, [this](const QString& text) {
        m_area->setNeedle(text);
        find(0);
    });
    m_search->installEventFilter(this);
    connect(m_next, &Button::clicked, this, &LogView::findNext);
    connect(m_previous, &Button::clicked, this, &LogView::findPrevious);
    connect(m_wrap, &Button::toggled, m_area, &LogArea::setWrap);
    connect(m_copy, &Button::clicked, this, &LogView::copy);
    connect(m_save, &Button::clicked, this, &LogView::chooseFile);
    connect(m_jump, &Button::clicked, m_area, [this] {
        m_area->jumpToEnd();
        m_area->setFocus();
    });
    connect(m_area, &LogArea::copyRequested, this, &LogView::copy);
    connect(m_area, &LogArea::followingChanged, this, [this](bool following) {
        if (following)
            m_unseen = 0;
        showJump();
    });
    const auto shortcut = [this](const QKeySequence& keys, auto run) {
        auto* made = new QShortcut(keys, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
        connect(made, &QShortcut::activated, this, run);
    };
    shortcut(QKeySequence::Find, [this] {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    });
    shortcut(QKeySequence(Qt::Key_F3), [this] { findNext(); });
    shortcut(QKeySequence(Qt::SHIFT | Qt::Key_F3), [this] { findPrevious(); });
}

void LogView::showTexts() {
    m_area->setAccessibleName(tr("Log"));
    m_search->setPlaceholderText(tr("Find in the log"));
    m_search->setAccessibleName(tr("Find in the log"));
    m_previous->setName(tr("Previous match (Shift+F3)"));
    m_next->setName(tr("Next match (F3)"));
    m_wrap->setName(tr("Wrap long lines"));
    m_copy->setName(tr("Copy the selection, or everything"));
    m_save->setName(tr("Save the log"));
    m_result->setText(m_nothingFound ? tr("Not found") : QString());
    showJump();
}

void LogView::append(const QString& line, Tone tone) {
    m_area->append(line, tone);
    newLines(1);
}

void LogView::appendLines(const QStringList& lines) {
    for (const QString& line : lines)
        m_area->append(line, toneOfLogLine(line));
    newLines(int(lines.size()));
}

void LogView::setTail(const QStringList& lines) {
    const LogBuffer& buffer = m_area->buffer();
    // The new lines begin behind the longest piece of them that the buffer ends with.
    qsizetype known = std::min<qsizetype>(lines.size(), buffer.size());
    const auto endsWith = [&](qsizetype count) {
        for (qsizetype i = 0; i < count; ++i) {
            if (buffer.line(buffer.end() - count + i).text != lines[i])
                return false;
        }
        return true;
    };
    while (known > 0 && !endsWith(known))
        --known;
    if (known < lines.size())
        appendLines(lines.mid(known));
}

void LogView::clear() {
    m_area->clear();
    m_unseen = 0;
    newLines(0);
}

void LogView::setPlaceholder(const QString& text) {
    m_placeholder->setText(text);
}

void LogView::addToolbarWidget(QWidget* widget) {
    auto* bar = static_cast<QHBoxLayout*>(layout()->itemAt(0)->layout());
    bar->insertWidget(bar->indexOf(m_wrap), widget);
}

void LogView::newLines(int count) {
    if (!m_area->isFollowing())
        m_unseen += count;
    m_area->flush();
    m_placeholder->setVisible(m_area->buffer().isEmpty());
    showJump();
}

void LogView::showJump() {
    m_jump->setText(m_unseen > 0 ? tr("%Ln new lines", nullptr, m_unseen) : tr("Jump to latest"));
    m_jump->setVisible(!m_area->isFollowing());
    placeOverlays();
}

void LogView::placeOverlays() {
    m_jump->resize(m_jump->sizeHint());
    const QRect room = m_area->viewport()->geometry();
    m_jump->move(room.right() - m_jump->width() - metrics::kGap,
                 room.bottom() - m_jump->height() - metrics::kGap);
    m_placeholder->setGeometry(room);
}

bool LogView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_area && event->type() == QEvent::Resize)
        placeOverlays();
    if (watched == m_search && event->type() == QEvent::KeyPress && !m_search->isComposing()) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            m_area->setNeedle(m_search->text());
            find(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

// --- search: 1 forwards behind the selection, -1 backwards before it, 0 down from what is in sight
// ----

void LogView::find(int direction) {
    ++m_searchRun;
    const LogBuffer& buffer = m_area->buffer();
    if (m_area->needle().isEmpty() || buffer.isEmpty())
        return finishSearch(true);
    m_direction = direction < 0 ? -1 : 1;
    const LogPosition selected = direction < 0 ? m_area->selectionStart() : m_area->selectionEnd();
    const bool anew = direction == 0 || selected.line < buffer.first();
    m_at = anew ? LogPosition{m_area->topLine(), 0} : selected;
    m_left = buffer.size() + 1;  // the first line again, for its other half
    searchStep();
}

void LogView::searchStep() {
    const LogBuffer& buffer = m_area->buffer();
    const QString& needle = m_area->needle();
    qsizetype characters = 0;
    for (int i = 0; i < kSlice && characters < kCharacters; ++i) {
        if (m_left-- <= 0 || buffer.isEmpty())
            return finishSearch(false);
        if (m_at.line >= buffer.end())
            m_at = m_direction > 0 ? LogPosition{buffer.first(), 0}
                                   : LogPosition{buffer.end() - 1, LogBuffer::kMaxLineLength + 1};
        else if (m_at.line < buffer.first())
            m_at = {buffer.end() - 1, LogBuffer::kMaxLineLength + 1};
        const QString& text = buffer.line(m_at.line).text;
        characters += text.size();
        const qsizetype found =
            m_direction > 0   ? text.indexOf(needle, m_at.column, Qt::CaseInsensitive)
            : m_at.column > 0 ? text.lastIndexOf(needle, std::min(m_at.column - 1, text.size()),
                                                 Qt::CaseInsensitive)
                              : -1;
        if (found >= 0) {
            m_area->showMatch({m_at.line, found}, needle.size());
            return finishSearch(true);
        }
        m_at = {m_at.line + m_direction, m_direction > 0 ? 0 : LogBuffer::kMaxLineLength + 1};
    }
    QTimer::singleShot(0, this, [this, run = m_searchRun] {
        if (run == m_searchRun)
            searchStep();
    });
}

void LogView::finishSearch(bool any) {
    m_nothingFound = !any;
    m_result->setText(m_nothingFound ? tr("Not found") : QString());
    emit found(any);
}

// --- out of the log --------------------------------------------------------------------------

void LogView::copy() {
    QGuiApplication::clipboard()->setText(m_area->selectedText());
}

void LogView::chooseFile() {
    auto* dialog = new QFileDialog(this, tr("Save the log"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(m_fileName);
    connect(dialog, &QFileDialog::fileSelected, this, &LogView::saveTo);
    dialog->open();
}

void LogView::saveTo(const QString& path) {
    QStringList lines;
    const LogBuffer& buffer = m_area->buffer();
    for (qint64 n = buffer.first(); n < buffer.end(); ++n)
        lines << buffer.line(n).text;
    m_pool.start([this, path, lines] {
        QSaveFile file(path);
        const bool ok = file.open(QIODevice::WriteOnly) &&
                        file.write(lines.join(u'\n').toUtf8() + '\n') >= 0 && file.commit();
        const QString error = ok ? QString() : file.errorString();
        QMetaObject::invokeMethod(this, [this, path, error] { emit saved(path, error); });
    });
}

}  // namespace hearth::ui
