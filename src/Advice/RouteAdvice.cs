using System.Net;
using System.Net.Sockets;
using Migrator.Advice.Syntax;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>What the router makes of a route.</summary>
internal static class RouteAdvice
{
    private const string UnusedHost = "unused.invalid";

    private static readonly string[] MatchingFields = ["hosts", "headers", "methods", "paths", "snis", "sources", "destinations"];
    private static readonly string[] HttpProtocols = ["http", "https", "grpc", "grpcs"];

    /// <summary>Examines a route.</summary>
    /// <param name="flavor">The router.</param>
    /// <param name="route">The route, as the gateway reads it when it starts.</param>
    /// <param name="hasExpression">Whether the row has an expression.</param>
    public static IEnumerable<RowDiagnostic> Examine(RouterFlavor flavor, KongTable route, bool hasExpression)
    {
        // Routes of the other protocols are routed only where the gateway listens for streams.
        var isRouted = Protocols(route).Any(p => HttpProtocols.Contains(p, StringComparer.Ordinal));
        List<RouterDiagnostic> diagnostics = !isRouted ? []
            : flavor is RouterFlavor.Traditional ? [.. RouterDiagnostic.OfTraditional(route)]
            : [.. RouterDiagnostic.OfExpressions(route, flavor is RouterFlavor.Expressions)];
        if (diagnostics.Count > 0)
        {
            return diagnostics.Select(f => Stops(f, route, diagnostics));
        }

        return flavor is RouterFlavor.Traditional
            ? ExamineTraditional(route, isRouted, hasExpression)
            : ExamineExpression(flavor, route);
    }

    private static RowDiagnostic Stops(RouterDiagnostic diagnostic, KongTable route, IReadOnlyList<RouterDiagnostic> diagnostics)
    {
        var fix = RouteRepair.Of(diagnostic.Field, route[diagnostic.Field]);

        // A route that matches everything would take the requests of others.
        var isLast = fix is Null && diagnostic == diagnostics[^1] && Array.TrueForAll(MatchingFields, IsLeftEmpty);
        return new RowDiagnostic(
            [isLast ? "hosts" : diagnostic.Field], Effect.StopsGateway, diagnostic.Message,
            diagnostic.Field == "updated_at"
                ? "The router compares the times at which routes were changed, and fails on a null."
                : "The router reads this field before it is checked, and fails on a value of another type, or on a null in a list.")
        { Fix = isLast ? KongTable.Of([UnusedHost]) : fix };

        bool IsLeftEmpty(string field) =>
            KongValue.IsEmpty(diagnostics.Any(f => f.Field == field) ? RouteRepair.Of(field, route[field]) : route[field]);
    }

    private static IEnumerable<RowDiagnostic> ExamineTraditional(KongTable route, bool isRouted, bool hasExpression)
    {
        if (Array.TrueForAll(MatchingFields, f => route[f] is null or Null))
        {
            if (isRouted)
            {
                yield return new RowDiagnostic(
                    [], Effect.StopsGateway, "could not create router: could not categorize route",
                    hasExpression
                        ? "The route has an expression and nothing else. Such a route needs router_flavor = expressions."
                        : "The route has no hosts, paths, methods, headers, snis, sources or destinations.")
                { Fix = new KongTable { ["hosts"] = KongTable.Of([UnusedHost]) } };
            }
        }
        else if (hasExpression)
        {
            yield return new RowDiagnostic(
                ["expression"], Effect.Behaviour, "expecting a traditional route while expression is given",
                "The traditional router ignores the expression of the route, and uses its other fields.")
            { IsCorrectable = false };
        }

        foreach (var (path, values) in HeaderValues(route).Where(h => h.Values.Count == 1 && IsRegex(h.Values[0])))
        {
            if (GatewayLibraries.CheckRegex(values[0][2..]) is { } diagnostic)
            {
                var message = PcreDiagnostic.Message($"invalid regex: '{values[0][2..]}' ({diagnostic})");
                yield return new RowDiagnostic([.. path, "1"], Effect.Behaviour, message, PcreDiagnostic.OfHeader);
            }
        }
    }

