using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>Makes of a field on which a router fails one that means the same, where that can be told.</summary>
internal static class RouteRepair
{
    /// <summary>The value to set; null of JSON if nothing is left of it.</summary>
    /// <param name="field">The field of the route.</param>
    /// <param name="value">Its value.</param>
    public static object Of(string field, object? value) => field switch
    {
        "updated_at" => 0d,
        "headers" => Headers(value),
        "sources" or "destinations" => List((value as KongTable)?.Items.OfType<KongTable>().Select(Address)),
        _ => List((value as KongTable)?.Items.OfType<string>()),
    };

    private static object List(IEnumerable<object>? items) => items?.ToList() is { Count: > 0 } list ? KongTable.Of(list) : Null.Value;

    // Without the header that it demands, a route would take more requests than before.
    private static KongTable Headers(object? value)
    {
        var headers = new KongTable();
        foreach (var (name, values) in (value as KongTable ?? headers).Fields.ToList())
        {
            headers[name] = KongTable.Of(((values as KongTable)?.Items ?? [values]).Where(v => v is not Null).Select(Text)
                .DefaultIfEmpty(RowRepair.Unknown));
        }

        if (headers.IsEmpty)
        {
            headers[RowRepair.Unknown] = KongTable.Of([RowRepair.Unknown]);
        }

        return headers;
    }

    private static object Text(object value) => value is string or double or bool ? KongValue.ToText(value) : RowRepair.Unknown;

    private static KongTable Address(KongTable address)
    {
        var copy = address.Copy();
        if (copy["ip"] is bool or KongTable)
        {
            copy["ip"] = RowRepair.Unknown;
        }

        if (copy["port"] is bool or KongTable)
        {
            copy["port"] = RowRepair.Unknown;
        }

        return copy;
    }
}
