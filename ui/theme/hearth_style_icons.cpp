// Our icons in Qt's own dialogs.
#include "ui/theme/hearth_style.h"
#include "ui/theme/icons.h"

namespace hearth::ui {
namespace {

/// A name of theme/icons, or none.
QString nameOf(QStyle::StandardPixmap which) {
    switch (which) {
        case QStyle::SP_ArrowBack:
        case QStyle::SP_ArrowLeft:
        case QStyle::SP_FileDialogBack:
            return "chevron_left";
        case QStyle::SP_ArrowForward:
        case QStyle::SP_ArrowRight:
            return "chevron_right";
        case QStyle::SP_FileDialogToParent:
            return "sort_up";
        case QStyle::SP_FileDialogNewFolder:
            return "plus";
        case QStyle::SP_FileDialogListView:
            return "columns";
        case QStyle::SP_FileDialogDetailedView:
            return "menu";
        case QStyle::SP_DirIcon:
        case QStyle::SP_DirOpenIcon:
        case QStyle::SP_DirClosedIcon:
        case QStyle::SP_DirHomeIcon:
            return "folder";
        case QStyle::SP_FileIcon:
            return "file";
        case QStyle::SP_DriveHDIcon:
            return "datasets";
        case QStyle::SP_ComputerIcon:
        case QStyle::SP_DesktopIcon:
            return "monitor";
        case QStyle::SP_LineEditClearButton:
            return "close";
        case QStyle::SP_MessageBoxWarning:
            return "warning";
        case QStyle::SP_MessageBoxCritical:
            return "error";
        case QStyle::SP_MessageBoxInformation:
            return "info";
        case QStyle::SP_MessageBoxQuestion:
            return "help";
        default:
            return {};
    }
}

}  // namespace

QIcon HearthStyle::standardIcon(StandardPixmap which, const QStyleOption* option,
                                const QWidget* widget) const {
    const QString name = nameOf(which);
    return name.isEmpty() ? QProxyStyle::standardIcon(which, option, widget) : icon(name);
}

}  // namespace hearth::ui
