namespace Migrations;

/// <summary>A sequence of migrations with one row in schema_meta: the core, or a plugin.</summary>
/// <param name="Name">Kong's name of the subsystem, e.g. <c>core</c> or <c>key-auth</c>.</param>
/// <param name="Migrations">Its migrations in Kong's order.</param>
public sealed record Subsystem(string Name, IReadOnlyList<MigrationEntry> Migrations)
{
    /// <summary>The Lua module that holds the migrations in the gateway, as Kong's <c>status</c> prints it.</summary>
    public string Namespace => Name == "core" ? "kong.db.migrations.core" : $"kong.plugins.{Name}.migrations";

    /// <summary>The subsystem with only the migrations of a gateway version.</summary>
    internal Subsystem For(GatewayVersion target) => this with
    {
        Migrations = [.. Migrations.Where(entry => target.Has(entry.Since)).Select(entry => entry with { Target = target })],
    };
}
