#pragma once
#include "ui/api_client/node_types.h"
#include "ui/shell/page.h"

class QStackedWidget;

namespace hearth::ui {

class Banner;
class Button;
class DataTable;
class Drawer;
class Poll;
class RowBrowser;
class UploadForm;
class UploadsPanel;
struct ApiFailure;

/// Data sets: uploaded, looked into, deleted, trained with. openItem() takes a data set's id, or
/// "new" for an upload.
class DatasetsPage : public Page {
    Q_OBJECT
public:
    explicit DatasetsPage(AppContext& context, QWidget* parent = nullptr);

    void openItem(const QString& item) override;
    void shown() override;
    void left() override;
    QVector<PageCommand> commands() override;

    DataTable* table() const { return m_table; }
    Drawer* drawer() const { return m_drawer; }
    UploadForm* form() const { return m_form; }
    UploadsPanel* uploads() const { return m_uploads; }
    RowBrowser* browser() const { return m_browser; }

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void build();
    void connectParts();
    void connectUploads();
    void addRowActions();
    void showTexts();
    void refresh();
    void takeFiles(const QVector<DataFile>& files);
    const DataFile* find(const QString& id) const;
    bool mayWrite() const;
    bool mayTrain() const;

    void openUpload(const QString& path = {});
    void browse(const QString& id);
    void closeBrowser();
    void fineTune(const QString& id);
    void askDelete(const QString& id);
    void remove(const DataFile& file);

    Poll* m_poll;
    QVector<DataFile> m_files;
    QString m_wanted;  // to be opened once it is known
    QStackedWidget* m_views;
    DataTable* m_table;
    RowBrowser* m_browser;
    UploadsPanel* m_uploads;
    Banner* m_away;
    Drawer* m_drawer;
    UploadForm* m_form;
    Button* m_upload;
};

}  // namespace hearth::ui
