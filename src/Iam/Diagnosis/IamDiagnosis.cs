using Migrator.Configuration.Connection;
using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Iam.Diagnosis;

/// <summary>Explains why a login with a token was refused.</summary>
/// <remarks>The error shows what was signed and with which credentials, and the likely causes with their remedies.</remarks>
internal static class IamDiagnosis
{
    // PostgreSQL, appendix A.
    private const string InvalidPassword = "28P01";

    /// <summary>Whether the refusal concerns the token.</summary>
    public static bool IsAboutTokens(LoginRefusal refusal) =>
        IsProxy(refusal) || refusal.SqlState == InvalidPassword || IsPam(refusal);

    /// <summary>Whether it is the message that RDS sends for every invalid token (PostgreSQL's auth.c: PAM).</summary>
    public static bool IsPam(LoginRefusal refusal) =>
        refusal.MessageText.Contains("PAM authentication failed", StringComparison.Ordinal);

    /// <summary>The error to show for the refusal.</summary>
    public static MigratorException Explain(
        LoginRefusal refusal, IamFacts facts, CallerIdentity identity, ServerClock clock, TimeProvider time)
    {
        var causes = IsProxy(refusal) ? OfProxy(refusal, facts, identity, clock, time)
            : IsPam(refusal) ? LikelyCauses.Of(facts, identity, clock, time.GetUtcNow())
            : OfPassword(facts);
        var who = IsProxy(refusal) ? "RDS Proxy" : "RDS";
        var likely = string.Join(", or ", causes.Take(2).Select(c => c.What));
        return new MigratorException(
            $"{who} refused the token of user '{facts.User}' at {facts.Endpoint.Host}:{facts.Endpoint.Port} [{refusal.SqlState}]: most "
                + $"likely {likely}.",
            $"{refusal.MessageText.TrimEnd('.')}. The token was {facts}, {identity}.",
            string.Concat(causes.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"\n    {i + 1}. If {c.What}:\n       "
                + $"{c.Remedy.Replace("\n", "\n       ", StringComparison.Ordinal)}"))).TrimStart('\n', ' ')
                + $"\n    {who} writes the reason to a log. To have it written, and to read it after another login:\n       "
                + RdsPolicy.Log(facts).Replace("\n", "\n       ", StringComparison.Ordinal),
            refusal.Cause);
    }

    private static bool IsProxy(LoginRefusal refusal) =>
        refusal.MessageText.Contains("IAM authentication failed for the role", StringComparison.Ordinal)
        || refusal.MessageText.Contains("RDS Proxy", StringComparison.Ordinal);

    // The server compared the token with a password: it checks tokens only for members of rds_iam.
    private static LikelyCause[] OfPassword(IamFacts facts) =>
    [
        new($"user '{facts.User}' is not in rds_iam", $"As the master user: {RdsPolicy.Grant(facts.User)}"),
        new($"user '{facts.User}' does not exist, or may not log in",
            $"As the master user: CREATE ROLE {Sql.Identifier(facts.User)} LOGIN; {RdsPolicy.Grant(facts.User)}\n"
                + $"If it exists: ALTER ROLE {Sql.Identifier(facts.User)} LOGIN;"),
        new("IAM authentication is off on the server", $"Switch it on: {RdsPolicy.Enable(facts)}"),
        new("what answers is not Amazon RDS", "Write pg_iam_auth = off and set pg_password"),
    ];

    private static IReadOnlyList<LikelyCause> OfProxy(
        LoginRefusal refusal, IamFacts facts, CallerIdentity identity, ServerClock clock, TimeProvider time) =>
        refusal.MessageText.Contains("supports only", StringComparison.Ordinal)
            ? [new("the proxy has no IAM authentication for this user", $"Require it: {RdsPolicy.EnableOfProxy(facts)}")]
            :
            [
                .. LikelyCauses.Of(facts, identity, clock, time.GetUtcNow())
                    .Where(c => !c.What.Contains("rds_iam", StringComparison.Ordinal)),
                new($"the proxy has no secret for user '{facts.User}', and logs in to the database with secrets",
                    "Give the proxy a Secrets Manager secret of that user: aws rds describe-db-proxies --query 'DBProxies[].Auth'"),
                new("the proxy logs in to the database with IAM itself (DefaultAuthScheme is IAM_AUTH), and its own role may not, or the "
                    + "user is not in rds_iam",
                    $"Allow the role of the proxy rds-db:connect as '{facts.User}' on the database, whose resource id begins with db- or "
                        + "cluster-: aws rds describe-db-proxies --query 'DBProxies[].[DefaultAuthScheme,RoleArn]'\n"
                        + $"As the master user: {RdsPolicy.Grant(facts.User)}"),
            ];
}
