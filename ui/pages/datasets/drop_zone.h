#pragma once
#include <QWidget>

namespace hearth::ui {

class Button;
class ElidedLabel;
class IconLabel;
class Label;

/// Takes one file: dropped onto it, or chosen.
class DropZone : public QWidget {
    Q_OBJECT
public:
    explicit DropZone(QWidget* parent = nullptr);

    QString file() const { return m_file; }
    /// Empty: none. Emits changed() when it is another one.
    void setFile(const QString& path);
    Button* chooseButton() const { return m_choose; }

signals:
    void changed(const QString& path);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void showTexts();
    void choose();

    QString m_file;
    bool m_dragging = false;
    IconLabel* m_icon;
    ElidedLabel* m_name;
    Label* m_hint;
    Button* m_choose;
};

/// The one local file that a drag carries, or nothing.
QString draggedFile(const QMimeData& mime);

}  // namespace hearth::ui
