#include "ui/theme/hearth_style.h"

#include <gtest/gtest.h>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSlider>
#include <QTabBar>
#include <QToolButton>

#include "tests/ui/support/input.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/password_field.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/switch.h"

namespace hearth::ui {
namespace {

/// How many pixels of the widget have nearly this colour.
int pixelsOf(QWidget& widget, const QColor& color) {
    const QImage image = widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            count += std::abs(pixel.red() - color.red()) < 12 &&
                     std::abs(pixel.green() - color.green()) < 12 &&
                     std::abs(pixel.blue() - color.blue()) < 12;
        }
    return count;
}

std::vector<std::unique_ptr<QWidget>> everyControl() {
    std::vector<std::unique_ptr<QWidget>> controls;
    controls.push_back(std::make_unique<QLineEdit>());
    controls.push_back(std::make_unique<SearchField>());
    controls.push_back(std::make_unique<PasswordField>());
    controls.push_back(std::make_unique<QPlainTextEdit>());
    controls.push_back(std::make_unique<QComboBox>());
    controls.push_back(std::make_unique<QSpinBox>());
    controls.push_back(std::make_unique<QDoubleSpinBox>());
    controls.push_back(std::make_unique<QPushButton>("Press"));
    controls.push_back(std::make_unique<QToolButton>());
    controls.push_back(std::make_unique<Button>(ButtonKind::Quiet));
    controls.push_back(std::make_unique<QCheckBox>("Check"));
    controls.push_back(std::make_unique<QRadioButton>("Radio"));
    controls.push_back(std::make_unique<Switch>());
    controls.push_back(std::make_unique<QSlider>(Qt::Horizontal));
    return controls;
}

class HearthStyleTest : public testing::TestWithParam<ThemeMode> {
protected:
    HearthStyleTest() { Theme::instance().apply(GetParam()); }
    ~HearthStyleTest() override { Theme::instance().apply(ThemeMode::Light); }
};

TEST_P(HearthStyleTest, FocusIsSeenOnEveryControl) {
    for (const auto& control : everyControl()) {
        QWidget window;
        QWidget other(&window);
        other.setFocusPolicy(Qt::StrongFocus);
        control->setParent(&window);
        control->setGeometry(20, 20, 200, std::max(32, control->sizeHint().height()));
        // QToolButton takes no focus by Tab unless told to.
        control->setFocusPolicy(Qt::StrongFocus);
        test::activate(window);
        other.setFocus();
        const int without = pixelsOf(*control, colors().accent);
        control->setFocus(Qt::TabFocusReason);
        const int with = pixelsOf(*control, colors().accent);
        EXPECT_GT(with, without + 30) << control->metaObject()->className();
        control->setParent(nullptr);
    }
}

TEST_P(HearthStyleTest, ChangesWithTheThemeWithoutAnewWidget) {
    QLineEdit edit("text");
    edit.resize(200, 32);
    EXPECT_GT(pixelsOf(edit, colors().surface), 2000);
    Theme::instance().apply(GetParam() == ThemeMode::Light ? ThemeMode::Dark : ThemeMode::Light);
    EXPECT_GT(pixelsOf(edit, colors().surface), 2000);
}

INSTANTIATE_TEST_SUITE_P(Schemes, HearthStyleTest,
                         testing::Values(ThemeMode::Light, ThemeMode::Dark), [](const auto& mode) {
                             return mode.param == ThemeMode::Light ? "Light" : "Dark";
                         });

TEST(HearthStyle, ControlsAreOfOneHeight) {
    EXPECT_EQ(QLineEdit().sizeHint().height(), metrics::kControlHeight);
    EXPECT_EQ(SearchField().sizeHint().height(), metrics::kControlHeight);
    EXPECT_EQ(QComboBox().sizeHint().height(), metrics::kControlHeight);
    EXPECT_EQ(QSpinBox().sizeHint().height(), metrics::kControlHeight);
    EXPECT_EQ(QPushButton("Press").sizeHint().height(), metrics::kControlHeight);
    EXPECT_EQ(QToolButton().sizeHint().height(), metrics::kControlHeight);
}

TEST(HearthStyle, KoreanTextFitsTheFields) {
    QLineEdit edit("한글");
    EXPECT_LE(edit.fontMetrics().height(), metrics::kControlHeight - 4);
    EXPECT_EQ(edit.sizeHint().height(), metrics::kControlHeight);
}

}  // namespace
}  // namespace hearth::ui
