<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>Alarms</name>
    <message numerus="yes">
        <source>The node&apos;s certificate expires in %n days.</source>
        <translation>
            <numerusform>The node&apos;s certificate expires in %n day.</numerusform>
            <numerusform>The node&apos;s certificate expires in %n days.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Load one of the %n models on the node.</source>
        <translation>
            <numerusform>Load the model on the node.</numerusform>
            <numerusform>Load one of the %n models on the node.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The API key %1 expires in %n days.</source>
        <translation>
            <numerusform>The API key %1 expires in %n day.</numerusform>
            <numerusform>The API key %1 expires in %n days.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n requests wait for %1, of at most %2.</source>
        <translation>
            <numerusform>%n request waits for %1, of at most %2.</numerusform>
            <numerusform>%n requests wait for %1, of at most %2.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Draft</name>
    <message numerus="yes">
        <source>Choose at most %n files.</source>
        <translation>
            <numerusform>Choose at most %n file.</numerusform>
            <numerusform>Choose at most %n files.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Use at most %n characters.</source>
        <translation>
            <numerusform>Use at most %n character.</numerusform>
            <numerusform>Use at most %n characters.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message numerus="yes">
        <source>%Ln conversations</source>
        <translation>
            <numerusform>%Ln conversation</numerusform>
            <numerusform>%Ln conversations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pairs of answers</source>
        <translation>
            <numerusform>%Ln pair of answers</numerusform>
            <numerusform>%Ln pairs of answers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln prompts</source>
        <translation>
            <numerusform>%Ln prompt</numerusform>
            <numerusform>%Ln prompts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln documents</source>
        <translation>
            <numerusform>%Ln document</numerusform>
            <numerusform>%Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln things must be mended before training</source>
        <translation>
            <numerusform>%Ln thing must be mended before training</numerusform>
            <numerusform>%Ln things must be mended before training</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ready to train, with %Ln things to look at</source>
        <translation>
            <numerusform>Ready to train, with %Ln thing to look at</numerusform>
            <numerusform>Ready to train, with %Ln things to look at</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Schedules</name>
    <message numerus="yes">
        <source>Every %n minutes</source>
        <translation>
            <numerusform>Every minute</numerusform>
            <numerusform>Every %n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Use at most %n characters.</source>
        <translation>
            <numerusform>Use at most %n character.</numerusform>
            <numerusform>Use at most %n characters.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::AnswerView</name>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::FilterChips</name>
    <message numerus="yes">
        <source>%1: %n chosen</source>
        <translation>
            <numerusform>%1: %n chosen</numerusform>
            <numerusform>%1: %n chosen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::FindingRow</name>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::HealthCard</name>
    <message numerus="yes">
        <source>%n models served</source>
        <translation>
            <numerusform>%n model served</numerusform>
            <numerusform>%n models served</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::LogView</name>
    <message numerus="yes">
        <source>%Ln new lines</source>
        <translation>
            <numerusform>%Ln new line</numerusform>
            <numerusform>%Ln new lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::MachineCard</name>
    <message numerus="yes">
        <source>%n cores</source>
        <translation>
            <numerusform>%n core</numerusform>
            <numerusform>%n cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::NewRunForm</name>
    <message numerus="yes">
        <source>%1 (%Ln examples)</source>
        <translation>
            <numerusform>%1 (%Ln example)</numerusform>
            <numerusform>%1 (%Ln examples)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::NodeTiles</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::OverviewPage</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::RecordCard</name>
    <message numerus="yes">
        <source>%1, %Ln cores</source>
        <translation>
            <numerusform>%1, %Ln core</numerusform>
            <numerusform>%1, %Ln cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::ReportView</name>
    <message numerus="yes">
        <source>%Ln rows are longer than the %1 tokens that the model takes.</source>
        <translation>
            <numerusform>%Ln row is longer than the %1 tokens that the model takes.</numerusform>
            <numerusform>%Ln rows are longer than the %1 tokens that the model takes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::RowBrowser</name>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %Ln rows</source>
        <translation>
            <numerusform>%1 of %Ln row</numerusform>
            <numerusform>%1 of %Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::TableToolbar</name>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::TopBar</name>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>%n job</numerusform>
            <numerusform>%n jobs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) in progress</source>
        <translation>
            <numerusform>%n job in progress</numerusform>
            <numerusform>%n jobs in progress</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Notifications (%n unread)</source>
        <translation>
            <numerusform>Notifications (%n unread)</numerusform>
            <numerusform>Notifications (%n unread)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::UnreachableScreen</name>
    <message numerus="yes">
        <source>Trying again in %n second(s).</source>
        <translation>
            <numerusform>Trying again in %n second.</numerusform>
            <numerusform>Trying again in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::WeekView</name>
    <message numerus="yes">
        <source>%1
%n starts on this day, the first at %2</source>
        <translation>
            <numerusform>%1
%n start on this day, at %2</numerusform>
            <numerusform>%1
%n starts on this day, the first at %2</numerusform>
        </translation>
    </message>
</context>
</TS>
