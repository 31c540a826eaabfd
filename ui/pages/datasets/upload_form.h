#pragma once
#include <QWidget>

#include "ui/api_client/outcome.h"

namespace hearth::ui {

class Button;
class DropZone;
class FormField;
class SegmentedControl;
class UploadProblems;

/// File and purpose of a data set to upload; afterwards, what was wrong with it.
class UploadForm : public QWidget {
    Q_OBJECT
public:
    explicit UploadForm(QWidget* parent = nullptr);

    void reset();
    void showFailure(const QString& path, const QString& purpose, const ApiFailure& failure);
    DropZone* file() const { return m_file; }
    SegmentedControl* purpose() const { return m_purpose; }
    Button* start() const { return m_start; }
    UploadProblems* problems() const { return m_problems; }

signals:
    void uploadRequested(const QString& path, const QString& purpose);

private:
    void showTexts();
    void showPurposeHelp();
    void submit();

    DropZone* m_file;
    SegmentedControl* m_purpose;
    FormField* m_fileField;
    FormField* m_purposeField;
    UploadProblems* m_problems;
    Button* m_start;
};

}  // namespace hearth::ui
