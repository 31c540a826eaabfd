// How standard controls look: Qt's own behaviour, our painting.
#pragma once
#include <QProxyStyle>

namespace hearth::ui {

class HearthStyle : public QProxyStyle {
    Q_OBJECT
public:
    HearthStyle();
};

}  // namespace hearth::ui
