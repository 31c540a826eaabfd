#pragma once
#include <QWidget>
#include <optional>

class QProgressBar;

namespace hearth::ui {

class Button;
class Label;

struct Progress {
    std::optional<double> share;        // 0..1; none: how far is unknown
    std::optional<double> secondsLeft;  // none: not known yet
    QString rate;                       // "12.4 MB/s", "310 tokens/s"
};

/// Something that takes a while: what, how far, time left, rate, cancel.
class ProgressRow : public QWidget {
    Q_OBJECT
public:
    explicit ProgressRow(QWidget* parent = nullptr);

    void setWhat(const QString& what);
    void setProgress(const Progress& progress);
    void setCancellable(bool cancellable);
    /// Between the press of Cancel and the end.
    void setCancelling(bool cancelling);
    Button* cancelButton() const { return m_cancel; }
    QString details() const;

signals:
    void cancelled();

private:
    void describe();

    Label* m_what;
    Label* m_details;
    QProgressBar* m_bar;
    Button* m_cancel;
    Progress m_progress;
    bool m_cancelling = false;
};

}  // namespace hearth::ui
