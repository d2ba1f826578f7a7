using System.Reflection;
using Migrations.Dsl;

namespace Migrations;

/// <summary>A migration in the <see cref="Catalogue"/>: what the ledger and the commands need to know, and how to make one.</summary>
/// <param name="Name">Kong's name, as schema_meta holds it.</param>
/// <param name="Since">The first gateway release that has the migration.</param>
/// <param name="HasFinish">Whether there is a finish phase, so that up leaves the migration pending.</param>
/// <param name="Make">Makes the migration as the given gateway version has it, for the given schema.</param>
public sealed record MigrationEntry(string Name, Version Since, bool HasFinish, Func<GatewayVersion, GatewaySchema, KongMigration> Make)
{
    /// <summary>The gateway version that the database is migrated to.</summary>
    public GatewayVersion Target { get; init; } = GatewayVersion.Default;

    /// <summary>
    /// Makes the migration for a schema. Its expressions may be collected once only: FluentMigrator alters them while writing SQL.
    /// </summary>
    public KongMigration Create(GatewaySchema schema) => Make(Target, schema);

    /// <summary>The entry of a migration class, read from its <see cref="KongMigrationAttribute"/>.</summary>
    /// <exception cref="InvalidOperationException">The class has no such attribute.</exception>
    public static MigrationEntry Of<T>()
        where T : KongMigration, new()
    {
        var kong = typeof(T).GetCustomAttribute<KongMigrationAttribute>()
            ?? throw new InvalidOperationException($"{typeof(T).Name} lacks [KongMigration].");
        return new MigrationEntry(
            kong.Name,
            Version.Parse(kong.Since),
            typeof(T).IsSubclassOf(typeof(TwoPhaseKongMigration)),
            (target, schema) => new T { Target = target, Names = schema });
    }
}
