#pragma once
#include "ui/api_client/node_types.h"
#include "ui/shell/page.h"

namespace hearth::ui {

class Banner;
class Button;
class DataTable;
class Drawer;
class NewKeyForm;
class Poll;
class SecretView;

/// The keys that applications use: made, looked over, revoked. openItem() takes "new" or a key's
/// id.
class ApiKeysPage : public Page {
    Q_OBJECT
public:
    explicit ApiKeysPage(AppContext& context, QWidget* parent = nullptr);

    void openItem(const QString& item) override;
    void shown() override;
    void left() override;
    QVector<PageCommand> commands() override;

    DataTable* table() const { return m_table; }
    Drawer* drawer() const { return m_drawer; }
    NewKeyForm* form() const { return m_form; }
    SecretView* secretView() const { return m_secretView; }

private:
    void build();
    void connectParts();
    void showTexts();
    void showDrawerTexts();
    void refresh();
    void takeKeys(const QVector<ApiKey>& keys);
    const ApiKey* find(const QString& id) const;
    void openForm();
    void showSecret(const NewApiKey& key);
    void askRevoke(const QString& id);
    void revoke(const ApiKey& key);

    Poll* m_poll;
    QVector<ApiKey> m_keys;
    QString m_wanted;  // to be selected once it is known
    DataTable* m_table;
    Banner* m_away;
    Drawer* m_drawer;
    QWidget* m_steps;  // the form, then the secret
    NewKeyForm* m_form;
    SecretView* m_secretView;
    Button* m_create;
};

}  // namespace hearth::ui
