using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Migrations.Dsl;
using Migrator.Advice.Rows;
using Migrator.Advice.Schemas;
using Migrator.Advice.Validation;
using Migrator.Advice.Values;
using Migrator.Display;

namespace Migrator.Advice;

/// <summary>Commands that correct a row: calls of the Admin API, or SQL where the gateway does not start.</summary>
internal sealed class Remedies(AdvisorOptions options, EntityTable table, KongTable entity, string? id)
{
    /// <summary>The most characters of a command: Linux passes an argument of at most 128 kB.</summary>
    public const int LongestCommand = 32 << 10;

    // No quotes of JSON are escaped twice: the text is for a shell, and for people.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string Table => options.Schema.Qualify(table.Table);

    private string Where => $"WHERE id = {Sql.Literal(id ?? "")}";

    /// <summary>Removes a plugin that the gateway does not load, or has it loaded.</summary>
    public string PluginNotEnabled(string plugin) =>
        $"DELETE FROM {Table} {Where}; -- or in kong.conf: plugins = "
        + string.Join(',', ConfiguredPlugins().Append(plugin)).ReplaceLineEndings(" ");

    /// <summary>Removes a value that keeps the gateway from reading the row.</summary>
    /// <param name="path">The field.</param>
    public string Unreadable(string path)
    {
        var parts = path.Split('.');
        if (parts.Length > 1)
        {
            return $"UPDATE {Table} SET config = config #- {Sql.Literal("{" + string.Join(',', parts.Skip(1)) + "}")} {Where};";
        }

        return $"UPDATE {Table} SET {path} = {(path == "algorithm" ? "'round-robin'" : "'none'")} {Where};";
    }

    /// <summary>Gives a route a host that no request has.</summary>
    public string Uncategorized() => $"UPDATE {Table} SET hosts = ARRAY['unused.invalid'] {Where};";

    /// <summary>Empties a field on which the router fails.</summary>
    /// <param name="field">The field.</param>
    /// <param name="isOnlyField">Whether the route has nothing else to match requests with. It gets a host that no request has.</param>
    public string Unroutable(string field, bool isOnlyField) => (field, isOnlyField) switch
    {
        ("hosts", true) => Uncategorized(),
        (_, true) => $"UPDATE {Table} SET {field} = NULL, hosts = ARRAY['unused.invalid'] {Where};",
        _ => $"UPDATE {Table} SET {field} = NULL {Where};",
    };

    /// <summary>Corrects all that is wrong with a row in one call, as the gateway refuses a call that leaves something.</summary>
    public string Correct(IReadOnlyList<Violation> violations, RecordSchema schema)
    {
        var fix = new Correction(schema, entity);
        foreach (var violation in violations)
        {
            fix.Add(violation);
        }

        return Patch(fix.Body);
    }

    /// <summary>Shows the row, where only people can correct it.</summary>
    public string Show() => $"curl -sS {Address}";

    /// <summary>Shows the row while the gateway does not start.</summary>
    public string Select() => $"SELECT * FROM {Table} {Where};";

    /// <summary>Sets fields of the row.</summary>
    public string Patch(KongTable body) => body.IsEmpty
        ? Show()
        : $"curl -sS -X PATCH {Address} -H 'Content-Type: application/json' -d {ShellText.Word(Json(body))}";

    private string Address
    {
        get
        {
            var key = Uri.EscapeDataString(id ?? "");
            return entity.At("upstream.id") is string upstream && table.Entity == "targets"
                ? $"{options.AdminApi}/upstreams/{Uri.EscapeDataString(upstream)}/targets/{key}"
                : $"{options.AdminApi}/{table.Endpoint}/{key}";
        }
    }

    private static string Json(KongTable body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            KongValue.Write(writer, body);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private IEnumerable<string> ConfiguredPlugins()
    {
        var bundled = RowAdvisor.BundledPlugins;
        return bundled.All(p => options.Plugins.Contains(p, StringComparer.Ordinal))
            ? options.Plugins.Except(bundled, StringComparer.Ordinal).Prepend("bundled")
            : options.Plugins;
    }
}
