#pragma once
#include <QCheckBox>
#include <QWidget>
#include <vector>

#include "core/api/permission.h"

namespace hearth::ui {

class Label;

/// Permissions as groups of check boxes, each with what it allows. Those that the maker does not
/// have cannot be given.
class PermissionPicker : public QWidget {
    Q_OBJECT
public:
    explicit PermissionPicker(QWidget* parent = nullptr);

    void setGrantable(const core::PermissionSet& grantable);
    void setChosen(const core::PermissionSet& chosen);
    /// The node's names.
    QStringList chosen() const;
    QCheckBox* box(core::Permission permission) const;

signals:
    void changed();

private:
    struct Entry {
        core::Permission permission;
        QCheckBox* box;
        Label* description;
    };
    void addEntry(core::Permission permission);
    void showTexts();

    std::vector<Entry> m_entries;
    std::vector<Label*> m_titles;
};

}  // namespace hearth::ui
