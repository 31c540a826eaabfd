#pragma once
#include <QSslCertificate>
#include <QWidget>

#include "ui/widgets/label.h"

namespace hearth::ui {

/// A certificate's SHA-256 in groups of four, to be read aloud and compared.
class FingerprintView : public QWidget {
    Q_OBJECT
public:
    explicit FingerprintView(QWidget* parent = nullptr);

    void setLabel(const QString& label);
    void setFingerprint(const QByteArray& sha256);
    QString text() const;

private:
    Label* m_label;
    Label* m_value;
};

/// To whom it was issued and until when it holds, in one sentence.
QString certificateFacts(const QSslCertificate& certificate);

}  // namespace hearth::ui
