#include "ui/pages/chat/block_splitter.h"

namespace hearth::ui {
namespace {

int backticks(const QString& trimmed) {
    int count = 0;
    while (count < trimmed.size() && trimmed[count] == '`')
        ++count;
    return count;
}

}  // namespace

QVector<BlockStep> BlockSplitter::feed(const QString& piece) {
    QVector<BlockStep> steps;
    qsizetype begin = 0;
    for (qsizetype end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', begin)) {
        m_line += QStringView(piece).mid(begin, end - begin);
        takeLine(steps, true);
        begin = end + 1;
    }
    m_line += QStringView(piece).mid(begin);
    if (!m_line.isEmpty() && (m_lineBegun || !maybeFence()))
        takeLine(steps, false);
    return steps;
}

QVector<BlockStep> BlockSplitter::finish() {
    QVector<BlockStep> steps;
    if (!m_line.isEmpty())
        takeLine(steps, true);
    return steps;
}

bool BlockSplitter::maybeFence() const {
    const QString trimmed = m_line.trimmed();
    const int ticks = backticks(trimmed);
    return ticks >= 3 || ticks == trimmed.size();
}

bool BlockSplitter::turnsAtFence(QVector<BlockStep>& steps) {
    const QString trimmed = m_line.trimmed();
    const int ticks = backticks(trimmed);
    const QString language = trimmed.mid(ticks).trimmed();
    if (m_fence == 0 && ticks >= 3 && !language.contains('`')) {
        m_fence = ticks;
        m_open = true;
        steps.append({BlockStep::Kind::OpenCode, language});
    } else if (m_fence > 0 && ticks >= m_fence && language.isEmpty()) {
        m_fence = 0;
        m_open = false;  // prose opens with its first character
    } else {
        return false;
    }
    m_newlines = 0;
    m_line.clear();
    return true;
}

void BlockSplitter::takeLine(QVector<BlockStep>& steps, bool ended) {
    if (ended && !m_lineBegun && turnsAtFence(steps))
        return;
    append(steps, m_line);
    m_lineBegun = !ended;
    m_line.clear();
    if (ended)
        ++m_newlines;
}

void BlockSplitter::append(QVector<BlockStep>& steps, const QString& text) {
    if (text.isEmpty())
        return;
    const bool fresh = !m_open;
    if (fresh) {
        steps.append({BlockStep::Kind::OpenProse, {}});
        m_open = true;
        m_newlines = 0;
    }
    const QString whole = QString(m_newlines, '\n') + text;
    m_newlines = 0;
    if (!steps.isEmpty() && steps.last().kind == BlockStep::Kind::Append)
        steps.last().text += whole;
    else
        steps.append({BlockStep::Kind::Append, whole});
}

}  // namespace hearth::ui