    private static IEnumerable<RowDiagnostic> ExamineExpression(RouterFlavor flavor, KongTable route)
    {
        if (route["path_handling"] is "v1")
        {
            yield return new RowDiagnostic(
                ["path_handling"], Effect.Behaviour,
                "path_handling='v1' will not work under 'expressions' or 'traditional_compatible' router_flavor",
                "These routers join the paths of service and request as path_handling v0 does.")
            { Fix = "v0" };
        }

        if (flavor is RouterFlavor.Expressions && route["expression"] is string)
        {
            yield break;
        }

        if (Array.TrueForAll(MatchingFields, f => KongValue.IsEmpty(route[f])))
        {
            yield return new RowDiagnostic(
                [], Effect.Behaviour, $"could not add route: {route["id"]}",
                "The route has nothing to match requests with. The gateway leaves it out.")
            { IsCorrectable = false };
        }

        foreach (var (path, diagnostic) in FindUnknown(route))
        {
            yield return new RowDiagnostic(
                path, Effect.Behaviour, $"could not add route: {route["id"]}, err: {diagnostic}",
                "The router has no such value or regular expression. The gateway leaves the route out, and refuses changes of it.");
        }

        foreach (var (path, values) in HeaderValues(route))
        {
            foreach (var (i, value) in values.Index().Where(v => IsRegex(v.Item) && LoweredRegex.IsChanged(v.Item)))
            {
                yield return new RowDiagnostic(
                    [.. path, Number(i)], Effect.Behaviour, $"the regular expression '{value[2..]}' is read as '{AsciiLower(value[2..])}'",
                    "This router compares headers in lower case, and turns their regular expressions into lower case too. "
                        + @"There \D is the opposite of \d, as \S and \W are of \s and \w.")
                { Fix = LoweredRegex.WithoutChange(value) };
            }
        }
    }

    private static IEnumerable<(IReadOnlyList<string> Path, string Diagnostic)> FindUnknown(KongTable route)
    {
        foreach (var (i, path) in Texts(route["paths"]).Where(p => p.Text.StartsWith('~')))
        {
            // Kong: it writes the names of groups as older expressions have them.
            if (RustRegex.Check("^" + path[1..].Replace("?<", "?P<", StringComparison.Ordinal)) is { } diagnostic)
            {
                yield return (["paths", i], diagnostic);
            }
        }

        foreach (var (path, values) in HeaderValues(route))
        {
            if (values.Count == 0)
            {
                yield return (path, "expected term");
            }

            foreach (var (i, value) in values.Index().Where(v => IsRegex(v.Item)))
            {
                if (RustRegex.Check(AsciiLower(value[2..])) is { } diagnostic)
                {
                    yield return ([.. path, Number(i)], diagnostic);
                }
            }
        }

        foreach (var field in (string[])["sources", "destinations"])
        {
            foreach (var (i, address) in ((route[field] as KongTable)?.Items ?? []).Index())
            {
                if (address is KongTable element && element["ip"] is string ip && FindAddressDiagnostic(ip) is { } diagnostic)
                {
                    yield return ([field, Number(i), "ip"], diagnostic);
                }
            }
        }
    }

    // Kong: it masks ranges of IPv4, except with the prefix 0, and none of IPv6. In brackets, an address is none to the router.
    private static string? FindAddressDiagnostic(string text)
    {
        if (text.StartsWith('['))
        {
            return "expected rhs";
        }

        if (text.Split('/') is not [var address, var prefix] || !IPAddress.TryParse(address, out var ip)
            || !int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || ip.AddressFamily is AddressFamily.InterNetwork && length > 0)
        {
            return null;
        }

        var bits = ip.GetAddressBytes().SelectMany(b => Enumerable.Range(0, 8).Select(i => b >> (7 - i) & 1));
        return bits.Skip(length).Any(bit => bit == 1) ? "host part of address was not zero" : null;
    }

    private static IEnumerable<(string Index, string Text)> Texts(object? list) =>
        ((list as KongTable)?.Items ?? []).Index().Where(i => i.Item is string).Select(i => (Number(i.Index), (string)i.Item));

    private static IEnumerable<(IReadOnlyList<string> Path, IReadOnlyList<string> Values)> HeaderValues(KongTable route) =>
        (route["headers"] as KongTable)?.Fields.Where(f => f.Value is KongTable).Select(f =>
            ((IReadOnlyList<string>)["headers", f.Key], (IReadOnlyList<string>)[.. ((KongTable)f.Value).Items.OfType<string>()])) ?? [];

    private static bool IsRegex(string value) => value.StartsWith("~*", StringComparison.Ordinal);

    private static string AsciiLower(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c));

    private static string Number(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Protocols(KongTable route) => (route["protocols"] as KongTable)?.Items.OfType<string>() ?? [];
}
