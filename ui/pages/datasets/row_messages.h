// A row of a data set as a person reads it.
#pragma once
#include <QJsonObject>
#include <QString>
#include <QVector>

namespace hearth::ui {

struct RowMessage {
    QString role;  // "system", "user", "assistant", "tool", "question", "expected", ...
    QString text;
    bool learned = true;  // false: context only ("weight": 0)
};

/// Conversations, questions and preference pairs; empty when the row is none of them.
QVector<RowMessage> messagesOf(const QJsonObject& row);

/// In the present language; an unknown role stands as it is.
QString roleText(const QString& role);

struct RowPreview {
    QString text;  // what is asked
    QString note;  // what is answered
};
/// One line of what the row is about.
RowPreview previewOf(const QJsonObject& row);

}  // namespace hearth::ui
