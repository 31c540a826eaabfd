#include "finetune/data/forms/container.h"

#include <gtest/gtest.h>

#include "finetune/data/forms/recognise.h"

namespace hearth::finetune {
namespace {

using nlohmann::json;

struct Read {
    std::vector<int64_t> lines;
    std::vector<json> rows;
    std::vector<std::string> errors;  // "2: what is wrong"
};

Read readAll(std::string_view content, Container container) {
    Read read;
    forEachRow(content, container, [&](int64_t line, const ReadRow& row) {
        if (row) {
            read.lines.push_back(line);
            read.rows.push_back(*row);
        } else {
            read.errors.push_back(std::to_string(line) + ": " + row.error().message);
        }
        return true;
    });
    return read;
}

TEST(Container, IsToldByTheContent) {
    EXPECT_EQ(recogniseContainer("\n {\"a\": 1}\n"), Container::Jsonl);
    EXPECT_EQ(recogniseContainer("{broken"), Container::Jsonl);
    EXPECT_EQ(recogniseContainer("\xEF\xBB\xBF[\n {\"a\": 1}]"), Container::JsonArray);
    EXPECT_EQ(recogniseContainer("[]"), Container::JsonArray);
    EXPECT_EQ(recogniseContainer("[INST] hello"), Container::Text);
    EXPECT_EQ(recogniseContainer("prompt,completion\na,b\n"), Container::Csv);
    EXPECT_EQ(recogniseContainer("\xEF\xBB\xBFinstruction;input;output\r\na;b;c"), Container::Csv);
    EXPECT_EQ(recogniseContainer("id\tprompt\tchosen\trejected\n"), Container::Csv);
    EXPECT_EQ(recogniseContainer("Dear all,\nplease see"), Container::Text);
    EXPECT_EQ(recogniseContainer("intro\n\n## 펌프\ntext"), Container::Markdown);
    EXPECT_EQ(recogniseContainer("```\n# a comment\n```\n"), Container::Text);
    EXPECT_EQ(recogniseContainer(""), Container::Text);
}

TEST(Csv, ReadsWhatRfc4180Allows) {
    const Read read = readAll(
        "\xEF\xBB\xBFprompt,completion\r\n"
        "\"a, b\",\"said \"\"yes\"\"\"\r\n"
        "\"two\nlines\",\r\n"
        "\r\n"
        "밸브,\"\"\r\n"
        "last,row",
        Container::Csv);
    EXPECT_TRUE(read.errors.empty()) << read.errors[0];
    ASSERT_EQ(read.rows.size(), 4u);
    EXPECT_EQ(read.rows[0], (json{{"prompt", "a, b"}, {"completion", "said \"yes\""}}));
    EXPECT_EQ(read.rows[1], (json{{"prompt", "two\nlines"}, {"completion", ""}}));
    EXPECT_EQ(read.rows[2], (json{{"prompt", "밸브"}, {"completion", ""}}));
    EXPECT_EQ(read.rows[3], (json{{"prompt", "last"}, {"completion", "row"}}));
    EXPECT_EQ(read.lines, (std::vector<int64_t>{2, 3, 6, 7}));
}

TEST(Csv, NumbersBadRecordsAndGoesOn) {
    const Read read =
        readAll("prompt,completion\na\nb,c\nd\"e,f\n\"g\"h,i\nj,k,l\nm,n\n", Container::Csv);
    ASSERT_EQ(read.errors.size(), 4u);
    EXPECT_EQ(read.errors[0], "2: has 1 fields, the header 2");
    EXPECT_TRUE(read.errors[1].starts_with("4: a quote stands")) << read.errors[1];
    EXPECT_EQ(read.errors[2], "5: there is text after a closing quote");
    EXPECT_EQ(read.errors[3], "6: has 3 fields, the header 2");
    EXPECT_EQ(read.lines, (std::vector<int64_t>{3, 7}));
}

TEST(Csv, AnOpenQuoteIsToldWhereItOpens) {
    const Read read = readAll("prompt,completion\na,b\nc,\"d\ne,f\n", Container::Csv);
    ASSERT_EQ(read.errors.size(), 1u);
    EXPECT_EQ(read.errors[0], "3: the quote that opens in line 3 is not closed");
    EXPECT_EQ(read.rows.size(), 1u);
}

TEST(Csv, ACellMayHoldMessagesAsJson) {
    const std::string csv =
        "messages\n\"[{\"\"role\"\": \"\"user\"\", \"\"content\"\": \"\"a\"\"}, "
        "{\"\"role\"\": \"\"assistant\"\", \"\"content\"\": \"\"b\"\"}]\"\n";
    const auto form = recogniseForm(csv);
    ASSERT_TRUE(form) << form.error().text();
    EXPECT_EQ(form->container, Container::Csv);
    forEachMappedRow(csv, *form, [](int64_t, const ReadRow& row) {
        EXPECT_TRUE(row.ok() && (*row)["messages"].size() == 2);
        return true;
    });
}

TEST(JsonArray, NumbersRowsByTheirLines) {
    const Read read = readAll("[\n {\"a\": \"],{\\\"\"},\n {\"b\": [1,\n 2]}, 7,\n {\"c\" 3}\n]\n",
                              Container::JsonArray);
    EXPECT_EQ(read.lines, (std::vector<int64_t>{2, 3}));
    ASSERT_EQ(read.errors.size(), 2u);
    EXPECT_EQ(read.errors[0], "4: must be a JSON object");
    EXPECT_TRUE(read.errors[1].starts_with("5: ")) << read.errors[1];
}

TEST(JsonArray, CutOffOrFollowedByTextIsAnError) {
    for (const char* content :
         {"[", "[{\"a\": 1}", "[{\"a\": 1},", "[{\"a\": \"", "[{\"a\": \"\\"}) {
        const Read read = readAll(content, Container::JsonArray);
        ASSERT_EQ(read.errors.size(), 1u) << content;
        EXPECT_NE(read.errors[0].find("not closed"), std::string::npos) << content;
    }
    EXPECT_EQ(readAll("[]\n x", Container::JsonArray).errors,
              std::vector<std::string>{"2: there is text after the array's end"});
}

TEST(Documents, AreSeparatedAndLoseTheirFrontMatter) {
    const Read read =
        readAll("---\ntitle: Pumps\n---\n\n# Pumps\nred\n<|endoftext|>\n\n# Valves\nblue\n",
                Container::Markdown);
    ASSERT_EQ(read.rows.size(), 2u);
    EXPECT_EQ(read.rows[0]["text"], "# Pumps\nred");
    EXPECT_EQ(read.rows[1]["text"], "# Valves\nblue");
    EXPECT_EQ(read.lines, (std::vector<int64_t>{1, 9}));
    EXPECT_EQ(readAll("---\nnot closed\n", Container::Markdown).rows[0]["text"], "---\nnot closed");
    EXPECT_EQ(readAll("---\na\n---\nb", Container::Text).rows[0]["text"], "---\na\n---\nb");
}

}  // namespace
}  // namespace hearth::finetune
