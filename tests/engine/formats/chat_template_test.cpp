#include "engine/formats/chat_template/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hearth::engine {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

core::Result<std::string> render(const std::string& source,
                                 const ordered_json& context = ordered_json::object(),
                                 const RenderOptions& options = {}) {
    const auto parsed = ChatTemplate::parse(source);
    return parsed ? parsed->render(context, options) : parsed.error();
}

/// The output, or "error: ..." with the line.
std::string outcome(const std::string& source,
                    const ordered_json& context = ordered_json::object()) {
    const auto result = render(source, context);
    return result ? *result : "error: " + result.error().text();
}

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i)
        result += text;
    return result;
}

struct Example {
    std::string source;
    std::string expected;
};

class JinjaTest : public testing::TestWithParam<Example> {};

TEST_P(JinjaTest, MeansWhatItMeansInJinja2) {
    const ordered_json context = {
        {"name", "Ada"},
        {"empty", ""},
        {"nothing", nullptr},
        {"list", {3, 1, 2}},
        {"words", {"b", "A", "c"}},
        {"map", {{"z", 1}, {"a", {{"k", "v"}}}, {"items", 7}}},
        {"people", {{{"n", "x"}, {"age", 3}}, {{"n", "y"}, {"age", 1}}, {{"n", "z"}}}},
        {"text", "안녕, Wörld"},
    };
    EXPECT_EQ(outcome(GetParam().source, context), GetParam().expected) << GetParam().source;
}

INSTANTIATE_TEST_SUITE_P(
    Expressions, JinjaTest,
    testing::Values(
        Example{"{{ 1 + 2 * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }}",
                "7 3 -4 2 3.5"},
        Example{"{{ 2 ** 10 }} {{ 1.0 }} {{ 1e20 }} {{ 0.00001 }} {{ 4 / 2 }}",
                "1024 1.0 1e+20 1e-05 2.0"},
        Example{"{{ 1 ~ 2 + 3 }}", "error: cannot concatenate str and int (chat template, line 1)"},
        Example{"{{ 'a' ~ 1 ~ none ~ true }}", "a1NoneTrue"},
        Example{"{{ not 1 == 2 and 'x' in 'xyz' or 0 }}", "True"},
        Example{"{{ 0 or 'b' }} {{ 1 and '' }}|{{ nothing or name }}", "b |Ada"},
        Example{"{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 3 not in list }}", "True False False"},
        Example{"{{ 'yes' if name else 'no' }}{{ 'x' if empty }}", "yes"},
        Example{"{{ list[0] }}{{ list[-1] }}{{ list[1:] }}{{ list[::-1] }}", "32[1, 2][2, 1, 3]"},
        Example{"{{ text[0] }}{{ text[-5:] }}{{ text[::2] }}", "안Wörld안,Wrd"},
        Example{"{{ map.z }}{{ map['a'].k }}{{ map.missing }}{{ map['items'] }}", "1v7"},
        Example{"{% for k, v in map.items() %}{{ k }};{% endfor %}", "z;a;items;"},
        Example{"{{ map.get('nope', 5) }}{{ map.get('nope') }}", "5None"},
        Example{"{{ {'a': [1, 'it\\'s', none]} }}", "{'a': [1, \"it's\", None]}"},
        Example{"{{ ['a', \"b\"] + ['c'] }}{{ 'ab' * 2 }}", "['a', 'b', 'c']abab"},
        Example{"{{ 'a' 'b' }}{{ 'tab\\tnew\\n\\u00e9\\\\' }}", "abtab\tnew\né\\"},
        Example{"{{ '%}' }}{{ {'a': {'b': 1}}['a']['b'] }}", "%}1"},
        Example{"{{ nope }}{{ nope is defined }}{{ nope is undefined }}", "FalseTrue"},
        Example{"{{ nope.x }}", "error: 'nope' is undefined (chat template, line 1)"},
        Example{"\n\n{{ 1 / 0 }}", "error: division by zero (chat template, line 3)"},
        Example{"{{ name is string and list is iterable and list is not string }}", "True"},
        Example{"{{ map is mapping }}{{ 4 is divisibleby 2 }}{{ 3 is odd }}{{ 2 is in list }}",
                "TrueTrueTrueTrue"},
        Example{"{{ 1 is number and 1 is integer and 1.0 is float and true is boolean }}", "True"},
        Example{"{{ nothing is none }}{{ nothing is defined }}{{ 3 is eq 3 }}", "TrueTrueTrue"},
        Example{"{{ - 1|abs }}{{ -2 ** 2 }}", "14"}));

