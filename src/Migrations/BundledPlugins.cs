namespace Migrations;

/// <summary>The plugins that are bundled with the gateway (Kong 2.8 to 3.10).</summary>
/// <remarks>
/// Those with migrations are in the <see cref="Catalogue"/>. They belong to every run, whatever <c>plugins</c> in kong.conf is, as in Kong
/// with <c>plugins = bundled</c>.
/// </remarks>
public static class BundledPlugins
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "acl", "acme", "ai-prompt-decorator", "ai-prompt-guard", "ai-prompt-template", "ai-proxy", "ai-request-transformer",
        "ai-response-transformer", "aws-lambda", "azure-functions", "basic-auth", "bot-detection", "correlation-id", "cors",
        "datadog", "file-log", "grpc-gateway", "grpc-web", "hmac-auth", "http-log", "ip-restriction", "jwt", "key-auth",
        "ldap-auth", "loggly", "oauth2", "opentelemetry", "post-function", "pre-function", "prometheus", "proxy-cache",
        "rate-limiting", "redirect", "request-size-limiting", "request-termination", "request-transformer",
        "response-ratelimiting", "response-transformer", "session", "standard-webhooks", "statsd", "syslog", "tcp-log",
        "udp-log", "zipkin",
    };

    /// <summary>Whether a name in the setting <c>plugins</c> means bundled plugins or no plugin.</summary>
    public static bool Has(string name) => name is "bundled" or "off" || Names.Contains(name);
}
