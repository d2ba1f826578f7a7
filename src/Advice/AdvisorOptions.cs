using Migrator.Advice.Schemas;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>What the rules depend on besides the rows.</summary>
/// <param name="RouterFlavor">The setting <c>router_flavor</c> of kong.conf.</param>
/// <param name="Plugins">The setting <c>plugins</c>, with <c>bundled</c> replaced by <see cref="RowAdvisor.BundledPlugins"/>.</param>
internal sealed record AdvisorOptions(RouterFlavor RouterFlavor, IReadOnlyList<string> Plugins)
{
    /// <summary>The version of the gateway whose schemas count.</summary>
    public string GatewayVersion { get; init; } = RowAdvisor.NewestVersion;

    /// <summary>The schema of the tables, for remedies.</summary>
    public GatewaySchema Schema { get; init; } = new("public");

    /// <summary>The names of shared memory that kong.conf adds; null if it may add others.</summary>
    public IReadOnlyList<string>? Dictionaries { get; init; } = [];

    /// <summary>The setting <c>vaults</c>, with <c>bundled</c> replaced.</summary>
    public IReadOnlyList<string> Vaults { get; init; } = [SchemaCatalog.BundledVault];

    /// <summary>Whether plugins may run Lua of the database: the setting <c>untrusted_lua</c> is not <c>off</c>.</summary>
    public bool RunsUntrustedLua { get; init; } = true;

    /// <summary>The workspace default, once its row has been read.</summary>
    public DefaultWorkspace Workspace { get; } = new();

    /// <summary>The clock, for certificates.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The Admin API, for remedies.</summary>
    public string AdminApi { get; init; } = "http://localhost:8001";
}

/// <summary>The workspace whose rows the Admin API of the open source gateway changes.</summary>
internal sealed class DefaultWorkspace
{
    /// <summary>Its identifier; null if it is not known yet.</summary>
    public string? Id { get; private set; }

    /// <summary>Takes a row of the workspaces.</summary>
    public void Learn(KongTable? row) => Id = row?["name"] is "default" ? row["id"] as string : Id;
}

/// <summary>The routers of the gateway.</summary>
internal enum RouterFlavor
{
    /// <summary>The default: routes are turned into expressions.</summary>
    TraditionalCompatible,

    /// <summary>The router of version 2.</summary>
    Traditional,

    /// <summary>Routes may be expressions.</summary>
    Expressions,
}
