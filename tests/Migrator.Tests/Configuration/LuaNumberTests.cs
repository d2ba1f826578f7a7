using System.Text.Json;
using Migrator.Configuration.Files;
using Migrator.Native;

namespace Migrator.Tests.Configuration;

/// <summary>Tests of LuaJIT's number syntax, and of the format in which it prints numbers.</summary>
public sealed class LuaNumberTests
{
    private static IEnumerable<TestCaseData> Recorded => File.ReadLines(TestData.Path("number_table.tsv"))
        .Skip(1)
        .Select(line => line.Split('\t'))
        .Select(cells => new TestCaseData(Text(cells[0]), Text(cells[1])).SetName($"{{m}}({cells[0]})"));

    [TestCaseSource(nameof(Recorded))]
    public void Numbers_are_rewritten_as_by_Kongs_reader(string written, string expected) =>
        Assert.That(FileValue.Read(written).Text, Is.EqualTo(expected));

    [TestCase("  12 ", 12)]
    [TestCase(".5", 0.5)]
    [TestCase("0x1.8p1", 3)]
    [TestCase("0x.", double.NaN)]
    [TestCase("1e1048576", double.NaN)]
    [TestCase("0b", double.NaN)]
    [TestCase("", double.NaN)]
    [TestCase("+", double.NaN)]
    [TestCase("1 2", double.NaN)]
    [TestCase("0x00000000000000000000000000000001", 1)]
    [TestCase("0b0000000000000000000000000000000000000000000000000000000000000000001", 1)]
    [TestCase("1e-1048575", 0)]
    public void A_text_is_converted_to_a_number(string text, double expected)
    {
        var known = LuaNumber.TryParse(text, out var number);
        Assert.That(known ? number : double.NaN, Is.EqualTo(expected));
    }

    // Halves that a double represents exactly: Lua rounds them up.
    [TestCase(12345678901234.5, "12345678901235")]
    [TestCase(-12345678901234.5, "-12345678901235")]
    [TestCase(123456789012345, "1.2345678901235e+14")]
    [TestCase(0.0001, "0.0001")]
    [TestCase(0.00001, "1e-05")]
    public void A_number_is_printed_with_fourteen_digits(double number, string expected) =>
        Assert.That(LuaNumber.Format(number), Is.EqualTo(expected));

    private static string Text(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetString()!;
    }
}
