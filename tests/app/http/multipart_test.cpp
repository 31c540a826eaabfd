#include "app/api/http/multipart.h"

#include <gtest/gtest.h>

#include <random>

namespace hearth::test {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=XX";

std::string part(const std::string& disposition, const std::string& content) {
    return "--XX\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
}

const std::string kPurpose = part("name=\"purpose\"", "fine-tune");
const std::string kFile =
    "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b.jsonl\"\r\n"
    "Content-Type: application/jsonl\r\n\r\n{\"a\":1}\r\n{\"b\":2}\r\n\r\n";

TEST(MultipartTest, ReadsFieldsAndFiles) {
    const std::string body = kPurpose + kFile + "--XX--\r\n";
    const auto form = app::parseMultipart(kType, body);
    ASSERT_TRUE(form.ok()) << form.error().text();
    ASSERT_EQ(form->parts.size(), 2U);
    EXPECT_EQ(form->find("purpose")->content, "fine-tune");
    EXPECT_FALSE(form->find("purpose")->fileName);
    EXPECT_EQ(form->find("file")->fileName, "a b.jsonl");
    EXPECT_EQ(form->find("file")->contentType, "application/jsonl");
    EXPECT_EQ(form->find("file")->content, "{\"a\":1}\r\n{\"b\":2}\r\n");
    EXPECT_EQ(form->find("nothing"), nullptr);
}

TEST(MultipartTest, ContentMayLookLikeABoundary) {
    const std::string content = "--X\r\n--\r\n-XX--XX\r--XX\n--XX--";
    const std::string body = part("name=\"a\"; filename=\"f\"", content) + "--XX--";
    const auto form = app::parseMultipart(kType, body);
    ASSERT_TRUE(form.ok()) << form.error().text();
    EXPECT_EQ(form->parts.front().content, content);
}

TEST(MultipartTest, AcceptsQuotedBoundariesEscapesAndEmptyContent) {
    const std::string body =
        "--a b:c\r\ncontent-disposition: FORM-DATA; NAME=\"x\"; filename=\"q\\\"uote; \\\\\"\r\n"
        "\r\n\r\n--a b:c--\r\n";
    const auto form = app::parseMultipart("Multipart/Form-Data; boundary=\"a b:c\"", body);
    ASSERT_TRUE(form.ok()) << form.error().text();
    EXPECT_EQ(form->find("x")->fileName, "q\"uote; \\");
    EXPECT_EQ(form->find("x")->content, "");
}

TEST(MultipartTest, RepeatedNamesNeedBrackets) {
    EXPECT_FALSE(app::parseMultipart(kType, kPurpose + kPurpose + "--XX--").ok());
    const std::string list = part("name=\"a[]\"", "1");
    EXPECT_TRUE(app::parseMultipart(kType, list + list + "--XX--").ok());
}

TEST(MultipartTest, RefusesContentTypes) {
    for (const char* type :
         {"", "application/json", "multipart/form-data",
          "multipart/form-data; boundary=", "multipart/form-data; boundary=\"XX",
          "multipart/form-data; boundary=X\tX", "multipart/form-data; boundary=XX; boundary=YY",
          "multipart/mixed; boundary=XX", "multipart/form-data; boundary=\"XX \""})
        EXPECT_FALSE(app::parseMultipart(type, kPurpose + "--XX--").ok()) << type;
    EXPECT_FALSE(app::parseMultipart("multipart/form-data; boundary=" + std::string(71, 'b'),
                                     "--" + std::string(71, 'b') + "--")
                     .ok());
}

TEST(MultipartTest, RefusesBrokenBodies) {
    const std::vector<std::string> bodies{
        "",
        "--",
        "--XX",
        "preamble\r\n" + kPurpose + "--XX--",
        kPurpose,
        kPurpose + "--XX",
        kPurpose + "--XX-",
        kPurpose + "--XX--epilogue",
        kPurpose + "--XXX--",
        "--XX\nContent-Disposition: form-data; name=\"a\"\n\n1\n--XX--",
        "--XX\r\n\r\n1\r\n--XX--",
        "--XX\r\nContent-Type: text/plain\r\n\r\n1\r\n--XX--",
        part("filename=\"f\"", "1") + "--XX--",
        part("name=\"\"", "1") + "--XX--",
        part("name=\"a", "1") + "--XX--",
        part("name=\"a\" filename=\"f\"", "1") + "--XX--",
        part("name=\"a\"; name=\"b\"", "1") + "--XX--",
        part("name=\"a\x01\"", "1") + "--XX--",
        part("name=\"\xc0\xae\"", "1") + "--XX--",
        "--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n x=y\r\n\r\n1\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--XX--",
    };
    for (const std::string& body : bodies)
        EXPECT_FALSE(app::parseMultipart(kType, body).ok()) << body;
}

TEST(MultipartTest, HoldsItsLimits) {
    const app::MultipartLimits limits{.maxParts = 2, .maxPartHeadBytes = 100, .maxFieldBytes = 8};
    const auto parse = [&](const std::string& body) {
        return app::parseMultipart(kType, body + "--XX--", limits).ok();
    };
    EXPECT_TRUE(parse(part("name=\"a\"", "12345678") + part("name=\"b\"", "1")));
    EXPECT_FALSE(parse(part("name=\"a\"", "123456789")));
    EXPECT_TRUE(parse(part("name=\"a\"; filename=\"f\"", "123456789")));
    EXPECT_FALSE(
        parse(part("name=\"a\"", "1") + part("name=\"b\"", "1") + part("name=\"c\"", "1")));
    EXPECT_FALSE(parse(part("name=\"" + std::string(100, 'n') + "\"", "1")));
}

TEST(MultipartTest, EveryCutIsRefused) {
    const std::string body = kPurpose + kFile + "--XX--";
    for (std::size_t size = 0; size < body.size(); ++size)
        EXPECT_FALSE(app::parseMultipart(kType, body.substr(0, size)).ok()) << size;
}

TEST(MultipartTest, RandomChangesNeverReadOutside) {
    const std::string body = kPurpose + kFile + "--XX--\r\n";
    std::mt19937 random(20260101);
    for (int round = 0; round < 5000; ++round) {
        std::string changed = body;
        for (int i = 0; i < 3; ++i)
            changed[random() % changed.size()] =
                static_cast<char>("\r\n-X:;=\"\\ \0a"[random() % 12]);
        const auto form = app::parseMultipart(kType, changed);
        if (!form.ok())
            continue;
        for (const auto& part : form->parts) {
            EXPECT_GE(part.content.data(), changed.data());
            EXPECT_LE(part.content.data() + part.content.size(), changed.data() + changed.size());
        }
    }
}

}  // namespace
}  // namespace hearth::test
