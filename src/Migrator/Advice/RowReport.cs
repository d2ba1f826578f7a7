using System.Diagnostics.CodeAnalysis;
using Migrator.Advice.Rows;
using Migrator.Advice.Schemas;
using Migrator.Advice.Validation;
using Migrator.Advice.Values;
using Migrator.Display;

namespace Migrator.Advice;

/// <summary>Collects what is found about one row.</summary>
internal sealed class RowReport
{
    // More are not told apart: what is wrong is clear by then.
    private const int MostOfRow = FieldValidator.MostErrors - 1;

    private readonly List<Finding> findings = [];
    private readonly AdvisorOptions options;
    private readonly EntityTable table;
    private readonly KongTable entity;
    private readonly string? id;
    private readonly string? name;
    private readonly Remedies remedies;
    private bool isUncategorized;

    /// <summary>Starts a report.</summary>
    /// <param name="options">The settings of the gateway.</param>
    /// <param name="table">The table.</param>
    /// <param name="entity">The entity that the gateway makes of the row.</param>
    /// <param name="row">The row.</param>
    public RowReport(AdvisorOptions options, EntityTable table, KongTable entity, KongTable row)
    {
        this.options = options;
        this.table = table;
        this.entity = entity;
        id = entity["id"] as string;
        name = table.NameColumn is null ? null : entity[table.NameColumn] as string;
        HasExpression = row["expression"] is string;
        remedies = new Remedies(options, table, entity, id);
    }

    /// <summary>What was found.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Whether the row has an expression for the router of expressions.</summary>
    public bool HasExpression { get; }

    /// <summary>The plugin is not among those that the gateway loads.</summary>
    public void PluginNotEnabled(string plugin) => Add(
        "name",
        Effect.StopsGateway,
        $"{plugin} plugin is in use but not enabled",
        $"plugin '{plugin}' not enabled; add it to the 'plugins' configuration property. "
            + (BelongsToGateway(plugin) ? "It comes with the gateway." : "It does not come with the gateway and must be installed."),
        remedies.PluginNotEnabled(plugin));

    /// <summary>The gateway cannot read the row.</summary>
    public void Unreadable(ErrorTree errors)
    {
        foreach (var violation in errors.Flatten())
        {
            var field = violation.Path[^1];
            var path = PathOf(field);
            Add(
                path,
                Effect.StopsGateway,
                $"schema violation ({field}: {violation.Message})",
                "The gateway checks this field whenever it reads the row, and does not start if it cannot read it.",
                remedies.Unreadable(path));
        }
    }

    /// <summary>The traditional router cannot place the route.</summary>
    public void Uncategorized()
    {
        isUncategorized = true;
        Add(
            field: null,
            Effect.StopsGateway,
            "could not create router: could not categorize route",
            HasExpression
                ? "The route has an expression and nothing else. Such a route needs router_flavor = expressions."
                : "The route has no hosts, paths, methods, headers, snis, sources or destinations.",
            remedies.Uncategorized());
    }

    /// <summary>The traditional router fails on a field of the route.</summary>
    /// <param name="flaw">The field and what the router says.</param>
    /// <param name="isOnlyField">Whether the route has nothing else to match requests with.</param>
    public void Unroutable(RouterFlaw flaw, bool isOnlyField) => Add(
        flaw.Field,
        Effect.StopsGateway,
        "could not create router: " + flaw.Problem,
        "The router reads this field before it is checked, and fails on a value of another type, or on a null in a list.",
        remedies.Unroutable(flaw.Field, isOnlyField));

    /// <summary>The gateway does something else than the row says.</summary>
    public void Behaves(string? field, string message, string why, KongTable fix) =>
        Add(field, Effect.Behaviour, message, why, remedies.Patch(fix));

    /// <summary>The gateway refuses changes of the row.</summary>
    /// <param name="errors">What it says.</param>
    /// <param name="schema">The schema of the row.</param>
    public void Refused(ErrorTree errors, RecordSchema schema)
    {
        var violations = errors.Flatten().Where(v => !isUncategorized || !IsDemand(v)).Take(MostOfRow + 1).ToList();
        if (violations.Count == 0)
        {
            return;
        }

        var remedy = violations.Count > MostOfRow ? remedies.Show() : remedies.Correct(violations, schema);
        foreach (var violation in violations.Take(MostOfRow))
        {
            Add(FieldOf(violation), Effect.CannotEdit, violation.Message, Reasons.Of(violation, schema, entity, options), remedy);
        }

        if (violations.Count > MostOfRow)
        {
            Add(field: null, Effect.CannotEdit, "and more", $"The gateway refuses more than {MostOfRow} values of the row.", remedy);
        }
    }

    // What an uncategorized route lacks is said already.
    private static bool IsDemand(Violation violation) =>
        violation.IsOfEntity && violation.Message.StartsWith("must set ", StringComparison.Ordinal);

    private static bool BelongsToGateway(string plugin) => RowAdvisor.BundledPlugins.Contains(plugin, StringComparer.Ordinal);

    // An element of a list is named by the list.
    private static string FieldOf(Violation violation)
    {
        var path = violation.Path;
        var length = path.Count > 1 && char.IsAsciiDigit(path[^1][0]) ? path.Count - 1 : path.Count;
        return string.Join('.', path.Take(length));
    }

    // The gateway names the field without the record that it is in.
    private string PathOf(string field) => table.Entity == "plugins" ? FindField("config", entity["config"], field) : field;

    private static string FindField(string path, object? value, string field)
    {
        if (value is not KongTable members || members.Fields.ContainsKey(field))
        {
            return $"{path}.{field}";
        }

        var inner = members.Fields.Where(m => m.Value is KongTable).Select(m => FindField($"{path}.{m.Key}", m.Value, field))
            .FirstOrDefault(p => p.StartsWith("config.", StringComparison.Ordinal));
        return inner ?? $"{path}.{field}";
    }

    // A row may hold anything: of each value the start is kept, and no command that is too long for a shell.
    private void Add(string? field, Effect effect, string message, string why, string remedy)
    {
        var finding = new Finding(
            table.Table, id, Cut(name), Cut(field), effect, Cut(message), Cut(why),
            remedy.Length <= Remedies.LongestCommand ? remedy : effect is Effect.StopsGateway ? remedies.Select() : remedies.Show());
        if (findings.Count <= MostOfRow && !findings.Exists(f => f.Field == finding.Field && f.Message == finding.Message))
        {
            findings.Add(finding);
        }
    }

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Cut(string? text) => text is null ? null : DisplayText.Cut(text, DisplayText.MaxValueLength);
}
