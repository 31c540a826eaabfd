#pragma once
#include <QSet>

#include "ui/api_client/node_types.h"
#include "ui/shell/page.h"

namespace hearth::ui {

class Banner;
class Button;
class DataTable;
class Drawer;
class ImportForm;
class ImportsPanel;
class ModelDetailsView;
class Poll;
struct ApiFailure;

/// What the node can serve: looked at, loaded, unloaded, imported, deleted. openItem() takes a
/// model's name, or "new" for an import.
class ModelsPage : public Page {
    Q_OBJECT
public:
    explicit ModelsPage(AppContext& context, QWidget* parent = nullptr);

    void openItem(const QString& item) override;
    void shown() override;
    void left() override;
    QVector<PageCommand> commands() override;

    DataTable* table() const { return m_table; }
    Drawer* drawer() const { return m_drawer; }
    ImportForm* importForm() const { return m_importForm; }
    ImportsPanel* imports() const { return m_imports; }

private:
    void build();
    void buildDrawer();
    void connectParts();
    void addRowActions();
    void showTexts();

    void refresh();
    void takeModels(const QVector<Model>& models);
    void refreshImports();
    const Model* find(const QString& id) const;
    bool mayManage() const;

    void openDetails(QString id, bool takeFocus);
    void showDetails(const QString& id);
    void askDetails(const QString& id);
    void showActions();
    bool drawerShows(const QString& id) const;

    void load(const QString& id);
    void unload(const QString& id);
    void askDelete(const QString& id);
    void remove(const QString& id);
    void chat(const QString& id);
    void fineTune(const QString& id);
    void openImport();
    void setBusy(const QString& id, bool busy);
    void tellFailure(const QString& what, const ApiFailure& failure);

    Poll* m_poll;
    QVector<Model> m_models;
    QSet<QString> m_busy;    // a load or unload of ours is on its way
    QString m_wanted;        // to be opened once it is known
    QString m_shownDetails;  // the model in the drawer
    DataTable* m_table;
    ImportsPanel* m_imports;
    Banner* m_away;
    Drawer* m_drawer;
    Drawer* m_importDrawer;
    ModelDetailsView* m_details;
    ImportForm* m_importForm;
    Button* m_import;
    Button* m_chat;
    Button* m_fineTune;
    Button* m_serve;  // loads or unloads
    Button* m_delete;
};

}  // namespace hearth::ui
