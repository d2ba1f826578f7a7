using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>What a router cannot make anything of. One such route keeps the gateway from starting.</summary>
/// <param name="Field">The field of the route.</param>
/// <param name="Text">What the router says, without its introduction.</param>
internal sealed record RouterDiagnostic(string Field, string Text)
{
    /// <summary>What the gateway says.</summary>
    public string Message => "could not create router: " + Text;

    /// <summary>Finds those of the router <c>traditional</c>, in the order of Kong: one of each field.</summary>
    /// <param name="route">The route, as the gateway reads it when it starts.</param>
    public static IEnumerable<RouterDiagnostic> OfTraditional(KongTable route)
    {
        RouterDiagnostic?[] diagnostics =
        [
            InTexts(route, "hosts", _ => "hosts values must be strings"),
            InHeaders(route),
            InTexts(route, "paths", type => Argument("sub", type)),
            InTexts(route, "methods", type => Argument("upper", type)),
            InTexts(route, "snis", _ => "sni elements must be strings"),
            InAddresses(route, "sources"),
            InAddresses(route, "destinations"),
        ];
        return diagnostics.OfType<RouterDiagnostic>();
    }

    /// <summary>Finds those of the routers that make expressions of routes: one of each field.</summary>
    /// <param name="route">The route, as the gateway reads it when it starts.</param>
    /// <param name="hasExpressions">Whether the router is the one of expressions.</param>
    public static IEnumerable<RouterDiagnostic> OfExpressions(KongTable route, bool hasExpressions)
    {
        var updated = route["updated_at"] is null or Null
            ? new RouterDiagnostic("updated_at", "bad argument #2 to 'max' (number expected, got nil)")
            : null;
        var protocols = hasExpressions ? InTexts(route, "protocols", Index("str")) : null;
        RouterDiagnostic?[] diagnostics = hasExpressions && route["expression"] is string ? [updated, protocols] :
        [
            updated,
            InTexts(route, "snis", type => Argument("byte", type)),
            InNets(route, "sources"),
            InNets(route, "destinations"),
            InTexts(route, "methods", Index("str")),
            InTexts(route, "hosts", Index("key")),
            InTexts(route, "paths", type => Argument("byte", type)),
            InHeadersOfExpression(route["headers"]),
            protocols,
        ];
        return diagnostics.OfType<RouterDiagnostic>();
    }

    private static string Argument(string function, string type) => $"bad argument #1 to '{function}' (string expected, got {type})";

    private static Func<string, string> Index(string variable) => type => $"attempt to index local '{variable}' (a {type} value)";

    private static RouterDiagnostic? InTexts(KongTable route, string field, Func<string, string> message) =>
        (route[field] as KongTable)?.Items.FirstOrDefault(i => i is not string) is { } item
            ? new RouterDiagnostic(field, message(LuaType.Of(item)))
            : null;

    private static RouterDiagnostic? InHeaders(KongTable route)
    {
        if (route["headers"] is null or Null or false)
        {
            return null;
        }

        if (route["headers"] is not KongTable headers)
        {
            return new RouterDiagnostic("headers", "headers field must be a table");
        }

        return Members(headers).Select(InHeader).FirstOrDefault(m => m is not null) is { } message
            ? new RouterDiagnostic("headers", message)
            : null;
    }

    private static string? InHeader((string Name, object Value) header)
    {
        if (header.Value is not KongTable values)
        {
            return $"header values must be a table for header '{header.Name}'";
        }

        // Lua takes a number for a text.
        return header.Name.Equals("host", StringComparison.OrdinalIgnoreCase)
            || values.Items.FirstOrDefault(v => v is not (string or double)) is not { } value
            ? null
            : Argument("lower", LuaType.Of(value));
    }

    private static RouterDiagnostic? InHeadersOfExpression(object? value)
    {
        if (value is null or Null)
        {
            return null;
        }

        if (value is not KongTable headers)
        {
            return new RouterDiagnostic("headers", $"bad argument #1 to 'isempty' (table expected, got {LuaType.Of(value)})");
        }

        var messages = Members(headers).Select(header => header.Value switch
        {
            KongTable values when values.Items.FirstOrDefault(v => v is not string) is { } item => item is double
                ? "attempt to index local 'value' (a number value)"
                : Argument("byte", LuaType.Of(item)),
            KongTable { Items.Count: > 0 } when !headers.Fields.ContainsKey(header.Name) =>
                "attempt to index local 'str' (a number value)",
            KongTable => null,
            _ => $"bad argument #1 to 'ipairs' (table expected, got {LuaType.Of(header.Value)})",
        });
        return messages.FirstOrDefault(m => m is not null) is { } message ? new RouterDiagnostic("headers", message) : null;
    }

    private static IEnumerable<(string Name, object Value)> Members(KongTable headers) => headers.Items
        .Select((v, i) => (Name: (i + 1).ToString(CultureInfo.InvariantCulture), Value: v))
        .Concat(headers.Fields.Select(f => (Name: f.Key, f.Value)));

    private static RouterDiagnostic? InAddresses(KongTable route, string field)
    {
        foreach (var item in (route[field] as KongTable)?.Items ?? [])
        {
            if (item is not KongTable address)
            {
                return new RouterDiagnostic(field, $"{field} elements must be tables");
            }

            // To Lua, false is as good as nothing.
            if (address["ip"] is true or KongTable)
            {
                return new RouterDiagnostic(field, Argument("find", LuaType.Of(address["ip"])));
            }
        }

        return null;
    }

    // An element that is no object ends the list in silence.
    private static RouterDiagnostic? InNets(KongTable route, string field)
    {
        foreach (var item in (route[field] as KongTable)?.Items ?? [])
        {
            if (item is not KongTable { IsEmpty: false } address)
            {
                return null;
            }

            if (address["ip"] is bool or KongTable)
            {
                return new RouterDiagnostic(field, Argument("find_str", LuaType.Of(address["ip"])));
            }

            if (address["port"] is bool or KongTable)
            {
                return new RouterDiagnostic(field, $"attempt to concatenate local 'port' (a {LuaType.Of(address["port"])} value)");
            }
        }

        return null;
    }
}
