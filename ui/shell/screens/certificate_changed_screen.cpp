#include "ui/shell/screens/certificate_changed_screen.h"

#include "ui/api_client/certificate_pin.h"
#include "ui/api_client/node_address.h"
#include "ui/i18n/language.h"
#include "ui/models/session.h"
#include "ui/shell/screens/fingerprint_view.h"
#include "ui/shell/screens/forget_node.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {

CertificateChangedScreen::CertificateChangedScreen(AppContext& context, QWidget* parent)
    : Screen(parent),
      m_context(context),
      m_warning(new Banner),
      m_meaning(paragraph()),
      m_before(new FingerprintView),
      m_now(new FingerprintView),
      m_facts(paragraph(TextRole::Caption, Tone::Muted)),
      m_name(new LineField),
      m_nameField(new FormField(m_name)),
      m_trust(new Button(ButtonKind::Destructive)),
      m_retry(new Button(ButtonKind::Primary)),
      m_forget(new Button(ButtonKind::Plain)) {
    m_warning->setTone(Tone::Bad);
    m_name->setObjectName("certificate-name");
    m_trust->setObjectName("certificate-trust-new");
    m_forget->setObjectName("certificate-forget");
    for (QWidget* part : QList<QWidget*>{m_warning, m_meaning, m_before, m_now, m_facts})
        body()->addWidget(part);
    addButtons({m_retry, m_forget});
    body()->addWidget(m_nameField);
    body()->addWidget(m_trust, 0, Qt::AlignLeft);
    connect(m_name, &QLineEdit::textChanged, this, [this] { m_trust->setEnabled(isNameTyped()); });
    connect(m_trust, &Button::clicked, this, &CertificateChangedScreen::trust);
    connect(m_retry, &Button::clicked, &context.session, &Session::retry);
    connect(m_forget, &Button::clicked, this, [this] { askToForgetNode(this, m_context); });
    connect(&context.session, &Session::stateChanged, this, &CertificateChangedScreen::showTexts);
    translated(this, [this] { showTexts(); });
}

void CertificateChangedScreen::shown() {
    m_name->clear();
    showTexts();
    m_retry->setFocus();
}

void CertificateChangedScreen::showTexts() {
    const auto& profile = m_context.session.profile();
    if (!profile)
        return;
    const QSslCertificate& certificate = m_context.session.offeredCertificate();
    setTitle(tr("%1 shows another certificate").arg(profile->name));
    setSentence(placeOf(profile->url));
    m_warning->setText(tr("Nothing was sent. Do not go on before you know why."));
    m_meaning->setText(
        tr("Either the node was set up anew or its certificate was replaced, or "
           "somebody between you and the node pretends to be it. Ask the node's "
           "administrator, by another way than this one, to read you the new "
           "fingerprint."));
    m_before->setLabel(tr("Trusted until now"));
    m_before->setFingerprint(profile->pinnedSha256);
    m_now->setLabel(tr("Shown now"));
    m_now->setFingerprint(fingerprintOf(certificate));
    m_facts->setText(certificateFacts(certificate));
    m_nameField->setLabel(tr("Type %1 to trust the new certificate").arg(profile->name));
    m_trust->setText(tr("Trust the new certificate"));
    m_trust->setEnabled(isNameTyped());
    m_retry->setText(tr("Try again"));
    m_forget->setText(tr("Forget this node…"));
}

bool CertificateChangedScreen::isNameTyped() const {
    const auto& profile = m_context.session.profile();
    return profile && m_name->text() == profile->name;
}

void CertificateChangedScreen::trust() {
    if (isNameTyped())
        m_context.session.trustOfferedCertificate();
}

}  // namespace hearth::ui
