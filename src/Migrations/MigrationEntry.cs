using System.Reflection;

namespace Migrations;

/// <summary>A migration in the <see cref="Catalogue"/>: what the ledger and the commands need to know, and how to create it.</summary>
/// <param name="Name">Kong's name, as in schema_meta.</param>
/// <param name="Since">The first gateway release that has the migration.</param>
/// <param name="HasFinish">Whether the migration has a finish phase, so that up leaves it pending.</param>
/// <param name="Make">Creates the migration for the given gateway version and schema.</param>
public sealed record MigrationEntry(string Name, Version Since, bool HasFinish, Func<GatewayVersion, GatewaySchema, KongMigration> Make)
{
    /// <summary>The gateway version that the database is migrated to.</summary>
    public GatewayVersion Target { get; init; } = GatewayVersion.Default;

    /// <inheritdoc cref="KongMigrationAttribute.BreaksPrevious"/>
    public string? BreaksPrevious { get; init; }

    /// <summary>Creates the migration for a schema.</summary>
    /// <remarks>It can be compiled only once: FluentMigrator changes its expressions while writing SQL.</remarks>
    public KongMigration Create(GatewaySchema schema) => Make(Target, schema);

    /// <summary>Creates the entry of a migration class from its <see cref="KongMigrationAttribute"/>.</summary>
    /// <exception cref="InvalidOperationException">The class has no such attribute.</exception>
    public static MigrationEntry Of<T>()
        where T : KongMigration, new()
    {
        var kong = typeof(T).GetCustomAttribute<KongMigrationAttribute>(inherit: false)
            ?? throw new InvalidOperationException($"{typeof(T).Name} lacks [KongMigration].");
        return new MigrationEntry(
            kong.Name,
            Version.Parse(kong.Since),
            typeof(T).IsSubclassOf(typeof(TwoPhaseKongMigration)),
            (target, schema) => new T { Target = target, Names = schema })
        {
            BreaksPrevious = kong.BreaksPrevious,
        };
    }
}
