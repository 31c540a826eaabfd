#pragma once
#include <QWidget>

#include "ui/app_context.h"

namespace hearth::ui {

class Button;
class ComboBox;
class FormField;
class Label;
class LineField;
struct ApiFailure;

/// Name, folder and precision of a model to import.
class ImportForm : public QWidget {
    Q_OBJECT
public:
    explicit ImportForm(AppContext& context, QWidget* parent = nullptr);

    void reset();
    LineField* name() const { return m_name; }
    LineField* folder() const { return m_folder; }
    ComboBox* precision() const { return m_precision; }
    /// Null when the node is on another machine, whose folders cannot be browsed.
    Button* browse() const { return m_browse; }
    Button* start() const { return m_start; }

signals:
    /// The node has taken the import on.
    void started(const QString& model);

private:
    void build();
    void showTexts();
    void chooseFolder();
    void takeFolder(const QString& folder);
    void submit();
    bool check();
    void showFailure(const ApiFailure& failure);

    AppContext& m_context;
    LineField* m_name;
    LineField* m_folder;
    ComboBox* m_precision;
    FormField* m_nameField;
    FormField* m_folderField;
    FormField* m_precisionField;
    Label* m_error;
    Button* m_browse = nullptr;
    Button* m_start;
    bool m_sending = false;
};

}  // namespace hearth::ui
