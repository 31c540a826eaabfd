#pragma once
#include <QWidget>
#include <functional>
#include <vector>

class QGridLayout;

namespace hearth::ui {

class CopyField;
class Label;

/// Names and values below each other: "Context  32,768 tokens". A fact without a value is left
/// out. Plain text; values can be selected.
class FactList : public QWidget {
    Q_OBJECT
public:
    explicit FactList(QWidget* parent = nullptr);

    /// The section's title; shown while any fact has a value.
    void setTitle(std::function<QString()> title);
    /// Returns the fact's number. `name` is asked again when the language changes.
    int addFact(std::function<QString()> name);
    /// An id or a digest, with a button that copies it.
    int addCopyFact(std::function<QString()> name);

    void setValue(int fact, const QString& value);
    QString value(int fact) const;
    void clearValues();

private:
    struct Fact {
        std::function<QString()> name;
        Label* nameLabel;
        Label* valueLabel;     // one of the two
        CopyField* copyField;  //
    };
    int add(std::function<QString()> name, Label* value, CopyField* copy);
    void showTexts();
    void showTitle();

    Label* m_titleLabel;
    QGridLayout* m_grid;
    std::function<QString()> m_title;
    std::vector<Fact> m_facts;
};

}  // namespace hearth::ui
