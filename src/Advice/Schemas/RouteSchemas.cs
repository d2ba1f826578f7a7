namespace Migrator.Advice.Schemas;

/// <summary>What routes may have, by protocol. The schema endpoints of a gateway do not show this.</summary>
internal static class RouteSchemas
{
    private const string Http =
        """
        {"fields": [
          {"sources": {"type": "set", "eq": null, "err": "cannot set 'sources' when 'protocols' is 'http' or 'https'"}},
          {"destinations": {"type": "set", "eq": null, "err": "cannot set 'destinations' when 'protocols' is 'http' or 'https'"}}],
         "entity_checks": [{"conditional_at_least_one_of": {
          "if_field": "protocols", "if_match": {"contains": "https"},
          "then_at_least_one_of": ["methods", "hosts", "headers", "paths", "snis"],
          "then_err": "must set one of %s when 'protocols' is 'https'",
          "else_match": {"contains": "http"},
          "else_then_at_least_one_of": ["methods", "hosts", "headers", "paths"],
          "else_then_err": "must set one of %s when 'protocols' is 'http'"}}]}
        """;

    private const string Grpc =
        """
        {"fields": [
          {"strip_path": {"type": "boolean", "required": true, "default": false, "ne": true,
            "err": "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'"}},
          {"methods": {"type": "set", "eq": null, "err": "cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'"}},
          {"sources": {"type": "set", "eq": null, "err": "cannot set 'sources' when 'protocols' is 'grpc' or 'grpcs'"}},
          {"destinations": {"type": "set", "eq": null, "err": "cannot set 'destinations' when 'protocols' is 'grpc' or 'grpcs'"}}],
         "entity_checks": [{"conditional_at_least_one_of": {
          "if_field": "protocols", "if_match": {"contains": "grpcs"},
          "then_at_least_one_of": ["hosts", "headers", "paths", "snis"],
          "then_err": "must set one of %s when 'protocols' is 'grpcs'",
          "else_match": {"contains": "grpc"},
          "else_then_at_least_one_of": ["hosts", "headers", "paths"],
          "else_then_err": "must set one of %s when 'protocols' is 'grpc'"}}]}
        """;

    private const string Stream =
        """
        {"fields": [
          {"methods": {"type": "set", "eq": null,
            "err": "cannot set 'methods' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'"}},
          {"hosts": {"type": "array", "eq": null,
            "err": "cannot set 'hosts' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'"}},
          {"paths": {"type": "array", "eq": null,
            "err": "cannot set 'paths' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'"}},
          {"headers": {"type": "map", "eq": null,
            "err": "cannot set 'headers' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'"}}],
         "entity_checks": [
          {"conditional_at_least_one_of": {
           "if_field": "protocols", "if_match": {"elements": {"type": "string", "one_of": ["tcp", "tls", "udp"]}},
           "then_at_least_one_of": ["sources", "destinations", "snis"],
           "then_err": "must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'"}},
          {"conditional_at_least_one_of": {
           "if_field": "protocols", "if_match": {"elements": {"type": "string", "one_of": ["tls_passthrough"]}},
           "then_at_least_one_of": ["snis"],
           "then_err": "must set snis when 'protocols' is 'tls_passthrough'"}}]}
        """;

    /// <summary>The fields that routes have with the router of expressions.</summary>
    public const string Expressions =
        """
        {"fields": [
          {"expression": {"type": "string"}},
          {"priority": {"type": "integer", "between": [0, 70368744177663], "required": true, "default": 0}}]}
        """;

    /// <summary>The schema for a protocol; null if routes do not have it.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="hasExpressions">Whether the router is the one of expressions.</param>
    public static string? For(string protocol, bool hasExpressions)
    {
        var schema = protocol switch
        {
            "http" or "https" => Http,
            "grpc" or "grpcs" => Grpc,
            "tcp" or "tls" or "udp" or "tls_passthrough" => Stream,
            _ => null,
        };
        if (!hasExpressions || schema is null)
        {
            return schema;
        }

        // An expression is enough. Routes of HTTP may have sources and destinations then.
        return schema
            .Replace("\"paths\"]", "\"paths\", \"expression\"]", StringComparison.Ordinal)
            .Replace("\"snis\"]", "\"snis\", \"expression\"]", StringComparison.Ordinal)
            .Replace("{\"sources\": {", "{\"sources_of_traditional\": {", StringComparison.Ordinal)
            .Replace("{\"destinations\": {", "{\"destinations_of_traditional\": {", StringComparison.Ordinal);
    }
}
