#pragma once
#include <QWidget>

#include "ui/models/profiles.h"

namespace hearth::ui {

class Button;
class FormField;
class LineField;
class SegmentedControl;

/// Adds a node by its address, or by its data directory on this computer; or renames one.
class NodeForm : public QWidget {
    Q_OBJECT
public:
    explicit NodeForm(QWidget* parent = nullptr);
    explicit NodeForm(const NodeProfile& profile, QWidget* parent = nullptr);

    QString title() const;
    SegmentedControl* place() const { return m_place; }
    LineField* name() const { return m_name; }
    LineField* address() const { return m_address; }
    LineField* directory() const { return m_directory; }
    FormField* addressField() const { return m_addressField; }
    FormField* directoryField() const { return m_directoryField; }
    Button* saveButton() const { return m_save; }

    /// To the first thing to write.
    void takeFocus();
    /// Checks, and saves when all is well.
    void submit();

signals:
    void saved(const hearth::ui::NodeProfile& profile);
    /// Saved or given up.
    void finished();

private:
    NodeForm(std::optional<NodeProfile> profile, QWidget* parent);
    void build();
    QWidget* buildDirectory();
    void chooseDirectory();
    void showTexts();
    void showPlace();
    bool isRenaming() const { return m_former.has_value(); }
    std::optional<NodeProfile> profileOfFields();

    std::optional<NodeProfile> m_former;
    SegmentedControl* m_place = nullptr;
    LineField* m_name = nullptr;
    LineField* m_address = nullptr;
    LineField* m_directory = nullptr;
    FormField* m_nameField = nullptr;
    FormField* m_addressField = nullptr;
    FormField* m_directoryField = nullptr;
    Button* m_browse = nullptr;
    Button* m_save = nullptr;
    Button* m_cancel = nullptr;
};

}  // namespace hearth::ui