INSTANTIATE_TEST_SUITE_P(
    Filters, JinjaTest,
    testing::Values(
        Example{"{{ map | tojson }}", R"({"z": 1, "a": {"k": "v"}, "items": 7})"},
        Example{"{{ {'b': [], 'a': [1, {'c': 2.5}]} | tojson(indent=2) }}",
                "{\n  \"b\": [],\n  \"a\": [\n    1,\n    {\n      \"c\": 2.5\n    }\n  ]\n}"},
        Example{"{{ 'é\"\\n<' | tojson }}{{ 'é😀' | tojson(ensure_ascii=true) }}",
                R"("é\"\n<""\u00e9\ud83d\ude00")"},
        Example{"{{ map | tojson(separators=(',', ':'), sort_keys=true) }}",
                R"({"a":{"k":"v"},"items":7,"z":1})"},
        Example{"{{ nope | tojson }}",
                "error: a value of type undefined cannot be written as JSON (chat template, line "
                "1)"},
        Example{"{{ '  x ' | trim }}|{{ 'xxaxx' | trim('x') }}|{{ '\\u3000a' | trim }}", "x|a|a"},
        Example{"{{ list | length }}{{ text | length }}{{ map | count }}{{ nope | length }}",
                "3930"},
        Example{"{{ 'aéc' | upper }}{{ 'ÀB' | lower }}{{ 'hELLO' | capitalize }}", "AÉCàbHello"},
        Example{"{{ 'a-b-c' | replace('-', '+') }}{{ 'aaa' | replace('a', 'b', 2) }}", "a+b+cbba"},
        Example{"{{ list | join(', ') }}{{ people | join('', attribute='n') }}", "3, 1, 2xyz"},
        Example{"{{ nope | default('d') }}{{ empty | default('d') }}{{ empty | d('e', true) }}",
                "de"},
        Example{"{{ list | first }}{{ list | last }}{{ [] | first }}{{ 'ab' | list }}",
                "32['a', 'b']"},
        Example{"{{ list | sort }}{{ words | sort(reverse=true) | join }}", "[1, 2, 3]cbA"},
        Example{"{{ people | selectattr('age', 'defined') | map(attribute='n') | list }}",
                "['x', 'y']"},
        Example{"{{ people | rejectattr('age') | map(attribute='n') | join }}", "z"},
        Example{"{{ list | select('gt', 1) | sum }}{{ [1, 1, 2] | unique | list }}", "5[1, 2]"},
        Example{"{{ words | map('upper') | join }}{{ list | min }}{{ list | max }}", "BAC13"},
        Example{"{{ map | items | list | length }}{{ '12' | int + 1 }}{{ 'x' | int(9) }}", "3139"},
        Example{"{{ 3.6 | round | int }}{{ 'a\\nb' | indent(2) }}{{ 1 | string + 'x' }}",
                "4a\n  b1x"},
        Example{
            "{{ map | map('upper') | join }}{{ 'ba' | sort | join }}{{ 'aab' | unique | join }}",
            "ZAITEMSabab"},
        Example{"{{ 'b2a' | select('in', 'ab') | join }}{{ 'ab' | max }}{{ map | min }}", "baba"},
        Example{"{{ 1 | nosuchfilter }}",
                "error: unknown filter 'nosuchfilter' (chat template, line 1)"},
        Example{"{{ 1 is nosuchtest }}",
                "error: unknown test 'nosuchtest' (chat template, line 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Methods, JinjaTest,
    testing::Values(
        Example{"{{ 'a,b,,c'.split(',') }}{{ ' a  b '.split() }}{{ 'a-b-c'.split('-', 1) }}",
                "['a', 'b', '', 'c']['a', 'b']['a', 'b-c']"},
        Example{"{{ 'a-b-c'.rsplit('-', 1) }}{{ 'a\\nb'.splitlines() }}", "['a-b', 'c']['a', 'b']"},
        Example{"{{ name.startswith('A') }}{{ name.endswith(('x', 'da')) }}", "TrueTrue"},
        Example{"{{ 'xaxx'.strip('x') }}{{ 'xa'.lstrip('x') }}{{ '\\n\\na\\n'.rstrip('\\n') }}",
                "aa\n\na"},
        Example{"{{ text.find('W') }}{{ 'abab'.count('ab') }}{{ '-'.join(['a', 'b']) }}", "42a-b"},
        Example{"{{ 'ab'.upper() }}{{ 'a b'.title() }}{{ 'pre-x'.removeprefix('pre-') }}",
                "ABA Bx"},
        Example{"{{ '12'.isdigit() }}{{ 'a1'.isalpha() }}", "TrueFalse"},
        Example{"{{ name.nosuch() }}",
                "error: 'nosuch' is undefined and cannot be called (chat template, line 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Statements, JinjaTest,
    testing::Values(
        Example{"{% for x in list %}{{ loop.index }}{{ loop.first }}{{ loop.last }} {% endfor %}",
                "1TrueFalse 2FalseFalse 3FalseTrue "},
        Example{"{% for x in list if x > 1 %}{{ x }}/{{ loop.length }} {% endfor %}", "3/2 2/2 "},
        Example{"{% for x in [] %}a{% else %}none{% endfor %}", "none"},
        Example{"{% for x in list %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}",
                "32"},
        Example{"{% for x in list %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}", "3"},
        Example{"{% for x in list %}{{ loop.previtem }}<{{ loop.nextitem }} {% endfor %}",
                "<1 3<2 1< "},
        Example{"{% set x = 1 %}{% for y in list %}{% set x = x + y %}{% endfor %}{{ x }}", "1"},
        Example{"{% set ns = namespace(x=0) %}{% for y in list %}{% set ns.x = ns.x + y %}"
                "{% endfor %}{{ ns.x }}",
                "6"},
        Example{"{% set a, b = [1, 2] %}{{ a }}{{ b }}{% set t %}<{{ a }}>{% endset %}{{ t }}",
                "12<1>"},
        Example{"{% if nope %}a{% elif list %}b{% else %}c{% endif %}", "b"},
        Example{"{% macro m(a, b='x') %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(2, b=3) }}",
                "1x23"},
        Example{"{% macro f(n) %}{% if n %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}"
                "{{ f(3) }}",
                "321"},
        Example{"{% filter upper %}a{{ name }}{% endfilter %}", "AADA"},
        Example{"{% raw %}{{ x }}{% endraw %}{# gone #}", "{{ x }}"},
        Example{"{% for i in range(3) %}{{ i }}{% endfor %}{{ range(5, 1, -2) | list }}",
                "012[5, 3]"},
        Example{"a\n{{ raise_exception('bad ' + name) }}",
                "error: the template refuses this: bad Ada (chat template, line 2)"},
        Example{"{% for a, b in [[1, 2], [3, 4]] %}{{ a + b }} {% endfor %}", "3 7 "}));

INSTANTIATE_TEST_SUITE_P(
    WhiteSpace, JinjaTest,
    testing::Values(Example{"a\n  {% if 1 %}\nb\n  {% endif %}\nc\n", "a\nb\nc"},
                    Example{"a  {%- if 1 -%}  \n b {%- endif %} c", "ab c"},
                    Example{"  {%+ if 1 +%}\nb{% endif %}", "  \nb"},
                    Example{"x {{- ' y ' -}} z", "x y z"}, Example{"  {# note #}\nb", "b"},
                    Example{"a {% if 1 %} b{% endif %}", "a  b"},
                    Example{"a\r\nb\r\n\r\n", "a\nb\n"},
                    Example{"{% if 1 %}\n\nx{% endif %}", "\nx"}));

INSTANTIATE_TEST_SUITE_P(
    Mistakes, JinjaTest,
    testing::Values(
        Example{"a\n{% if x %}",
                "error: expected {% endif %}, found the end of the template "
                "(chat template, line 2)"},
        Example{"{{ 'a }}", "error: a string is not closed (chat template, line 1)"},
        Example{"{{ 1 + }}", "error: expected an expression, found '}}' (chat template, line 1)"},
        Example{"{% endfor %}",
                "error: the tag 'endfor' is not known or not open here (chat template, line 1)"},
        Example{"{% include 'x' %}",
                "error: the tag 'include' is not known or not open here (chat template, line 1)"},
        Example{"{% break %}",
                "error: break and continue belong in a loop (chat template, line "
                "1)"},
        Example{"{{ 99999999999999999999 }}",
                "error: the number 99999999999999999999 is out of range (chat template, line 1)"},
        Example{"{{ 9223372036854775807 + 1 }}",
                "error: a number is too large (chat template, line 1)"},
        Example{"{% for a, b in list %}{% endfor %}",
                "error: a value of type int is not iterable (chat template, line 1)"},
        Example{"{{ none + 'x' }}",
                "error: cannot concatenate NoneType and str (chat template, line 1)"}));

TEST(ChatTemplateTest, StrftimeNowUsesTheGivenClock) {
    RenderOptions options;
    options.now = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29);
    EXPECT_EQ(*render("{{ strftime_now('%d %B %Y %H:%M') }}", ordered_json::object(), options),
              "29 February 2024 00:00");
}

TEST(ChatTemplateTest, ParsingBoundsNesting) {
    const std::vector<std::string> deep = {
        "{{ " + repeated("(", 6000),
        repeated("{% if 1 %}", 6000),
        "{{ " + repeated("not ", 6000) + "1 }}",
        "{{ " + repeated("-", 6000) + "1 }}",
        "{{ " + repeated("[", 6000) + repeated("]", 6000) + " }}",
        "{{ " + repeated("{'a':", 6000) + "1" + repeated("}", 6000) + " }}",
        "{{ " + repeated("a[", 6000) + "0" + repeated("]", 6000) + " }}",
        "{{ " + repeated("1 if 1 else ", 6000) + "1 }}",
        "{{ " + repeated("f(", 6000) + repeated(")", 6000) + " }}",
        "{{ " + repeated("(", 6000) + "1" + repeated(")", 6000) + " }}"};
    for (const std::string& source : deep)
        EXPECT_THAT(outcome(source).substr(0, 80), HasSubstr("error")) << source.substr(0, 30);
    EXPECT_EQ(outcome("{{ " + repeated("(", 90) + "1" + repeated(")", 90) + " }}"), "1");
}

TEST(ChatTemplateTest, LongChainsAreNotDeep) {
    EXPECT_EQ(outcome("{{ 1" + repeated(" + 1", 5000) + " }}"), "5001");
    EXPECT_EQ(outcome("{{ 'a'" + repeated("|upper", 5000) + " }}"), "A");
    EXPECT_EQ(outcome("{% if 0 %}" + repeated("{% elif 0 %}", 5000) + "{% else %}x{% endif %}"),
              "x");
}

/// With so much time that the other bounds are met first.
core::ErrorCode boundOf(const std::string& source) {
    RenderOptions options;
    options.maxTime = std::chrono::minutes(5);
    return render(source, ordered_json::object(), options).error().code;
}

TEST(ChatTemplateTest, RenderingBoundsMemoryAndSteps) {
    const std::string loop = "{% for i in range(99999) %}";
    EXPECT_EQ(boundOf(loop + "{% set a = 'x' * 1000 %}{{ a }}{% endfor %}"),
              core::ErrorCode::ResourceExhausted);
    EXPECT_EQ(boundOf("{% set ns = namespace(s='x') %}" + loop +
                      "{% set ns.s = ns.s + ns.s %}{% endfor %}"),
              core::ErrorCode::ResourceExhausted);
    EXPECT_EQ(boundOf("{{ 'x' * 999999999999 }}"), core::ErrorCode::ResourceExhausted);
    EXPECT_EQ(boundOf("{{ ('x' * 1000000).replace('x', 'y' * 1000) }}"),
              core::ErrorCode::ResourceExhausted);
    EXPECT_EQ(boundOf("{{ ([1] * 3) | join }}"), core::ErrorCode::InvalidArgument);
    EXPECT_EQ(boundOf("{{ range(1000000000) }}"), core::ErrorCode::InvalidArgument);
    EXPECT_EQ(boundOf(loop + loop + "{% endfor %}{% endfor %}"),
              core::ErrorCode::ResourceExhausted);
}

TEST(ChatTemplateTest, RenderingBoundsTime) {
    RenderOptions options;
    options.maxTime = std::chrono::milliseconds(0);
    const auto result =
        render("{% for i in range(99999) %}{{ i }}{% endfor %}", ordered_json::object(), options);
    EXPECT_EQ(result.error().code, core::ErrorCode::DeadlineExceeded);
}

// The clock is looked at every 256 steps; a step that reads a long text must look as well. The
// input is just below the megabyte that would make it look while the input is taken over.
TEST(ChatTemplateTest, ReadingLongTextsTakesTime) {
    RenderOptions options;
    options.maxTime = std::chrono::milliseconds(0);
    const ordered_json context = {{"x", std::string(400'000, 'a')},
                                  {"y", std::string(400'000, 'a')},
                                  {"c", std::string(80'000, 'b')}};
    for (const char* use : {"x.isalpha()", "x.isalnum()", "x.isdigit()", "x.isspace()", "x|length",
                            "x[-1]", "x[5:5]", "x == y", "x < y", "'b' in x", "x.find('b')",
                            "x.count('b')", "x.startswith([y, y])", "x.strip(c)"}) {
        const std::string output = std::string("{% if ") + use + " %}{% endif %}";
        ASSERT_TRUE(render("1", context, options).ok());
        const auto result = render(output + output + output, context, options);
        ASSERT_FALSE(result.ok()) << use;
        EXPECT_EQ(result.error().code, core::ErrorCode::DeadlineExceeded) << use;
    }
}

// Each took minutes: the product of two lengths.
TEST(ChatTemplateTest, SearchesAreLinear) {
    RenderOptions options;
    options.maxTime = std::chrono::minutes(5);
    const auto value = [&](const std::string& expression) {
        return render(
                   "{% set x = 'a' * 2000000 %}{% set y = 'b' * 1000000 %}{{ " + expression + " }}",
                   ordered_json::object(), options)
            .valueOrThrow();
    };
    EXPECT_EQ(value("x.strip(y ~ 'a') | length"), "0");
    EXPECT_EQ(value("x.rfind('b' ~ x[:1000000])"), "-1");
    EXPECT_EQ(value("x.rfind(x[:1000000] ~ 'b')"), "-1");
    EXPECT_EQ(value("x.rsplit(x[:1000000] ~ 'b') | length"), "1");
}

TEST(ChatTemplateTest, SearchesFromTheRight) {
    EXPECT_EQ(outcome("{{ 'abcab'.rfind('ab') }} {{ 'é한ab'.rfind('ab') }} {{ 'ab'.rfind('') }} "
                      "{{ 'ab'.rfind('abc') }} {{ ''.rfind('a') }}"),
              "3 2 2 -1 -1");
    EXPECT_EQ(outcome("{{ 'a--b---c'.rsplit('--') }} {{ 'a--b---c'.rsplit('--', 1) }} "
                      "{{ '한-é-'.rsplit('-') }}"),
              "['a', 'b-', 'c'] ['a--b-', 'c'] ['한', 'é', '']");
}

TEST(ChatTemplateTest, RangesTakeTheLeastInteger) {
    EXPECT_THAT(outcome("{% set m = -9223372036854775807 - 1 %}{{ range(-3, m, m) | length }}"),
                HasSubstr("sensible bounds"));
}

// A method keeps its owner and `loop` its list. Without a bound, freeing the chain overflows
// the stack.
TEST(ChatTemplateTest, MethodsAndLoopsCountAsNesting) {
    for (const char* nest : {"{% set ns.x = {'a': ns.x.get} %}",
                             "{% for e in ns.x %}{% set ns.x = [loop] %}{% endfor %}",
                             "{% for e in ns.x if 1 %}{% set ns.x = [loop] %}{% endfor %}"}) {
        EXPECT_THAT(outcome("{% set ns = namespace(x={'a': 1}) %}{% for i in range(2000) %}" +
                            std::string(nest) + "{% endfor %}"),
                    HasSubstr("nested"))
            << nest;
    }
}

TEST(ChatTemplateTest, GenerationBlocksWithinOneAreOneRange) {
    const MarkedText text = ChatTemplate::parse(
                                "<{% generation %}a{% generation %}b{% endgeneration %}c"
                                "{% endgeneration %}>{% generation %}d{% endgeneration %}")
                                .valueOrThrow()
                                .renderMarked(ordered_json::object(), ordered_json::object())
                                .valueOrThrow();
    ASSERT_EQ(text.generated.size(), 2u);
    EXPECT_EQ(text.text, "<abc>d");
    EXPECT_EQ(text.generated[0].begin, 1u);
    EXPECT_EQ(text.generated[0].end, 4u);
    EXPECT_EQ(text.generated[1].begin, 5u);
}

TEST(ChatTemplateTest, ValuesCannotNestWithoutEndOrContainThemselves) {
    EXPECT_THAT(outcome("{% set ns = namespace(x=[]) %}{% for i in range(9999) %}"
                        "{% set ns.x = [ns.x] %}{% endfor %}"),
                HasSubstr("nested"));
    EXPECT_THAT(outcome("{% set ns = namespace() %}{% set ns.x = ns %}"), HasSubstr("namespace"));
    EXPECT_THAT(outcome("{% set ns = namespace() %}{% set ns.x = [ns] %}"), HasSubstr("namespace"));
    EXPECT_THAT(outcome("{% set ns = namespace(x=1) %}{% for i in range(90) %}"
                        "{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}"),
                HasSubstr("error"));
    EXPECT_THAT(outcome("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"), HasSubstr("too deep"));
}

TEST(ChatTemplateTest, DeepInputIsRefused) {
    ordered_json deep = 1;
    for (int i = 0; i < 300; ++i)
        deep = ordered_json::array({deep});
    EXPECT_THAT(outcome("{{ x }}", {{"x", deep}}), HasSubstr("nested too deep"));
}

std::vector<std::string> marked(const std::string& source, const ordered_json& input) {
    const MarkedText text = ChatTemplate::parse(source)
                                .valueOrThrow()
                                .renderMarked(input, {{"eos_token", "</s>"}})
                                .valueOrThrow();
    std::vector<std::string> parts;
    for (const TextRange& range : text.input)
        parts.push_back(text.text.substr(range.begin, range.end - range.begin));
    return parts;
}

TEST(ChatTemplateTest, KnowsWhichBytesCameFromTheInput) {
    using testing::ElementsAre;
    const ordered_json input = {{"c", "  a</s>b "}, {"d", {{"k", "v"}}}, {"l", {"p", "q"}}};
    EXPECT_THAT(marked("{{ '<' + c + '>' + eos_token }}", input), ElementsAre("  a</s>b "));
    EXPECT_THAT(marked("{{ c | trim }}|{{ c.split('</s>')[1] }}", input),
                ElementsAre("a</s>b", "b "));
    EXPECT_THAT(marked("{{ c[2:4] }}x{{ c.replace('a', 'z') }}", input),
                ElementsAre("a<", "  ", "</s>b "));
    EXPECT_THAT(marked("{{ c | upper }}", input), ElementsAre("  A</S>B "));
    EXPECT_THAT(marked("{{ d | tojson }}{{ l | join('-') }}", input),
                ElementsAre("k", "v", "p", "q"));
    EXPECT_THAT(marked("{{ d }}{% for x in c[2:4] %}.{{ x }}{% endfor %}", input),
                ElementsAre("k", "v", "a", "<"));
    EXPECT_THAT(marked("{% set t %}{{ c }}{% endset %}{% macro m(x) %}[{{ x }}]{% endmacro %}"
                       "{{ m(t) }}{{ eos_token }}",
                       input),
                ElementsAre("  a</s>b "));
    EXPECT_THAT(
        marked("{{ m.role }}{{ r.role }}", {{"m", {{"role", "user"}}}, {"r", {{"role", "</s>"}}}}),
        ElementsAre("</s>"));
}

}  // namespace
}  // namespace hearth::engine
