using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Migrations.Dsl;
using Migrator.Display;

namespace Migrator.Tests.Display;

/// <summary>Characters that control a terminal, or that hide or reorder text, are shown as escapes.</summary>
internal sealed partial class DisplayTextTests
{
    [TestCase("\u001b[31mred", @"\u001b[31mred")]
    [TestCase("\u001b]0;title\a", @"\u001b]0;title\u0007")]
    [TestCase("a\0b\tc\rd\be\u007f", @"a\u0000b\u0009c\u000dd\u0008e\u007f")]
    [TestCase("\u009b31m \u0080 \u009f \u0085", @"\u009b31m \u0080 \u009f \u0085")]
    [TestCase("\u202a\u202b\u202c\u202d\u202e", @"\u202a\u202b\u202c\u202d\u202e")]
    [TestCase("\u2066\u2067\u2068\u2069\u200e\u200f\u061c", @"\u2066\u2067\u2068\u2069\u200e\u200f\u061c")]
    [TestCase("a\u2028b\u2029c", @"a\u2028b\u2029c")]
    [TestCase("a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg\u3164h", @"a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg\u3164h")]
    [TestCase("a\U000E0041\U000E007Fb", @"a\udb40\udc41\udb40\udc7fb")]
    [TestCase("line\nerror: faked", @"line\u000aerror: faked")]
    [TestCase("plain é ü 漢字 🔑 \\n C:\\users", "plain é ü 漢字 🔑 \\n C:\\users")]
    [TestCase("e\u0301 \ufffd", "e\u0301 \ufffd")]
    [TestCase(@"\u001b", @"\u005cu001b")]
    public void A_text_is_one_line_of_visible_characters(string text, string shown) => Assert.Multiple(() =>
    {
        Assert.That(DisplayText.Line(text), Is.EqualTo(shown));
        Assert.That(Reverse(DisplayText.Line(text)), Is.EqualTo(text));
    });

    // An attribute cannot contain lone surrogates.
    [Test]
    public void A_lone_surrogate_is_shown_as_an_escape() =>
        Assert.That(DisplayText.Line("\ud83d alone, and \udcfc"), Is.EqualTo(@"\ud83d alone, and \udcfc"));

    [Test]
    public void Any_text_can_be_recovered_from_what_is_shown() => Prop.ForAll(
        ArbMap.Default.ArbFor<char[]>(), units =>
        {
            var text = new string(units);
            Assert.That(Reverse(DisplayText.Line(text)), Is.EqualTo(text));
        }).Check(Config.QuickThrowOnFailure);

    [Test]
    public void The_last_filter_keeps_line_ends_and_backslashes() =>
        Assert.That(DisplayText.Escape("a \\u001b\nb \u001b\u2028\n"), Is.EqualTo("a \\u001b\nb \\u001b\\u2028\n"));

    [TestCase("0123456789", 10, "0123456789")]
    [TestCase("0123456789x", 10, "0123456789… (1 more characters)")]
    [TestCase("012345678🔑x", 10, "012345678… (3 more characters)", TestName = "A surrogate pair is not cut in half")]
    [TestCase("012345678e\u0301x", 10, "012345678… (3 more characters)", TestName = "An accent stays with its letter")]
    [TestCase("🔑🔑", 1, "… (4 more characters)")]
    public void A_long_text_is_cut(string text, int longest, string shown) =>
        Assert.That(DisplayText.Line(text, longest), Is.EqualTo(shown));

    [Test]
    public void Combining_accents_count_towards_the_limit() =>
        Assert.That(DisplayText.Line("e" + new string('\u0301', 5000), 1000), Has.Length.LessThan(1100).And.Length.GreaterThan(900));

    [Test]
    public void The_lines_of_a_block_cannot_look_like_the_beginning_of_a_message() =>
        Assert.That(
            DisplayText.Block("1. this\nerror: faked\n    2. that\n  do:  rm", "       "),
            Is.EqualTo("1. this\n       error: faked\n    2. that\n         do:  rm"));

    [TestCase("DROP RULE r ON \"Größe\";", "DROP RULE r ON \"Größe\";")]
    [TestCase("DROP RULE \"a\nb\" ON \"c\"\"\t\\d\".e;", "DROP RULE U&\"a\\+00000Ab\" ON U&\"c\"\"\\+000009\\+00005Cd\".e;")]
    [TestCase("the gateway's: DROP VIEW \"a\\u000ab\";\n    x", "the gateway's: DROP VIEW U&\"a\\+00005Cu000ab\";\n    x")]
    [TestCase("\"\u202e\" \"", "U&\"\\+00202E\" \"")]
    [TestCase("a\"b\nc", "a\"b\nc")]
    public void A_quoted_name_in_SQL_stays_that_name_on_one_line(string sql, string shown) =>
        Assert.That(DisplayText.Sql(sql), Is.EqualTo(shown));

    [Test]
    public void No_line_end_in_a_line_begins_another() =>
        Assert.That(DisplayText.Line("1. this\nerror: faked\n    2. that"), Is.EqualTo("1. this\\u000aerror: faked\\u000a    2. that"));

    private static string Reverse(string shown) =>
        Escape().Replace(shown, m => ((char)int.Parse(m.Value.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    [GeneratedRegex(@"\\u[0-9a-fA-F]{4}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escape();
}
