#include "ui/shell/screens/forget_node.h"

#include <QCoreApplication>

#include "ui/models/profiles.h"
#include "ui/models/secret_store.h"
#include "ui/widgets/confirm.h"

namespace hearth::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ForgetNode)
};

}  // namespace

void askToForgetNode(QWidget* anywhere, AppContext& context) {
    const auto profile = context.profiles.current();
    if (!profile)
        return;
    Confirm::ask(anywhere,
                 {.texts =
                      [name = profile->name] {
                          return ConfirmTexts{
                              .title = Words::tr("Forget %1?").arg(name),
                              .message = Words::tr("The console no longer lists the node and drops "
                                                   "its sign-in. The node itself is not touched."),
                              .confirm = Words::tr("Forget node")};
                      },
                  .confirmed =
                      [&context, id = profile->id] {
                          context.secrets.remove(id);
                          context.profiles.forget(id);
                      }});
}

}  // namespace hearth::ui
