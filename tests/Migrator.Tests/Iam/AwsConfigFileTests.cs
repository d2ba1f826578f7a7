using Migrator.Iam.Aws;

namespace Migrator.Tests.Iam;

/// <summary>The text of a shared file is read as the AWS CLI reads it, line by line.</summary>
internal sealed class AwsConfigFileTests
{
    [TestCase("[s]\nkey = value", "value")]
    [TestCase("[s]\r\nkey = value\r\n", "value")]
    [TestCase("[s]\rkey = value\r", "value")]
    [TestCase("[s]\nkey=value", "value")]
    [TestCase("[s]\nkey: value", "value", Description = "Python's delimiters")]
    [TestCase("[s]\nkey = a=b:c", "a=b:c")]
    [TestCase("[s]\nKEY = Value", "Value")]
    [TestCase("[s]\n\tkey = value", "value")]
    [TestCase("[s]\n  key = value\n  other = x", "value", Description = "an indented section")]
    [TestCase("  [s]\nkey = value", "value")]
    [TestCase("[s] # comment\nkey = value", "value")]
    [TestCase("[s]; comment\nkey = value", "value")]
    [TestCase("[s] comment\nkey = value", "value")]
    [TestCase("# one\n; two\n\n[s]\n# three\nkey = value", "value")]
    [TestCase("[s]\nkey = value # no comment", "value # no comment")]
    [TestCase("[s]\nkey = \"value\"", "\"value\"")]
    [TestCase("[s]\nkey =", "")]
    [TestCase("[s]\nkey = one\n  two\n\n  # comment\n  three\n\n", "one\ntwo\n\nthree")]
    [TestCase("[s]\nkey = one\n  [t]\n  other = x", "one\n[t]\nother = x", Description = "indented: it goes on")]
    [TestCase("[DEFAULT]\nkey = common\n[s]\nother = x", "common")]
    [TestCase("[s]\nkey = own\n[DEFAULT]\nkey = common", "own")]
    [TestCase("[s]\n= x\nkey = value", "value", 2)]
    [TestCase("[s]\nkey = value\nwords", "value", 3)]
    [TestCase("[s]\nkey = value\nKey = other", "value", 3)]
    [TestCase("[s] [t]\nkey = value", "value", 1)]
    [TestCase("[s]\nkey = value\nother =\n  words", "value", 4)]
    public void A_setting(string text, string value, int? fault = null)
    {
        var file = AwsConfigFile.Parse(text, "f");
        var section = file.Sections.Single(s => s.Name == "s");
        Assert.Multiple(() =>
        {
            Assert.That(section["key"]?.Value, Is.EqualTo(value));
            Assert.That(section.Diagnostics.FirstOrDefault()?.Line, Is.EqualTo(fault));
            Assert.That(file.Diagnostic, Is.Null);
        });
    }

    [TestCase("key = value\n[s]", 1)]
    [TestCase("\n[s\nkey = value", 2)]
    [TestCase("[]\nkey = value", 1)]
    [TestCase("[s]\nkey = value\n[t\nkey = value", 3)]
    [TestCase("[DEFAULT]\nwords\n[s]", 2)]
    [TestCase("[DEFAULT]\na = b\n[s]\n[DEFAULT]\na = b\na = c", 6)]
    public void A_fault_that_may_concern_every_section(string text, int line) =>
        Assert.That(AwsConfigFile.Parse(text, "f").Diagnostic?.Line, Is.EqualTo(line));

    [Test]
    public void A_section_that_stands_twice_is_a_fault_of_that_section_only()
    {
        var file = AwsConfigFile.Parse("[s]\n[t]\n[s]\n[u]", "f");
        Assert.That(file.Sections.Select(s => (s.Name, s.Diagnostics.FirstOrDefault()?.ToString())), Is.EqualTo(new[]
        {
            ("s", null), ("t", null),
            ("s", "AwsDiagnostic { Line = 3, What = the same section stands in line 1 already }"), ("u", null),
        }));
    }

    [Test]
    public void Nested_settings_have_lines_too()
    {
        var text = "[services a]\nsts =\n  endpoint_url = http://a=b\n\n  other = c\ns3 =\n  x = y";
        var section = AwsConfigFile.Parse(text, "f").Sections[0];
        Assert.Multiple(() =>
        {
            Assert.That(section["sts"]?.Nested?["endpoint_url"], Is.EqualTo(new AwsSetting("http://a=b", "f", 3, Nested: null)));
            Assert.That(section["sts"]?.Nested?["other"].Place, Is.EqualTo("f, line 5"));
            Assert.That(section["s3"]?.Nested?.Keys, Is.EqualTo(new[] { "x" }));
        });
    }

    [Test]
    public void A_file_of_a_megabyte_is_read_at_once()
    {
        var lines = Enumerable.Range(0, 100_000).Select(i => i % 2 == 0 ? $"[{i}]" : "a=b");
        Assert.That(AwsConfigFile.Parse(string.Join('\n', lines), "f").Sections, Has.Count.EqualTo(50_000));
    }

    [TestCase("a b  c", "a|b|c")]
    [TestCase("a 'b c' \"d e\"", "a|b c|d e")]
    [TestCase("a'b'\"c\"d", "abcd")]
    [TestCase("a\\ b \\'", "a b|'")]
    [TestCase("\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d")]
    [TestCase("'a\\b'", "a\\b")]
    [TestCase("a\n'' b", "a||b")]
    [TestCase("$HOME ~ | # x", "$HOME|~|||#|x")]
    [TestCase("", "")]
    [TestCase("'a", null)]
    [TestCase("a \"b", null)]
    [TestCase("a\\", null)]
    public void Words_of_a_command(string text, string? words) =>
        Assert.That(ShellWords.Split(text) is { } split ? string.Join('|', split) : null, Is.EqualTo(words));
}
