#pragma once
#include <QTimer>

#include "ui/api_client/node_api.h"
#include "ui/widgets/card.h"

namespace hearth::ui {

class Button;
class FactsTable;
class IconLabel;
class Label;
class ProgressRow;

/// What a run was made from, by versions, seeds and hashes; and the proof of it: recorded steps
/// trained again and compared bit for bit.
class RecordCard : public Card {
    Q_OBJECT
public:
    explicit RecordCard(NodeApi& api, QWidget* parent = nullptr);

    /// Asks for the record and the last verification. Hidden while there is no record.
    void open(const QString& jobId, bool mayVerify);
    void pause();

    FactsTable* facts() const { return m_facts; }
    Button* verifyButton() const { return m_verify; }
    ProgressRow* progress() const { return m_progress; }
    QString verdict() const;

private:
    void showTexts();
    void askRecord();
    void askLast();
    void askRunning();
    void verify();
    void cancel();
    void take(const Operation& operation);
    void showRecord();
    void showVerdict();

    NodeApi& m_api;
    QString m_job;
    QJsonObject m_record;
    Operation m_last;   // the newest verification; without an id: none
    QString m_refusal;  // why none could begin
    bool m_mayVerify = false;
    bool m_asked = false;  // the node has not answered to verify() yet
    bool m_cancelling = false;
    int m_opening = 0;  // answers to an earlier one are dropped
    QTimer m_clock;

    FactsTable* m_facts;
    QWidget* m_verdictRow;
    IconLabel* m_verdictIcon;
    Label* m_verdict;
    ProgressRow* m_progress;
    Button* m_verify;
};

}  // namespace hearth::ui
