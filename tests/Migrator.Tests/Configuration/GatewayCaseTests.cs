using Migrator.Configuration;
using Migrator.Configuration.Diagnostics;

namespace Migrator.Tests.Configuration;

/// <summary>Every recorded case of Kong: migrator reads the same values, or reports an error that the policy requires.</summary>
public sealed class GatewayCaseTests
{
    private const string NoSetting = "policy 3: a non-empty file in which no known setting is found";
    private const string Lost = "policy 3: a known pg_* setting lost to a section line or an end-of-file backslash";
    private const string Unresolved = "policy 3: a vault reference for a connection setting that cannot be resolved";
    private const string Off = "policy 3: database = off";

    /// <summary>The cases that Kong accepts and migrator refuses, each with the reason.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["a25_key_kong_prefix"] = NoSetting,
        ["a60_blank_word"] = "policy 1: Kong's value is a memory address, another one in each run; no value would be the same",
        ["a65_dot_keys"] = NoSetting,
        ["a67_binary_junk"] = NoSetting,
        ["a74_comment_before_equals"] = NoSetting,
        ["a80_yaml_style"] = NoSetting,
        ["a82_json_style"] = NoSetting,
        ["a37_section_two"] = Lost,
        ["a38_section_then_dup"] = Lost,
        ["a83_ini_style"] = Lost,
        ["a42_continuation_eof"] = Lost,
        ["a43_continuation_eof_nl"] = Lost,
        ["e15_env_database_off"] = Off,
        ["v01_database_off"] = Off,
        ["k07_unresolved"] = Unresolved,
        ["k17_ref_json_bad"] = Unresolved,
        ["k24_ref_nopath"] = Unresolved,
        ["k46_ref_vaults_missing"] = Unresolved,
    };

    /// <summary>The cases that Kong refuses because of settings on which a migration does not depend (policy 6).</summary>
    private static readonly HashSet<string> Unrelated =
        new(StringComparer.Ordinal) { "v09_role_dp", "v21_unrelated_error", "v22_unrelated_listen" };

    private static readonly string[] Compared =
    [
        "database", "log_level", "lua_ssl_trusted_certificate", "lua_ssl_verify_depth", "pg_database", "pg_host", "pg_password", "pg_port",
        "pg_ro_database", "pg_ro_host", "pg_ro_password", "pg_ro_port", "pg_ro_schema", "pg_ro_ssl", "pg_ro_ssl_verify", "pg_ro_timeout",
        "pg_ro_user", "pg_schema", "pg_ssl", "pg_ssl_verify", "pg_timeout", "pg_user",
    ];

    [TestCaseSource(typeof(GatewayCase), nameof(GatewayCase.All))]
    public void Migrator_agrees_with_the_gateway(GatewayCase watched)
    {
        using var conf = new Conf(watched.Conf);
        if (Refused.ContainsKey(watched.Name) || (watched.Result != "ok" && !Unrelated.Contains(watched.Name)))
        {
            Assert.Throws<ConfigurationException>(() => GatewayConfiguration.Inspect(watched.Request(conf)));
            return;
        }

        var configuration = GatewayConfiguration.Inspect(watched.Request(conf));
        if (watched.Result == "ok")
        {
            Assert.That(Compared.Where(name => !watched.Agrees(name, configuration.Settings[name].Value)), Is.Empty);
        }
    }

    [Test]
    public void All_recorded_cases_are_present() => Assert.That(GatewayCase.All.Count(), Is.EqualTo(173));
}
