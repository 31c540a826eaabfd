#pragma once
#include <QWidget>

#include "ui/models/profiles.h"

namespace hearth::ui {

class Button;
class ElidedLabel;
class StatusPill;

/// One remembered node, with what can be done to it.
class NodeRow : public QWidget {
    Q_OBJECT
public:
    NodeRow(const NodeProfile& profile, bool current, QWidget* parent = nullptr);

    const QString& id() const { return m_profile.id; }
    Button* useButton() const { return m_use; }
    Button* renameButton() const { return m_rename; }
    Button* forgetButton() const { return m_forget; }

signals:
    void useRequested();
    void renameRequested();
    void forgetRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showTexts();

    NodeProfile m_profile;
    bool m_current;
    ElidedLabel* m_name;
    ElidedLabel* m_place;
    StatusPill* m_pill;
    Button* m_use;
    Button* m_rename;
    Button* m_forget;
};

}  // namespace hearth::ui
