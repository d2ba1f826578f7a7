using Migrator.Configuration.Connection;
using Migrator.Iam.Aws;
using Migrator.Iam.Signing;

namespace Migrator.Iam.Diagnosis;

/// <summary>Warnings and information before the login; each may be the reason if RDS refuses it.</summary>
internal static class IamDiagnostics
{
    /// <summary>The diagnostics for these settings.</summary>
    public static IEnumerable<Diagnostic> Of(
        PostgresSettings settings, SigningEndpoint endpoint, AwsRegion region, AwsRegion? contradiction)
    {
        if (endpoint.IsFollowed)
        {
            yield return new Diagnostic(
                DiagnosticKind.Info, $"{settings.Host} is an alias of the RDS endpoint {endpoint.Host}: the token is signed for that"
                    + (endpoint.Failure is { } reason ? $" (by the system's resolver, which knows only the last alias: {reason})" : ""));
        }

        if (endpoint.Rds is null)
        {
            yield return new Diagnostic(
                DiagnosticKind.Warning,
                $"'{endpoint.Host}' is not the name of an RDS endpoint: RDS refuses a token that is signed for another name than its "
                    + $"own, or for another region ({region.Name}, from {region.Source})."
                    + (endpoint.Failure is { } unknown ? $" Whether it is an alias of one is not known: {unknown}." : ""),
                "Give the endpoint's own name with --iam-endpoint HOST[:PORT] (MIGRATOR_IAM_ENDPOINT).");
        }
        else if (endpoint.Regional is null)
        {
            yield return new Diagnostic(
                DiagnosticKind.Warning,
                $"{endpoint.Host} is the endpoint of a global database, and its primary cluster is not known: {endpoint.Failure}. The "
                    + $"token is signed for region {region.Name}, from {region.Source}.",
                "If that is not the region of the primary cluster, set AWS_REGION to it.");
        }
        else if (endpoint.Rds.Region is null)
        {
            yield return new Diagnostic(
                DiagnosticKind.Info,
                $"{endpoint.Host} is an alias of the primary cluster {endpoint.Regional.Host}: the token is signed for region "
                    + region.Name);
        }

        if (contradiction is { } other)
        {
            yield return new Diagnostic(DiagnosticKind.Info, $"{other.Source} says {other.Name}, and the database is in {region.Name} by "
                + $"its name: the token is signed for {region.Name}");
        }

        if (!settings.Tls.Verify)
        {
            yield return new Diagnostic(
                DiagnosticKind.Warning,
                "The server's certificate is not checked (pg_ssl_verify = off): any server that answers receives the token.",
                    "Write pg_ssl_verify = on and name the RDS bundle in lua_ssl_trusted_certificate.");
        }
    }
}
