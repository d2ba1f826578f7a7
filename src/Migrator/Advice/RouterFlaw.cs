using System.Globalization;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>What the traditional router cannot make anything of. One such route keeps the gateway from starting.</summary>
/// <param name="Field">The field of the route.</param>
/// <param name="Problem">What the gateway says.</param>
internal sealed record RouterFlaw(string Field, string Problem)
{
    /// <summary>Finds the first one in a route, in the order of Kong; null if there is none.</summary>
    /// <param name="route">The route, as the gateway reads it.</param>
    public static RouterFlaw? Find(KongTable route) =>
        InList(route, "hosts", "hosts values must be strings")
        ?? InHeaders(route["headers"])
        ?? InList(route, "methods", "bad argument #1 to 'upper' (string expected, got nil)")
        ?? InList(route, "snis", "sni elements must be strings")
        ?? InAddresses(route, "sources")
        ?? InAddresses(route, "destinations");

    private static RouterFlaw? InList(KongTable route, string field, string problem) =>
        route[field] is KongTable list && HasHole(list) ? new RouterFlaw(field, problem) : null;

    private static RouterFlaw? InHeaders(object? value)
    {
        if (value is null or Null)
        {
            return null;
        }

        if (value is not KongTable headers)
        {
            return Header("headers field must be a table");
        }

        var numbered = headers.Items.Select((v, i) => (Name: (i + 1).ToString(CultureInfo.InvariantCulture), Value: v));
        return numbered.Concat(headers.Fields.Select(f => (Name: f.Key, f.Value))).Select(InHeader).FirstOrDefault(f => f is not null);
    }

    private static RouterFlaw? InHeader((string Name, object Value) header)
    {
        if (header.Value is not KongTable values)
        {
            return Header($"header values must be a table for header '{header.Name}'");
        }

        if (header.Name.Equals("host", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var type = HasHole(values) ? "nil" : values.Items.Select(TypeOfNoText).FirstOrDefault(t => t is not null);
        return type is null ? null : Header($"bad argument #1 to 'lower' (string expected, got {type})");
    }

    private static RouterFlaw? InAddresses(KongTable route, string field)
    {
        foreach (var item in (route[field] as KongTable)?.Items ?? [])
        {
            // To Lua, false is as good as nothing, here and in the address.
            if (item is not (KongTable or false))
            {
                return new RouterFlaw(field, $"{field} elements must be tables");
            }

            if (item is KongTable address && address["ip"] is { } ip && ip is not false && TypeOfNoText(ip) is { } type)
            {
                return new RouterFlaw(field, $"bad argument #1 to 'find' (string expected, got {type})");
            }
        }

        return null;
    }

    // A list that starts with a null: see Normalizer. Further on, it depends on Lua's memory how long the list is.
    private static bool HasHole(KongTable list) =>
        list["1"] is null && list.Fields.Count > 0 && list.Fields.Keys.All(k => k.All(char.IsAsciiDigit));

    private static string? TypeOfNoText(object value) => value switch
    {
        bool => "boolean",
        KongTable => "table",
        _ => null,
    };

    private static RouterFlaw Header(string problem) => new("headers", problem);
}
