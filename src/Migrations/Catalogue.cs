using System.Collections.Concurrent;
using static Migrations.MigrationEntry;

namespace Migrations;

/// <summary>The one list of all migrations: the core, then the plugins by name, each with its migrations in Kong's order.</summary>
/// <remarks>It is written out, not found by reflection: the native binary holds exactly these, and a reader sees all of them.</remarks>
public static class Catalogue
{
    private static readonly Subsystem[] All =
    [
        new("core",
        [
            Of<Core.M000_base>(),
            Of<Core.M003_100_to_110>(),
            Of<Core.M004_110_to_120>(),
            Of<Core.M005_120_to_130>(),
            Of<Core.M006_130_to_140>(),
            Of<Core.M007_140_to_150>(),
            Of<Core.M008_150_to_200>(),
            Of<Core.M009_200_to_210>(),
            Of<Core.M010_210_to_211>(),
            Of<Core.M011_212_to_213>(),
            Of<Core.M012_213_to_220>(),
            Of<Core.M013_220_to_230>(),
            Of<Core.M014_230_to_270>(),
            Of<Core.M015_270_to_280>(),
            Of<Core.M016_280_to_300>(),
            Of<Core.M017_300_to_310>(),
            Of<Core.M018_310_to_320>(),
            Of<Core.M019_320_to_330>(),
            Of<Core.M020_330_to_340>(),
            Of<Core.M021_340_to_350>(),
            Of<Core.M022_350_to_360>(),
            Of<Core.M023_360_to_370>(),
            Of<Core.M024_380_to_390>(),
            Of<Core.M025_390_to_3100>(),
        ]),
        new("acl",
        [
            Of<Plugins.Acl.M000_base_acl>(),
            Of<Plugins.Acl.M002_130_to_140>(),
            Of<Plugins.Acl.M003_200_to_210>(),
            Of<Plugins.Acl.M004_212_to_213>(),
        ]),
        new("acme",
        [
            Of<Plugins.Acme.M000_base_acme>(),
            Of<Plugins.Acme.M001_280_to_300>(),
            Of<Plugins.Acme.M002_320_to_330>(),
            Of<Plugins.Acme.M003_350_to_360>(),
        ]),
        new("ai-proxy", [Of<Plugins.AiProxy.M001_360_to_370>()]),
        new("basic-auth",
        [
            Of<Plugins.BasicAuth.M000_base_basic_auth>(),
            Of<Plugins.BasicAuth.M002_130_to_140>(),
            Of<Plugins.BasicAuth.M003_200_to_210>(),
        ]),
        new("bot-detection", [Of<Plugins.BotDetection.M001_200_to_210>()]),
        new("hmac-auth",
        [
            Of<Plugins.HmacAuth.M000_base_hmac_auth>(),
            Of<Plugins.HmacAuth.M002_130_to_140>(),
            Of<Plugins.HmacAuth.M003_200_to_210>(),
        ]),
        new("http-log", [Of<Plugins.HttpLog.M001_280_to_300>()]),
        new("ip-restriction", [Of<Plugins.IpRestriction.M001_200_to_210>()]),
        new("jwt",
        [
            Of<Plugins.Jwt.M000_base_jwt>(),
            Of<Plugins.Jwt.M002_130_to_140>(),
            Of<Plugins.Jwt.M003_200_to_210>(),
        ]),
        new("key-auth",
        [
            Of<Plugins.KeyAuth.M000_base_key_auth>(),
            Of<Plugins.KeyAuth.M002_130_to_140>(),
            Of<Plugins.KeyAuth.M003_200_to_210>(),
            Of<Plugins.KeyAuth.M004_320_to_330>(),
        ]),
        new("oauth2",
        [
            Of<Plugins.OAuth2.M000_base_oauth2>(),
            Of<Plugins.OAuth2.M003_130_to_140>(),
            Of<Plugins.OAuth2.M004_200_to_210>(),
            Of<Plugins.OAuth2.M005_210_to_211>(),
            Of<Plugins.OAuth2.M006_320_to_330>(),
            Of<Plugins.OAuth2.M007_320_to_330>(),
        ]),
        new("opentelemetry", [Of<Plugins.OpenTelemetry.M001_331_to_332>()]),
        new("post-function", [Of<Plugins.PostFunction.M001_280_to_300>()]),
        new("pre-function", [Of<Plugins.PreFunction.M001_280_to_300>()]),
        new("rate-limiting",
        [
            Of<Plugins.RateLimiting.M000_base_rate_limiting>(),
            Of<Plugins.RateLimiting.M003_10_to_112>(),
            Of<Plugins.RateLimiting.M004_200_to_210>(),
            Of<Plugins.RateLimiting.M005_320_to_330>(),
            Of<Plugins.RateLimiting.M006_350_to_360>(),
        ]),
        new("response-ratelimiting",
        [
            Of<Plugins.ResponseRateLimiting.M000_base_response_rate_limiting>(),
            Of<Plugins.ResponseRateLimiting.M001_350_to_360>(),
        ]),
        new("session",
        [
            Of<Plugins.Session.M000_base_session>(),
            Of<Plugins.Session.M001_add_ttl_index>(),
            Of<Plugins.Session.M002_320_to_330>(),
            Of<Plugins.Session.M003_330_to_3100>(),
        ]),
    ];

    private static readonly ConcurrentDictionary<GatewayVersion, IReadOnlyList<Subsystem>> Known = new();

    /// <summary>The subsystems and migrations of the newest released gateway version.</summary>
    public static IReadOnlyList<Subsystem> Subsystems { get; } = For(GatewayVersion.Default);

    /// <summary>The subsystems and migrations of a gateway version: all that were introduced in that version or an earlier one.</summary>
    /// <remarks>
    /// Each migration receives the target version: a few produce a different schema per version. Rows are rewritten as Kong 3.9 does,
    /// whatever the target version.
    /// </remarks>
    public static IReadOnlyList<Subsystem> For(GatewayVersion target) => Known.GetOrAdd(target, version =>
    [
        .. All.Select(subsystem => subsystem.For(version)).Where(subsystem => subsystem.Migrations.Count > 0),
    ]);
}
