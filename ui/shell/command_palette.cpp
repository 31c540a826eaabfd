#include "ui/shell/command_palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/shell/text_match.h"
#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/floating.h"

namespace hearth::ui {
namespace {

constexpr int kWidth = 560;
constexpr int kRow = 40;
constexpr int kMaxRows = 9;
constexpr int kTop = 88;
constexpr int kPad = 8;

enum Role { Title = Qt::DisplayRole, Group = Qt::UserRole, IconName, Shortcut };

class EntryDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {kWidth, kRow};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const Colors& c = colors();
        const bool selected = option.state & QStyle::State_Selected;
        const QRectF box = QRectF(option.rect).adjusted(0, 1, 0, -1);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(c.accentSoft);
            painter->drawRoundedRect(box, metrics::kRadius, metrics::kRadius);
        }
        paintIcon(*painter, QRectF(box.left() + 10, box.center().y() - 9, 18, 18),
                  index.data(IconName).toString(), selected ? c.accent : c.muted);
        paintTexts(*painter, box.adjusted(40, 0, -12, 0), index);
        painter->restore();
    }

private:
    static void paintTexts(QPainter& painter, const QRectF& box, const QModelIndex& index) {
        const QString shortcut = index.data(Shortcut).toString();
        const QString right = shortcut.isEmpty() ? index.data(Group).toString() : shortcut;
        painter.setFont(fontFor(TextRole::Caption));
        painter.setPen(colors().muted);
        const double used = painter.fontMetrics().horizontalAdvance(right) + 16;
        painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, right);
        painter.setFont(fontFor(TextRole::Body));
        painter.setPen(colors().text);
        const QRectF words = box.adjusted(0, 0, -used, 0);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(index.data(Title).toString(),
                                                          Qt::ElideRight, int(words.width())));
    }
};

QListView* makeList(QStandardItemModel* model) {
    auto* list = new QListView;
    list->setModel(model);
    list->setItemDelegate(new EntryDelegate(list));
    list->setFrameShape(QFrame::NoFrame);
    list->setFocusPolicy(Qt::NoFocus);
    list->setMouseTracking(true);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return list;
}

}  // namespace

CommandPalette::CommandPalette(QWidget* window)
    : QWidget(window),
      m_panel(new FloatingPanel(this)),
      m_search(new QLineEdit),
      m_model(new QStandardItemModel(this)) {
    hide();
    m_list = makeList(m_model);
    auto* column = new QVBoxLayout(m_panel);
    column->setContentsMargins(kPad, kPad, kPad, kPad);
    column->setSpacing(kPad);
    column->addWidget(m_search);
    column->addWidget(m_list);
    m_search->setFont(fontFor(TextRole::Field));
    m_search->installEventFilter(this);
    window->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListView::clicked, this,
            [this](const QModelIndex& index) { choose(index.row()); });
    connect(m_list, &QListView::entered, m_list, &QListView::setCurrentIndex);
    translated(this, [this] {
        m_search->setPlaceholderText(tr("Search pages, runs, models and commands"));
        m_search->setAccessibleName(tr("Search pages, runs, models and commands"));
        m_list->setAccessibleName(tr("Results"));
        if (isVisible()) {
            m_entries = m_source();
            filter(m_search->text());
        }
    });
}

void CommandPalette::open(std::function<std::vector<PaletteEntry>()> entries) {
    m_source = std::move(entries);
    m_entries = m_source();
    m_focusBefore = window()->focusWidget();
    m_search->clear();
    filter({});
    show();
    raise();
    m_search->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::close() {
    if (isHidden())
        return;
    hide();
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::filter(const QString& query) {
    std::vector<std::pair<int, size_t>> ranked;
    for (size_t i = 0; i < m_entries.size(); ++i)
        if (const int rank = matchRank(m_entries[i].title, query))
            ranked.emplace_back(-rank, i);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    m_shown.clear();
    m_model->clear();
    for (const auto& [rank, i] : ranked) {
        auto* item = new QStandardItem(m_entries[i].title);
        item->setData(m_entries[i].group, Group);
        item->setData(m_entries[i].iconName, IconName);
        item->setData(m_entries[i].shortcut, Shortcut);
        m_model->appendRow(item);
        m_shown.push_back(i);
    }
    m_list->setCurrentIndex(m_model->index(0, 0));
    place();
}

void CommandPalette::choose(int row) {
    if (row < 0 || row >= int(m_shown.size()))
        return;
    const auto run = m_entries[m_shown[size_t(row)]].run;
    close();
    run();
}

void CommandPalette::place() {
    setGeometry(parentWidget()->rect());
    const int rows = std::clamp(int(m_shown.size()), 1, kMaxRows);
    const int height = kPad * 3 + metrics::kControlHeight + rows * kRow;
    m_list->setFixedHeight(rows * kRow);
    const int width = std::min(kWidth, this->width() - 2 * metrics::kMargin);
    const QRect panel((this->width() - width) / 2, std::min(kTop, this->height() / 8), width,
                      height);
    m_panel->setGeometry(
        panel.adjusted(-kShadowMargin, -kShadowMargin, kShadowMargin, kShadowMargin));
}

bool CommandPalette::handleKey(int key) {
    const int row = m_list->currentIndex().row();
    const int last = m_model->rowCount() - 1;
    switch (key) {
        case Qt::Key_Escape:
            close();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            choose(row);
            return true;
        case Qt::Key_Down:
            m_list->setCurrentIndex(m_model->index(row < last ? row + 1 : 0, 0));
            return true;
        case Qt::Key_Up:
            m_list->setCurrentIndex(m_model->index(row > 0 ? row - 1 : last, 0));
            return true;
        case Qt::Key_Tab:
        case Qt::Key_Backtab:
            return true;  // the focus stays here
        default:
            return false;
    }
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    if (watched == m_search && event->type() == QEvent::KeyPress)
        return handleKey(static_cast<QKeyEvent*>(event)->key());
    return QWidget::eventFilter(watched, event);
}

void CommandPalette::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), QColor(0, 0, 0, Theme::instance().isDark() ? 110 : 60));
}

void CommandPalette::mousePressEvent(QMouseEvent*) {
    close();
}

}  // namespace hearth::ui
