#include "ui/widgets/scrolled.h"

#include <QScrollArea>

namespace hearth::ui {

QScrollArea* scrolled(QWidget* content) {
    auto* area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    area->setWidget(content);
    content->setAutoFillBackground(false);  // setWidget turns it on
    return area;
}

}  // namespace hearth::ui
