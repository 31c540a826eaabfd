#pragma once
#include <QWidget>

#include "ui/api_client/node_types.h"

namespace hearth::ui {

class Banner;
class FactList;
class Label;
class ModelFilesList;
class StatusPill;

/// What is known of one model, for the drawer.
class ModelDetailsView : public QWidget {
    Q_OBJECT
public:
    explicit ModelDetailsView(QWidget* parent = nullptr);

    /// What the list knows; the rest is on its way.
    void setModel(const Model& model, bool busy);
    void setDetails(const ModelDetails& details);
    /// Instead of the rest.
    void setTrouble(const QString& message);

private:
    void addFacts();
    void showState();
    void showFacts();
    void showMemory();

    StatusPill* m_state;
    Label* m_loadError;
    Label* m_advice;
    Banner* m_trouble;
    FactList* m_about;
    FactList* m_architecture;
    FactList* m_memory;
    FactList* m_adapter;
    ModelFilesList* m_files;
    Model m_model;
    bool m_busy = false;
    std::optional<ModelDetails> m_details;
};

}  // namespace hearth::ui
