using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Migrations.Dsl;
using Migrator.Configuration;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;
using Migrator.Display;
using Migrator.Output;

namespace Migrator.Tests.Configuration;

/// <summary>Reading survives any input, and printed settings read again have the same values.</summary>
public sealed class RoundTripTests
{
    private static readonly string[] Pieces =
    [
        "pg_host", "pg_password", "pg-user", "pg_port", "pg_ssl", "pg_database", "database", "plugins", "lua_ssl_trusted_certificate",
            "vaults", "=", " = ",
        "\n", "\n", "\n", "\r\n", "#", "\\#", "\\", "\\\n", " ", "\t", "[", "]", "[x]", ";", "\"", "'", "on", "off", "0123", "1e5", "+inf",
            " kB", "_blank_",
        "{vault://env/x}", "{vault://env/x/y?prefix=a#2}", "{vault://", "}", "postgres", "é", "\u00A0", "🔑", "\uFEFF", "\0", ",", "system",
            "a", "b%2D", "/",
    ];

    private static Gen<byte[]> Files => Gen.OneOf(
        Gen.Elements(Pieces).ArrayOf().Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))),
        ArbMap.Default.GeneratorFor<byte[]>());

    private static Gen<(string Key, string Value)[]> Environments =>
        (from definition in Gen.Elements(SettingCatalogue.All)
         from parts in Gen.Elements(Pieces).ArrayOf()
         select (definition.Variable, string.Concat(parts).Replace("\0", "", StringComparison.Ordinal))).ArrayOf();

    [Test]
    public void Reading_throws_no_exception_but_a_refusal() => Prop.ForAll(
        Arb.From(from file in Files from environment in Environments select (file, environment)),
        given => _ = TryRead(given.file, given.environment)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Test]
    public void Printed_settings_read_again_have_the_same_values() => Prop.ForAll(
        Arb.From(Files),
        file =>
        {
            if (TryRead(file, []) is { } configuration)
            {
                var printed = SettingsText.Print(configuration.Settings, reveal: true);
                var again = TryRead(ByteText.Encode(printed), [])!;
                var differing = configuration.Settings.All.Zip(again.Settings.All)
                    .Where(pair => !Equals(pair.First.Value, pair.Second.Value)).Select(pair => pair.First);
                var lost = differing.Where(
                    s => !printed.Contains($"# {s.Definition.Name} has a value that cannot be shown as it is", StringComparison.Ordinal));
                Assert.That(lost, Is.Empty, printed);
                Assert.That(printed.Split('\n'), Has.All.Matches<string>(line => DisplayText.IsPlain(line!)));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [TestCase("0123", "abc\\", "x # y")]
    [TestCase("a\\#b", "#", "\"q\"")]
    [TestCase("1e5", "[x]", "é=;🔑")]
    public void Printed_values_that_only_the_environment_can_give_are_read_again_unchanged(string user, string password, string database)
    {
        var settings = Conf.Settings("", ("KONG_PG_USER", user), ("KONG_PG_PASSWORD", password), ("KONG_PG_DATABASE", database));
        var again = Conf.Settings(SettingsText.Print(settings, reveal: true));
        Assert.That((again.Text("pg_user"), again.Text("pg_password"), again.Text("pg_database")), Is.EqualTo((user, password, database)));
    }

    [Test]
    public void A_value_that_cannot_be_printed_becomes_a_comment()
    {
        var printed = SettingsText.Print(Conf.Settings("pg_user = a\u001b[31mb\npg_database = k\u202eong\n"), reveal: true);
        Assert.That(printed,
            Does.Match(@"(?m)^# pg_user has a value that cannot be shown as it is .*: a\\u001b\[31mb  \(.*kong\.conf:1\)$"));
        Assert.That(printed, Does.Match(@"(?m)^# pg_database has .*: k\\u202eong  "));
        Assert.That(Conf.Settings(printed).Text("pg_user"), Is.EqualTo("kong"), "the comment is a comment");
    }

    [Test]
    public void Json_contains_every_setting_with_its_type_and_source()
    {
        var configuration = Conf.Inspect("pg_port = 6000\npg_ssl = on\npg_user = é\npg_hots = x\npg_timeout = 0.5", ("KONG_PG_HOST", "h"));
        using var json = JsonDocument.Parse(Conf.Json(configuration));
        var settings = json.RootElement.GetProperty("settings");
        using var keys = JsonDocument.Parse(File.ReadAllBytes(TestData.Path("keys.json")));

        // The router counts for advise, not for a migration.
        Assert.That(settings.EnumerateObject().Select(p => p.Name),
            Is.EquivalentTo(keys.RootElement.EnumerateObject().Select(p => p.Name).Append("router_flavor")));
        Assert.That(Value(settings, "pg_port"), Is.EqualTo("6000"));
        Assert.That(Value(settings, "pg_ssl"), Is.EqualTo("true"));
        Assert.That(Value(settings, "pg_schema"), Is.EqualTo("null"));
        Assert.That(Value(settings, "pg_timeout"), Is.EqualTo("0.5"));
        Assert.That(Value(settings, "vaults"), Does.Contain("bundled"));
        Assert.That(settings.GetProperty("pg_user").GetProperty("value").GetString(), Is.EqualTo("é"));
        Assert.That(settings.GetProperty("pg_host").GetProperty("source").GetString(), Is.EqualTo("environment variable KONG_PG_HOST"));
        Assert.That(settings.GetProperty("pg_port").GetProperty("source").GetString(), Does.EndWith("kong.conf:1"));
        Assert.That(settings.GetProperty("pg_database").GetProperty("source").GetString(), Is.EqualTo("default"));
        var warning = json.RootElement.GetProperty("warnings").EnumerateArray().Single();
        Assert.That((warning.GetProperty("line").GetInt32(), warning.GetProperty("code").GetString()), Is.EqualTo((4, "unknown-key")));
    }

    [Test]
    public void Json_represents_bytes_that_are_not_text_and_non_finite_numbers()
    {
        using var conf = new Conf([.. "pg_port = +inf\npg_user = j"u8, 0xFC, .. "rgen \"q\"\n"u8]);
        var json = Conf.Json(GatewayConfiguration.Inspect(conf.Request()));
        Assert.That(json, Does.Contain("\"j\\udcfcrgen \\u0022q\\u0022\"").And.Contain("\"inf\""));
    }

    [Test]
    public void The_table_of_settings_equals_the_recorded_one()
    {
        using var names = JsonDocument.Parse(File.ReadAllBytes(TestData.Path("known_keys.json")));
        Assert.That(SettingCatalogue.AllNames(),
            Is.EquivalentTo(names.RootElement.GetProperty("keys").EnumerateObject().Select(p => p.Name)));
    }

    private static string Value(JsonElement settings, string name) => settings.GetProperty(name).GetProperty("value").GetRawText();

    private static GatewayConfiguration? TryRead(byte[] file, (string, string)[] environment)
    {
        using var conf = new Conf(file);
        try
        {
            var distinct = environment.DistinctBy(v => v.Item1, StringComparer.Ordinal).ToArray();
            return GatewayConfiguration.Inspect(conf.Request(distinct));
        }
        catch (ConfigurationException refusal)
        {
            Assert.That(refusal.Errors, Is.Not.Empty);
            return null;
        }
    }
}
