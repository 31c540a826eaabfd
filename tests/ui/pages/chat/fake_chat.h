// A node that answers only when the test says so.
#pragma once
#include <QTimer>

#include "ui/pages/chat/chat_view.h"

namespace hearth::ui::test {

class FakeCall : public ApiCall {
public:
    FakeCall(bool& aborted, QObject* parent) : ApiCall(parent), m_aborted(aborted) {}
    void abort() override {
        m_aborted = true;
        deleteLater();
    }

private:
    bool& m_aborted;
};

struct FakeChat {
    struct Asked {
        QJsonObject request;
        std::function<void(const ChatDelta&)> delta;
        Then<Nothing> end;
        bool aborted = false;
    };

    ChatSource source() {
        return [this](const QJsonObject& request, QObject* context, auto delta, auto end) {
            asked.push_back(std::make_unique<Asked>(Asked{request, delta, end}));
            return QPointer<ApiCall>(new FakeCall(asked.back()->aborted, context));
        };
    }

    void say(size_t call, const QString& text) { asked[call]->delta({.text = text}); }
    void finish(size_t call, const QString& reason = "stop", qint64 tokens = 3) {
        ChatDelta last;
        last.finishReason = reason;
        last.promptTokens = 10;
        last.completionTokens = tokens;
        asked[call]->delta(last);
        asked[call]->end(Nothing{});
    }

    ChatServices services() {
        return {
            .chat = source(),
            .models =
                [this](QObject* context, auto then) {
                    QTimer::singleShot(0, context, [this, then] {
                        if (listFailure)
                            then(*listFailure);
                        else
                            then(models);
                    });
                },
            .node = [] { return QUrl("https://10.0.0.5:8443"); },
            .caFile = [] { return QString("/srv/node/tls/ca.pem"); },
            .recall = [this](const QString& key) { return memory.value(key); },
            .remember = [this](const QString& key, const QVariant& v) { memory[key] = v; },
            .openModels = [this] { ++modelsOpened; },
        };
    }

    void addModel(const QString& id, bool served = true) {
        Model model;
        model.id = id;
        model.served = served;
        models.append(model);
    }

    std::vector<std::unique_ptr<Asked>> asked;
    QVector<Model> models;
    std::optional<ApiFailure> listFailure;
    QMap<QString, QVariant> memory;
    int modelsOpened = 0;
};

}  // namespace hearth::ui::test
