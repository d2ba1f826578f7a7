using System.Diagnostics.CodeAnalysis;
using Migrator.Advice.Rows;
using Migrator.Advice.Rules;
using Migrator.Advice.Schemas;
using Migrator.Advice.Validation;
using Migrator.Advice.Values;
using Migrator.Display;

namespace Migrator.Advice;

/// <summary>Checks a row against the next gateway's rules: whether it starts with the row, and whether the row can be edited.</summary>
internal sealed class RowAdvisor
{
    /// <summary>The newest gateway whose schemas are in the program.</summary>
    public const string NewestVersion = "3.9.3";

    private const string Workspaces = "workspaces";

    // More are not told apart: what is wrong is clear by then.
    private const int MaxOfRow = FieldValidator.MaxErrors - 1;

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
            new RuleBook(
                options.RouterFlavor is RouterFlavor.Traditional, options.Time,
                plugins.Contains("prometheus") ? options.Dictionaries?.Append("prometheus_metrics") : options.Dictionaries),
            options.RouterFlavor is RouterFlavor.Expressions);
    }

    /// <summary>The plugins that <c>bundled</c> stands for.</summary>
    public static IReadOnlyList<string> BundledPlugins => Bundled.Value;

    /// <summary>
    /// The tables whose rows are examined; others have nothing that the gateway could refuse. First the workspaces: the Admin API of the
    /// open source gateway changes rows of the workspace default only.
    /// </summary>
    public static IEnumerable<string> Tables => EntityTable.Names.Prepend(Workspaces);

    /// <summary>Whether a table is examined for itself.</summary>
    public static bool IsExamined(string table) => table != Workspaces;

    /// <summary>Examines a row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="json">The columns with their values, as <c>row_to_json</c> writes them, in UTF-8.</param>
    /// <exception cref="UnreadableJsonException">It cannot be read.</exception>
    public IReadOnlyList<Finding> Examine(string table, byte[] json)
    {
        if (table == Workspaces)
        {
            options.Workspace.Learn(KongValue.Parse(json) as KongTable);
        }

        if (EntityTable.Find(table) is not { } entityTable || schemas.Entity(entityTable.Entity) is not { } basis)
        {
            return [];
        }

        var row = KongValue.Parse(json) as KongTable ?? new KongTable();
        var entity = RowConverter.Convert(row, basis);
        var text = new RemedyText(options, entityTable, entity);
        if (entityTable.Entity == "plugins" && entity["name"] is string plugin && !plugins.Contains(plugin))
        {
            return [Find(NotEnabled(plugin), text.PluginNotEnabled(plugin))];
        }

        var hasExpression = row["expression"] is string;
        var judgement = Judge((KongTable)KongValue.DeepCopy(entity));
        var hasMore = judgement.Diagnostics.Count > MaxOfRow;
        var diagnostics = judgement.Diagnostics.DistinctBy(f => (f.Field, f.Message)).Take(MaxOfRow).ToList();
        if (diagnostics.Count == 0)
        {
            return [];
        }

        var isElsewhere = options.Workspace.Id is { } workspace && row["ws_id"] is string id && id != workspace;
        var needsSql = isElsewhere || diagnostics.Exists(f => f.NeedsSql || f.Effect is Effect.StopsGateway);
        var edit = hasMore ? new RowEdit(basis) : new RowRepair(entity, Judge).Find(judgement);
        var remedy = text.Write(edit, needsSql);
        if (hasMore)
        {
            diagnostics.Add(new RowDiagnostic(
                [], Effect.CannotEdit, "and more", $"The gateway refuses more than {MaxOfRow} values of the row."));
        }

        return [.. diagnostics.Select(f => Find(f, remedy))];

        Judgement Judge(KongTable copy) => this.Judge(entityTable.Entity, basis, copy, hasExpression);

        // A row may hold anything: of each value the start is kept.
        Finding Find(RowDiagnostic diagnostic, string remedy) => new(
            table, entity["id"] as string, Cut(entityTable.NameColumn is null ? null : entity[entityTable.NameColumn] as string),
            Cut(diagnostic.Field), diagnostic.Effect, Cut(diagnostic.Message), Cut(diagnostic.Why), remedy);
    }

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Cut(string? text) => text is null ? null : DisplayText.Cut(text, DisplayText.MaxValueLength);

    private static RowDiagnostic NotEnabled(string plugin) => new(
        ["name"], Effect.StopsGateway, $"{plugin} plugin is in use but not enabled",
        $"plugin '{plugin}' not enabled; add it to the 'plugins' configuration property. "
            + (BundledPlugins.Contains(plugin, StringComparer.Ordinal)
                ? "It comes with the gateway."
                : "It does not come with the gateway and must be installed."));

    private Judgement Judge(string name, RecordSchema basis, KongTable entity, bool hasExpression)
    {
        if (name == "routes")
        {
            // A column that the row does not have is not judged.
            entity["updated_at"] ??= 1d;
        }

        var schema = Specialize(name, basis, entity);
        var judgement = new Judgement(schema ?? basis, entity);
        if (Normalizer.Read(judgement.Schema, entity, name == "routes" ? Purpose.Start : Purpose.Change) is { } unreadable)
        {
            judgement.Diagnostics.AddRange(unreadable.Flatten().Select(Unreadable));
            return judgement;
        }

        var isUncategorized = false;
        if (name == "routes")
        {
            judgement.Diagnostics.AddRange(RouteAdvice.Examine(options.RouterFlavor, entity, hasExpression));
            isUncategorized = judgement.Diagnostics.Exists(f => f.Path.Count == 0 && f.Effect is Effect.StopsGateway);
            Normalizer.Read(judgement.Schema, entity);
        }
        else if (name == "plugins" && IsLoaded(entity) && entity["config"] is not (null or Null or false or KongTable))
        {
            judgement.Diagnostics.Add(new RowDiagnostic(
                ["config"], Effect.StopsGateway, $"attempt to index local 'cfg' (a {LuaType.Of(entity["config"])} value)",
                "The configuration of a plugin is an object. The gateway fails on any other value when it loads its plugins.")
            { Fix = new KongTable() });
        }

        if (name == "plugins" && !options.RunsUntrustedLua)
        {
            judgement.Diagnostics.AddRange(LuaCodeRules.FindCode(entity).Select(f => new RowDiagnostic(
                f.Split('.'), Effect.Behaviour,
                "loading of untrusted Lua code disabled because 'untrusted_lua' config option is set to 'off'",
                "The plugin fails when it is to run the code. It needs untrusted_lua = sandbox, or on, in kong.conf.")
            { IsCorrectable = false }));
        }

        var errors = schema is null ? UnknownKind(name, entity) : RecordValidator.Check(schema, entity, isComplete: false);
        foreach (var diagnostic in errors.Flatten().Where(v => !isUncategorized || !IsDemand(v)))
        {
            judgement.Diagnostics.AddRange(Refused(diagnostic, judgement.Schema, entity, name));
        }

        return judgement;
    }

    private static RowDiagnostic Unreadable(FieldDiagnostic diagnostic)
    {
        var isColumn = diagnostic.Path.Count == 1;
        return new RowDiagnostic(
            diagnostic.Path, Effect.StopsGateway, $"schema violation ({diagnostic.Path[^1]}: {diagnostic.Message})",
            "The gateway checks this field whenever it reads the row, and does not start if it cannot read it.")
        {
            IsRemoved = !isColumn,
            Fix = isColumn ? diagnostic.Path[0] == "algorithm" ? "round-robin" : "none" : null,
        };
    }

    private IEnumerable<RowDiagnostic> Refused(FieldDiagnostic diagnostic, RecordSchema schema, KongTable entity, string name)
    {
        var isTarget = name == "targets" && diagnostic.Path is ["target"];
        var widening = Reasons.OfWidening(name, diagnostic);
        yield return new RowDiagnostic(
            diagnostic.Path, Effect.CannotEdit, diagnostic.Message, Reasons.Of(diagnostic, schema, entity, options) + widening)
        { Fields = diagnostic.Fields, NeedsSql = isTarget, IsOfMeaning = widening is not null };
        if (isTarget)
        {
            yield return new RowDiagnostic(
                diagnostic.Path, Effect.Behaviour, "the upstream of the target answers 500",
                "The gateway fails on this address when it loads the targets of the upstream. So does its Admin API.")
            { NeedsSql = true };
        }
        else if (PcreDiagnostic.IsFoundIn(diagnostic.Message) && (name == "plugins" || options.RouterFlavor is RouterFlavor.Traditional))
        {
            yield return new RowDiagnostic(
                diagnostic.Path, Effect.Behaviour, PcreDiagnostic.Message(diagnostic.Message),
                name == "plugins" ? PcreDiagnostic.OfPlugin : PcreDiagnostic.OfPath);
        }
    }

    // What an uncategorized route lacks is said already.
    private static bool IsDemand(FieldDiagnostic diagnostic) =>
        diagnostic.IsOfEntity && diagnostic.Message.StartsWith("must set ", StringComparison.Ordinal);

    // Kong: it loads plugins of HTTP; others only where it listens for streams.
    private static bool IsLoaded(KongTable plugin) => plugin["enabled"] is not false
        && plugin["protocols"] is KongTable protocols && protocols.Items.Any(p => p is "http" or "https" or "grpc" or "grpcs");

    // The schema for what an entity is, by its name or protocols; null if the gateway does not know it.
    private RecordSchema? Specialize(string entity, RecordSchema basis, KongTable row) => entity switch
    {
        "plugins" => row["name"] is string plugin ? schemas.Plugin(plugin) ?? basis : null,
        "vaults" => row["name"] is string vault && options.Vaults.Contains(vault, StringComparer.Ordinal)
            ? schemas.Vault(vault) ?? basis
            : null,
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
            _ => KongMessages.Required,
        });
        return errors;
    }
}
