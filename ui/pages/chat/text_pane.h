#pragma once
#include <QTextEdit>

namespace hearth::ui {

/// Read-only plain text that grows with its content, to be laid into a page that scrolls. Can be
/// selected with mouse and keyboard; never reads markup.
class TextPane : public QTextEdit {
    Q_OBJECT
public:
    enum class Kind { Prose, Code };

    explicit TextPane(Kind kind, QWidget* parent = nullptr);

    void append(const QString& text);
    QString text() const { return toPlainText(); }

    QSize minimumSizeHint() const override { return {40, 20}; }

protected:
    void wheelEvent(QWheelEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
    /// `text` with a break in every paragraph that is too long to grow further.
    QString broken(const QString& text);

    Kind m_kind;
    int m_paragraph = 0;  // characters since the last line break
};

}  // namespace hearth::ui
