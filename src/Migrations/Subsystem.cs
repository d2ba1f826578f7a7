using Migrations.Dsl;

namespace Migrations;

/// <summary>A line of migrations with one row in schema_meta: the core, or a plugin.</summary>
/// <param name="Name">Kong's name of it, e.g. <c>core</c> or <c>key-auth</c>.</param>
/// <param name="Migrations">Its migrations in Kong's order.</param>
public sealed record Subsystem(string Name, IReadOnlyList<MigrationEntry> Migrations)
{
    /// <summary>Where the gateway itself keeps the migrations, as its <c>status</c> prints it: a Lua module.</summary>
    public string Namespace => Name == "core" ? "kong.db.migrations.core" : $"kong.plugins.{Name}.migrations";

    /// <summary>The part of the subsystem that belongs to a gateway version.</summary>
    internal Subsystem For(GatewayVersion target) => this with
    {
        Migrations = [.. Migrations.Where(entry => target.Has(entry.Since)).Select(entry => entry with { Target = target })],
    };
}
