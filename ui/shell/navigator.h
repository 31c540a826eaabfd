#pragma once
#include <QObject>

namespace hearth::ui {

/// How a page asks for another one: "show run ftjob-1". The window carries it out.
class Navigator : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// `pageId` from the page registry; `item` is the page's own id of a thing to open, or a
    /// verb of its own ("new?model=hearth-demo"); empty: just the page.
    void open(const QString& pageId, const QString& item = {}) { emit requested(pageId, item); }

signals:
    void requested(const QString& pageId, const QString& item);
};

}  // namespace hearth::ui
