#include "ui/shell/screens/fingerprint_view.h"

#include <QDateTime>
#include <QVBoxLayout>

#include "ui/api_client/certificate_pin.h"
#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"

namespace hearth::ui {

FingerprintView::FingerprintView(QWidget* parent)
    : QWidget(parent),
      m_label(new Label(TextRole::Caption, Tone::Muted)),
      m_value(new Label(TextRole::Mono)) {
    m_value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid / 2);
    column->addWidget(m_label);
    column->addWidget(m_value);
}

void FingerprintView::setLabel(const QString& label) {
    m_label->setText(label);
    m_value->setAccessibleName(label);
}

void FingerprintView::setFingerprint(const QByteArray& sha256) {
    m_value->setText(readableFingerprint(sha256));
}

QString FingerprintView::text() const {
    return m_value->text();
}

QString certificateFacts(const QSslCertificate& certificate) {
    if (certificate.isNull())
        return {};
    const QString name = certificate.subjectInfo(QSslCertificate::CommonName).value(0);
    return FingerprintView::tr("Issued to %1, valid until %2.")
        .arg(name.left(64), Language::instance().locale().toString(certificate.expiryDate().date(),
                                                                   QLocale::LongFormat));
}

}  // namespace hearth::ui
