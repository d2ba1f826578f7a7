using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Migrator.Advice.Rows;
using Migrator.Advice.Schemas;
using Migrator.Advice.Values;
using Migrator.Display;

namespace Migrator.Advice;

/// <summary>Writes changes of a row as a command: a call of the Admin API, or SQL where it cannot help.</summary>
/// <param name="options">The settings of the gateway.</param>
/// <param name="table">The table.</param>
/// <param name="row">The row as it is in the database.</param>
internal sealed class RemedyText(AdvisorOptions options, EntityTable table, KongTable row)
{
    // Linux passes an argument of at most 128 kB.
    private const int MaxCommandLength = 32 << 10;

    // No quotes of JSON are escaped twice: the text is for a shell, and for people.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string id = row["id"] as string ?? "";

    private string Table => options.Schema.Qualify(table.Table);

    private string Where => $"WHERE id = {Sql.Literal(id)}";

    private string Address
    {
        get
        {
            var key = Uri.EscapeDataString(id);
            return row.At("upstream.id") is string upstream && table.Entity == "targets"
                ? $"{options.AdminApi}/upstreams/{Uri.EscapeDataString(upstream)}/targets/{key}"
                : $"{options.AdminApi}/{table.Endpoint}/{key}";
        }
    }

    /// <summary>Removes a plugin that the gateway does not load, or has it loaded.</summary>
    public string PluginNotEnabled(string plugin) =>
        $"DELETE FROM {Table} {Where}; -- or in kong.conf: plugins = "
        + string.Join(',', ConfiguredPlugins().Append(plugin)).ReplaceLineEndings(" ");

    /// <summary>Writes changes. If there are none, or too many for a shell, the command shows the row.</summary>
    /// <param name="edit">The changes.</param>
    /// <param name="asSql">Whether the Admin API cannot make them.</param>
    public string Write(RowEdit edit, bool asSql)
    {
        var text = asSql ? Statement(edit) : Call(edit);
        return text is { Length: <= MaxCommandLength } ? text : asSql ? $"SELECT * FROM {Table} {Where};" : $"curl -sS {Address}";
    }

    private string? Call(RowEdit edit) => edit.Body.IsEmpty
        ? null
        : $"curl -sS -X PATCH {Address} -H 'Content-Type: application/json' -d {ShellText.Word(Json(edit.Body))}";

    private string? Statement(RowEdit edit)
    {
        var columns = edit.Body.Fields.Keys.Concat(edit.Removed.Select(p => p[0])).Distinct(StringComparer.Ordinal)
            .Select(name => Assignment(edit, name)).ToList();
        return columns.Count == 0 ? null : $"UPDATE {Table} SET {string.Join(", ", columns)} {Where};";
    }

    private string Assignment(RowEdit edit, string name)
    {
        var (field, value) = (edit.FieldAt([name]), edit.Body[name]);
        if (field?.Type is FieldType.Foreign)
        {
            return $"{name}_id = {Literal((value as KongTable)?["id"])}";
        }

        return $"{Sql.PlainIdentifier(name)} = " + field switch
        {
            { Type: FieldType.Record } when row[name] is KongTable { Items.Count: 0 } => Record(edit, name, value),
            { Type: FieldType.Record or FieldType.Map or FieldType.Json or FieldType.Any } when value is not Null => JsonLiteral(value!),
            { IsTimestamp: true } when value is double => "CURRENT_TIMESTAMP(0)",
            _ when value is KongTable list && (field?.Elements?.Type is FieldType.Record || list.Items.Any(i => i is KongTable)) =>
                $"ARRAY[{string.Join(", ", list.Items.Select(JsonLiteral))}]::jsonb[]",
            _ when value is KongTable list => Texts(list),
            _ => Literal(value),
        };
    }

    // Only the fields that change: the rest may hold secrets.
    private string Record(RowEdit edit, string name, object? value)
    {
        var text = Sql.PlainIdentifier(name);
        foreach (var path in edit.Removed.Where(p => p[0] == name && p.Count > 1))
        {
            text = $"{text} #- {Path(path)}";
        }

        return value is not KongTable body ? value is null ? text : JsonLiteral(value)
            : Fields(edit, body, [name]).Aggregate(
                text, (whole, field) => $"jsonb_set({whole}, {Path(field.Path)}, {JsonLiteral(field.Value)})");
    }

    private IEnumerable<(IReadOnlyList<string> Path, object Value)> Fields(RowEdit edit, KongTable body, IReadOnlyList<string> path)
    {
        foreach (var (name, value) in body.Fields)
        {
            IReadOnlyList<string> inner = [.. path, name];
            var isThere = RowEdit.At(row, inner) is KongTable { Items.Count: 0 } && !edit.Removed.Any(inner.SequenceEqual);
            if (value is KongTable members && isThere && edit.FieldAt(inner) is { Type: FieldType.Record })
            {
                foreach (var field in Fields(edit, members, inner))
                {
                    yield return field;
                }
            }
            else
            {
                yield return (inner, value);
            }
        }
    }

    private static string Path(IReadOnlyList<string> path) => Sql.Literal("{" + string.Join(',', path.Skip(1)) + "}");

    private static string Texts(KongTable list) => list.IsEmpty ? "'{}'"
        : $"ARRAY[{string.Join(", ", list.Items.Select(i => Sql.Literal(KongValue.ToText(i))))}]";

    private static string JsonLiteral(object value) => Sql.Literal(Json(value)) + "::jsonb";

    private static string Literal(object? value) => value switch
    {
        null or Null => "NULL",
        double or bool => KongValue.ToText(value),
        _ => Sql.Literal(KongValue.ToText(value)),
    };

    private static string Json(object value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            KongValue.Write(writer, value);
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
