using Migrator.Advice.Settings;

namespace Migrator.Tests.Advice;

/// <summary>The settings that are gone, renamed, or have another default in a newer gateway.</summary>
internal sealed class SettingsAdviceTests
{
    private static readonly string[] Versions =
        ["2.8", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.14", "3.16"];

    [TestCase("nginx_optimizations", "2.8", "3.4", "gone since gateway 3.0")]
    [TestCase("go_plugins_dir", "2.8", "3.0", "pluginserver_names")]
    [TestCase("legacy_worker_events", "3.2", "3.9", "gone since gateway 3.3")]
    [TestCase("cassandra_contact_points", "3.3", "3.9", "3.9 ignores it. The gateway stores its data in PostgreSQL.")]
    public void A_setting_that_the_target_does_not_know_is_gone(string name, string from, string to, string words)
    {
        var finding = About(name, from, to, Line(7, name, "on"))!;
        Assert.That((finding.Kind, finding.Line, finding.Place), Is.EqualTo(("gone", 7, "kong.conf:7")));
        Assert.That(finding.Message, Does.Contain(words));
        Assert.That(finding.Remedy, Is.EqualTo("Remove it from kong.conf:7."));
    }

    [TestCase("nginx_optimizations", "3.0", "3.9")]
    [TestCase("legacy_hybrid_protocol", "2.8", "3.0")]
    [TestCase("pg_host", "2.8", "3.9")]
    [TestCase("cassandra_contact_points", "3.9", "3.3")]
    [TestCase("cassandra_contact_points", "3.4", "3.9.3")]
    public void A_setting_that_does_not_change_between_the_versions_is_not_mentioned(string name, string from, string to) =>
        Assert.That(About(name, from, to, Line(7, name, "x")), Is.Null);

    [TestCase("upstream_keepalive", "60", "2.8", "3.9", "upstream_keepalive_pool_size = 60")]
    [TestCase("nginx_upstream_keepalive", "NONE", "2.8", "3.9", "upstream_keepalive_pool_size = 0")]
    [TestCase("nginx_upstream_keepalive_timeout", "2m", "2.8", "3.9", "upstream_keepalive_idle_timeout = 120")]
    [TestCase("nginx_http_upstream_keepalive_timeout", "60s", "2.8", "3.9", "upstream_keepalive_idle_timeout = 60")]
    [TestCase("nginx_upstream_keepalive_timeout", "500ms", "2.8", "3.9", "upstream_keepalive_idle_timeout = ...")]
    [TestCase("client_max_body_size", "8m", "2.8", "3.0", "nginx_http_client_max_body_size = 8m")]
    [TestCase("opentelemetry_tracing", "all", "3.1", "3.2", "tracing_instrumentations = all")]
    [TestCase("opentelemetry_tracing_sampling_rate", "0.5", "3.9", "3.14", "tracing_sampling_rate = 0.5")]
    [TestCase("privileged_agent", "off", "3.4", "3.9", "dedicated_config_processing = off")]
    [TestCase("privileged_agent", "off", "3.9", "3.16", "dedicated_config_processing = off")]
    public void A_renamed_setting_comes_with_the_line_to_write(string name, string value, string from, string to, string line)
    {
        var finding = About(name, from, to, Line(3, name, value))!;
        Assert.That((finding.Kind, finding.Line), Is.EqualTo(("renamed", 3)));
        Assert.That(finding.Remedy, Is.EqualTo($"Write in kong.conf:3: {line}"));
    }

    [Test]
    public void A_renamed_variable_comes_with_the_variable_to_set()
    {
        var finding = About("router_update_frequency", "2.8", "3.9", Variable("router_update_frequency", "9"))!;
        Assert.That(finding.Line, Is.Null);
        Assert.That(finding.Remedy, Is.EqualTo(
            "Set KONG_WORKER_STATE_UPDATE_FREQUENCY instead of the environment variable KONG_ROUTER_UPDATE_FREQUENCY."));
    }

    [Test]
    public void An_old_name_beside_its_new_name_is_to_be_removed()
    {
        var finding = About(
            "upstream_keepalive", "2.8", "3.9", Line(1, "upstream_keepalive", "60"), Line(2, "upstream_keepalive_pool_size", "60"))!;
        Assert.That(finding.Remedy, Is.EqualTo("upstream_keepalive_pool_size is given too. Remove it from kong.conf:1."));
    }

    [TestCase("router_flavor", "2.8", "3.9", "traditional", "traditional_compatible")]
    [TestCase("worker_consistency", "2.8", "3.0", "strict", "eventual")]
    [TestCase("upstream_keepalive_max_requests", "3.3", "3.9", "100", "10000")]
    [TestCase("upstream_keepalive_max_requests", "3.4", "3.9", "1000", "10000")]
    [TestCase("dns_no_sync", "3.4", "3.5", "off", "on")]
    [TestCase("lua_ssl_verify_depth", "3.9", "3.14", "1", "5")]
    [TestCase("untrusted_lua", "3.9", "3.14", "sandbox", "strict")]
    [TestCase("tls_certificate_verify", "3.13.0.1", "3.14.0.0", "off", "on")]
    public void A_default_that_changes_is_named_with_both_values(string name, string from, string to, string before, string after)
    {
        var finding = About(name, from, to)!;
        Assert.That((finding.Kind, finding.Line, finding.Place), Is.EqualTo(("default", (int?)null, "default")));
        Assert.That(finding.Message, Does.Contain($"is {before} in gateway ").And.Contain($" and {after} in "));
        Assert.That(finding.Remedy, Is.Not.Empty);
    }

    [Test]
    public void A_default_comes_with_the_line_that_keeps_it() => Assert.That(
        About("router_flavor", "2.8", "3.9")!.Remedy, Is.EqualTo("To keep the default of 2.8: router_flavor = traditional"));

    [TestCase("dns_no_sync", "3.4", "3.9")]
    [TestCase("router_flavor", "3.4", "3.9")]
    [TestCase("router_flavor", "3.9", "2.8")]
    [TestCase("untrusted_lua", "2.8", "3.13")]
    public void A_default_that_is_the_same_in_both_versions_is_not_mentioned(string name, string from, string to) =>
        Assert.That(About(name, from, to), Is.Null);

    [TestCase("router_flavor", "router_flavor")]
    [TestCase("worker_consistency", "router_consistency")]
    [TestCase("upstream_keepalive_pool_size", "upstream_keepalive")]
    public void A_default_does_not_count_where_the_setting_is_given(string name, string given) => Assert.Multiple(() =>
    {
        Assert.That(About(name, "2.8", "3.9", Variable(given, "x")), Is.Null);
        Assert.That(About(name, "2.8", "3.9", Line(1, given, null)), Is.Null);
    });

    [TestCase("pg_ssl_verify", "3.9", "3.14", "pg_ssl", "on", "off")]
    [TestCase("pg_ssl_verify", "3.9", "3.14", "pg_iam_auth", "on", "yes")]
    [TestCase("tracing_sampling_rate", "3.0", "3.9", "opentelemetry_tracing", "all", "off")]
    [TestCase("cluster_max_payload", "2.8", "3.9", "role", "control_plane", "traditional")]
    public void A_default_counts_where_it_has_an_effect(string name, string from, string to, string other, string on, string off) =>
        Assert.Multiple(() =>
        {
            Assert.That(About(name, from, to, Line(1, other, on)), Is.Not.Null);
            Assert.That(About(name, from, to, Line(1, other, off)), Is.Null);
            Assert.That(About(name, from, to, Line(1, other, off), Variable(other, on)), Is.Not.Null);
            Assert.That(About(name, from, to), Is.Null);
        });

    [Test]
    public void Findings_are_in_the_order_of_the_settings_and_defaults_are_last()
    {
        GivenSetting[] given =
        [
            Line(2, "upstream_keepalive", "60"), Line(4, "pg_host", "db"), Line(5, "nginx_optimizations", "on"),
            Variable("go_plugins_dir", "/go"),
        ];
        var kinds = SettingsAdvice.Examine(given, new(2, 8), new(3, 9)).Select(f => f.Kind).ToList();
        Assert.That(kinds.Take(3), Is.EqualTo(new[] { "renamed", "gone", "gone" }));
        Assert.That(kinds.Skip(3), Is.Not.Empty.And.All.EqualTo("default"));
    }

    [Test]
    public void A_long_way_finds_no_default_that_no_part_of_it_finds()
    {
        foreach (var (from, to) in from a in Versions from b in Versions select (a, b))
        {
            var steps = Versions.Zip(Versions.Skip(1)).Where(s => Parse(s.First) >= Parse(from) && Parse(s.Second) <= Parse(to));
            Assert.That(Names(from, to), Is.SubsetOf(steps.SelectMany(s => Names(s.First, s.Second))), $"{from} to {to}");
        }
    }

    private static IEnumerable<string> Names(string from, string to) =>
        SettingsAdvice.Examine([Line(1, "pg_ssl", "on")], Parse(from), Parse(to)).Select(f => f.Name);

    private static SettingFinding? About(string name, string from, string to, params GivenSetting[] given) =>
        SettingsAdvice.Examine(given, Parse(from), Parse(to)).SingleOrDefault(f => f.Name == name);

    private static Version Parse(string version) => Version.Parse(version);

    private static GivenSetting Line(int line, string name, string? value) => new(name, value, line, $"kong.conf:{line}");

    private static GivenSetting Variable(string name, string value) =>
        new(name, value, Line: null, $"environment variable KONG_{name.ToUpperInvariant()}");
}
