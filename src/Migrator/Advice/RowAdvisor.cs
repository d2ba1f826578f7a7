using Migrator.Advice.Rows;
using Migrator.Advice.Rules;
using Migrator.Advice.Schemas;
using Migrator.Advice.Validation;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>Says what the next gateway will say of a row: whether it starts with it, and whether the row can be changed.</summary>
internal sealed class RowAdvisor
{
    /// <summary>The newest gateway whose schemas are in the program.</summary>
    public const string NewestVersion = "3.9.3";

    private static readonly Lazy<IReadOnlyList<string>> Bundled = new(() =>
        [.. new SchemaCatalog(NewestVersion, new RuleBook(isTraditional: false, TimeProvider.System, []), hasExpressions: false).Plugins]);

    private readonly AdvisorOptions options;
    private readonly HashSet<string> plugins;
    private readonly SchemaCatalog schemas;

    /// <summary>Takes the settings of the gateway.</summary>
    public RowAdvisor(AdvisorOptions options)
    {
        this.options = options;
        plugins = options.Plugins.ToHashSet(StringComparer.Ordinal);
        schemas = new SchemaCatalog(
            options.GatewayVersion,
            new RuleBook(options.RouterFlavor is RouterFlavor.Traditional, options.Time, options.Dictionaries),
            options.RouterFlavor is RouterFlavor.Expressions);
    }

    /// <summary>The plugins that <c>bundled</c> stands for.</summary>
    public static IReadOnlyList<string> BundledPlugins => Bundled.Value;

    /// <summary>The tables whose rows are examined; others have nothing that the gateway could refuse.</summary>
    public static IEnumerable<string> Tables => EntityTable.Names;

    /// <summary>Examines a row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="json">The columns with their values, as <c>row_to_json</c> writes them, in UTF-8.</param>
    /// <exception cref="UnreadableJsonException">It cannot be read.</exception>
    public IReadOnlyList<Finding> Examine(string table, byte[] json)
    {
        if (EntityTable.Find(table) is not { } entityTable || schemas.Entity(entityTable.Entity) is not { } basis)
        {
            return [];
        }

        var row = KongValue.Parse(json) as KongTable ?? new KongTable();
        var entity = RowConverter.Convert(row, basis);
        var report = new RowReport(options, entityTable, entity, row);
        Examine(entityTable.Entity, basis, entity, report);
        return report.Findings;
    }

    private void Examine(string name, RecordSchema basis, KongTable entity, RowReport report)
    {
        if (name == "plugins" && entity["name"] is string plugin && !plugins.Contains(plugin))
        {
            report.PluginNotEnabled(plugin);
            return;
        }

        var schema = Specialize(name, basis, entity);
        if (Normalizer.Read(schema ?? basis, entity) is { } unreadable)
        {
            report.Unreadable(unreadable);
            return;
        }

        if (schema is null)
        {
            report.Refused(UnknownKind(name, entity), basis);
            return;
        }

        if (name == "routes")
        {
            RouteAdvice.Examine(options.RouterFlavor, entity, report);
        }

        report.Refused(RecordValidator.Check(schema, entity, isComplete: false), schema);
    }

    // The schema for what an entity is, by its name or protocols; null if the gateway does not know it.
    private RecordSchema? Specialize(string entity, RecordSchema basis, KongTable row) => entity switch
    {
        "plugins" => row["name"] is string plugin ? schemas.Plugin(plugin) ?? basis : null,
        "vaults" => row["name"] is string vault ? schemas.Vault(vault) : null,
        "routes" => schemas.Route(row["protocols"] is KongTable protocols ? protocols : DefaultProtocols(basis)),
        _ => basis,
    };

    private static KongTable DefaultProtocols(RecordSchema routes) => (KongTable)routes.Field("protocols")!.Default!;

    private static ErrorTree UnknownKind(string entity, KongTable row)
    {
        var errors = new ErrorTree();
        var key = entity == "routes" ? "protocols" : "name";
        errors.Set(key, (entity, row[key]) switch
        {
            ("vaults", string vault) => $"vault '{vault}' is not installed",
            ("routes", KongTable protocols) => "unknown type: " + KongValue.ToText(protocols.Items.Count > 0 ? protocols.Items[0] : null),
            _ => Messages.Required,
        });
        return errors;
    }
}
