// How a node is made known to the console: by its address, or by its folder on this computer.
#pragma once
#include <QWidget>

#include "ui/app_context.h"
#include "ui/models/profiles.h"

namespace hearth::ui {

class FittingStack;
class Button;
class FormField;
class LineField;
class SegmentedControl;

/// Saves the profile and makes it the current one, which connects to it.
class AddNodeForm : public QWidget {
    Q_OBJECT
public:
    explicit AddNodeForm(AppContext& context, QWidget* parent = nullptr);

    /// Empties it and puts the focus into the first field.
    void begin();

signals:
    void added(const QString& profileId);

private:
    QWidget* makeAddressPart();
    QWidget* makeFolderPart();
    void showTexts();
    void showPart(bool local);
    void chooseFolder();
    void submit();
    std::optional<NodeProfile> typedNode();
    std::optional<NodeProfile> chosenNode();

    AppContext& m_context;
    SegmentedControl* m_kind;
    FittingStack* m_parts;
    LineField* m_address;
    FormField* m_addressField;
    LineField* m_folder;
    Button* m_choose;
    FormField* m_folderField;
    LineField* m_name;
    FormField* m_nameField;
    Button* m_connect;
};

}  // namespace hearth::ui
