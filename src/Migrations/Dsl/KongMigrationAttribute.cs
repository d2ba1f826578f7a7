using FluentMigrator;

namespace Migrations.Dsl;

/// <summary>Identifies which of Kong's migrations a class implements.</summary>
/// <remarks>
/// FluentMigrator reads <see cref="MigrationAttribute.Version"/>, which is composed of subsystem and number, and
/// <see cref="MigrationAttribute.Description"/>, which is Kong's name.
/// </remarks>
/// <param name="subsystem">The subsystem: <c>core</c> or the name of a plugin.</param>
/// <param name="number">The number at the start of Kong's name; it orders the migrations of one subsystem.</param>
/// <param name="name">Kong's name, as schema_meta holds it, e.g. <c>016_280_to_300</c>.</param>
/// <param name="since">The first gateway release that has the migration, e.g. <c>3.0.0</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KongMigrationAttribute(string subsystem, int number, string name, string since)
    : MigrationAttribute(VersionOf(subsystem, number), name)
{
    // In the order in which Kong runs them. FluentMigrator orders migrations by version, and every version must be unique.
    private static readonly string[] Subsystems =
    [
        "core", "acl", "acme", "ai-proxy", "basic-auth", "bot-detection",
        "hmac-auth", "http-log", "ip-restriction", "jwt", "key-auth", "oauth2",
        "opentelemetry", "post-function", "pre-function", "rate-limiting", "response-ratelimiting", "session",
    ];

    /// <summary>The subsystem.</summary>
    public string Subsystem { get; } = subsystem;

    /// <summary>The number at the start of the name.</summary>
    public int Number { get; } = number;

    /// <summary>Kong's name of the migration.</summary>
    public string Name { get; } = name;

    /// <summary>The first gateway release that has the migration.</summary>
    public string Since { get; } = since;

    /// <summary>What a gateway of the previous version can no longer do after the up phase; null if nothing is known.</summary>
    public string? BreaksPrevious { get; init; }

    private static long VersionOf(string subsystem, int number) => (1000L * (1 + Array.IndexOf(Subsystems, subsystem))) + number;
}
