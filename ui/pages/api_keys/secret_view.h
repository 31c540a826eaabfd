#pragma once
#include <QWidget>

#include "ui/api_client/node_types.h"

class QPlainTextEdit;
class QUrl;

namespace hearth::ui {

class Banner;
class Button;
class CopyField;
class Label;

/// A new key's secret, shown this once, and how to use it. forget() leaves nothing behind.
class SecretView : public QWidget {
    Q_OBJECT
public:
    explicit SecretView(QWidget* parent = nullptr);

    void present(const NewApiKey& key, const QUrl& node);
    void forget();
    CopyField* secret() const { return m_secret; }
    QString example() const;
    Button* done() const { return m_done; }

signals:
    void finished();

private:
    void showTexts();

    Banner* m_banner;
    Label* m_secretLabel;
    CopyField* m_secret;
    Label* m_exampleLabel;
    QPlainTextEdit* m_example;
    Label* m_certificateHint;
    Button* m_copyExample;
    Button* m_done;
};

/// A request that anybody can try in a terminal. The key stands in it.
QString curlExample(const QUrl& node, const QString& secret);

}  // namespace hearth::ui
