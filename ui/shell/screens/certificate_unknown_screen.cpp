#include "ui/shell/screens/certificate_unknown_screen.h"

#include "ui/api_client/certificate_pin.h"
#include "ui/api_client/node_address.h"
#include "ui/i18n/language.h"
#include "ui/models/session.h"
#include "ui/shell/screens/fingerprint_view.h"
#include "ui/widgets/button.h"
#include "ui/widgets/copy_field.h"

namespace hearth::ui {

CertificateUnknownScreen::CertificateUnknownScreen(AppContext& context, QWidget* parent)
    : Screen(parent),
      m_context(context),
      m_fingerprint(new FingerprintView),
      m_facts(paragraph(TextRole::Caption, Tone::Muted)),
      m_howTo(paragraph()),
      m_command(new CopyField),
      m_trust(new Button(ButtonKind::Primary)),
      m_cancel(new Button(ButtonKind::Quiet)) {
    m_trust->setObjectName("certificate-trust");
    m_cancel->setObjectName("certificate-cancel");
    m_command->setValue("openssl x509 -in DIR/tls/server.pem -noout -fingerprint -sha256");
    body()->addWidget(m_fingerprint);
    body()->addWidget(m_facts);
    body()->addWidget(m_howTo);
    body()->addWidget(m_command);
    addButtons({m_trust, m_cancel});
    Session& session = context.session;
    connect(m_trust, &Button::clicked, &session, &Session::trustOfferedCertificate);
    connect(m_cancel, &Button::clicked, this, [this] {
        if (const auto& profile = m_context.session.profile())
            m_context.profiles.forget(QString(profile->id));
    });
    connect(&session, &Session::stateChanged, this, &CertificateUnknownScreen::showTexts);
    translated(this, [this] { showTexts(); });
}

void CertificateUnknownScreen::showTexts() {
    const auto& profile = m_context.session.profile();
    if (!profile)
        return;
    const QSslCertificate& certificate = m_context.session.offeredCertificate();
    setTitle(tr("Is this the right node?"));
    setSentence(tr("You connect to %1 for the first time. Nothing has been sent to it yet. Compare "
                   "its certificate with the one on the node before you trust it.")
                    .arg(placeOf(profile->url)));
    m_fingerprint->setLabel(tr("SHA-256 fingerprint of the certificate"));
    m_fingerprint->setFingerprint(fingerprintOf(certificate));
    m_facts->setText(certificateFacts(certificate));
    m_howTo->setText(tr("To compare, run this on the node, with its data folder for DIR:"));
    m_command->setName(tr("Command"));
    m_trust->setText(tr("Trust this node"));
    m_cancel->setText(tr("Cancel"));
}

}  // namespace hearth::ui
