using Migrator.Advice.Regexes;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>What the router makes of a route.</summary>
internal static class RouteAdvice
{
    private static readonly string[] MatchingFields = ["hosts", "headers", "methods", "paths", "snis", "sources", "destinations"];
    private static readonly string[] HttpProtocols = ["http", "https", "grpc", "grpcs"];

    /// <summary>Examines a route.</summary>
    /// <param name="flavor">The router.</param>
    /// <param name="route">The route, as the gateway reads it.</param>
    /// <param name="report">Where findings go.</param>
    public static void Examine(RouterFlavor flavor, KongTable route, RowReport report)
    {
        if (flavor is RouterFlavor.Traditional)
        {
            ExamineTraditional(route, report);
        }
        else
        {
            ExamineExpression(flavor, route, report);
        }
    }

    private static void ExamineTraditional(KongTable route, RowReport report)
    {
        // Routes of the other protocols are routed only where the gateway listens for streams.
        var isRouted = Protocols(route).Any(p => HttpProtocols.Contains(p, StringComparer.Ordinal));
        if (isRouted && RouterFlaw.Find(route) is { } flaw)
        {
            report.Unroutable(flaw, Array.TrueForAll(MatchingFields, f => f == flaw.Field || KongValue.IsEmpty(route[f])));
        }

        if (Array.TrueForAll(MatchingFields, f => KongValue.IsEmpty(route[f])))
        {
            if (isRouted)
            {
                report.Uncategorized();
            }
        }
        else if (report.HasExpression)
        {
            report.Behaves(
                "expression",
                "expecting a traditional route while expression is given",
                "The traditional router ignores the expression of the route, and uses its other fields.",
                new KongTable());
        }
    }

    private static void ExamineExpression(RouterFlavor flavor, KongTable route, RowReport report)
    {
        if (route["path_handling"] is "v1")
        {
            report.Behaves(
                "path_handling",
                "path_handling='v1' will not work under 'expressions' or 'traditional_compatible' router_flavor",
                "These routers join the paths of service and request as path_handling v0 does.",
                new KongTable { ["path_handling"] = "v0" });
        }

        var hasExpression = flavor is RouterFlavor.Expressions && route["expression"] is string;
        if (!hasExpression && Array.TrueForAll(MatchingFields, f => KongValue.IsEmpty(route[f])))
        {
            report.Behaves(
                field: null,
                $"could not add route: {route["id"]}",
                "The route has nothing to match requests with. The gateway leaves it out.",
                new KongTable());
        }
        else if (!hasExpression && FindBadRegex(route) is var (field, problem))
        {
            report.Behaves(
                field,
                $"could not add route: {route["id"]}, err: {problem}",
                "The router has no such regular expressions. The gateway leaves the route out, and refuses changes of it.",
                new KongTable());
        }
    }

    private static (string Field, string Problem)? FindBadRegex(KongTable route)
    {
        var paths = (route["paths"] as KongTable)?.Items.OfType<string>().Where(p => p.StartsWith('~')) ?? [];
        if (paths.Select(p => RustRegex.Check(p[1..])).FirstOrDefault(p => p is not null) is { } problem)
        {
            return ("paths", problem);
        }

        var values = (route["headers"] as KongTable)?.Fields.Values.OfType<KongTable>().SelectMany(v => v.Items).OfType<string>()
            .Where(v => v.StartsWith("~*", StringComparison.Ordinal)) ?? [];
        var inHeader = values.Select(v => RustRegex.Check(v[2..])).FirstOrDefault(p => p is not null);
        return inHeader is null ? null : ("headers", inHeader);
    }

    private static IEnumerable<string> Protocols(KongTable route) => (route["protocols"] as KongTable)?.Items.OfType<string>() ?? [];
}
