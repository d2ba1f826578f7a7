using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Iam.Diagnosis;

/// <summary>A possible reason why RDS refused a token.</summary>
/// <param name="What">The reason, as a clause for a sentence.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record LikelyCause(string What, string Remedy);

/// <summary>Orders the possible causes of a refused token by likelihood.</summary>
/// <remarks>
/// RDS sends the same message for all of them. The answer of STS, the signed name and the clocks prove or exclude some; the others follow
/// by how common they are.
/// </remarks>
internal static class LikelyCauses
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(4);

    /// <summary>The causes, the most likely first.</summary>
    public static IReadOnlyList<LikelyCause> Of(IamFacts facts, CallerIdentity identity, ServerClock clock, DateTimeOffset now) =>
        [.. Proven(facts, identity, clock, now).Concat(Usual(facts, identity)).DistinctBy(c => c.What, StringComparer.Ordinal)];

    private static IEnumerable<LikelyCause> Proven(IamFacts facts, CallerIdentity identity, ServerClock clock, DateTimeOffset now)
    {
        if (identity.Error == StsError.Clock || clock.Ahead?.Duration() > Tolerance)
        {
            yield return Clock(clock);
        }

        if (identity.Error == StsError.Expired || facts.Keys.Expires < now)
        {
            yield return Expired;
        }

        if (identity.Error == StsError.UnknownKey)
        {
            yield return new LikelyCause(
                $"AWS does not know the access key {facts.Keys.AccessKey}, or its session token is not the one that came with it",
                $"Use credentials that work: aws sts get-caller-identity. These are from {facts.Keys.Source}");
        }

        if (identity.Error == StsError.SecretKey)
        {
            yield return new LikelyCause(
                $"the secret access key does not belong to the access key {facts.Keys.AccessKey}",
                $"Correct the credentials ({facts.Keys.Source})");
        }

        if (facts.Endpoint.Rds is null)
        {
            yield return Name(facts);
        }

        if (facts.Endpoint.Regional is null)
        {
            yield return Region(facts);
        }
    }

    private static IEnumerable<LikelyCause> Usual(IamFacts facts, CallerIdentity identity)
    {
        yield return Policy(facts, identity);
        yield return Server(facts);
        yield return new LikelyCause(
            $"user '{facts.User}' does not exist or is not in rds_iam", $"As the master user: {RdsPolicy.Grant(facts.User)}");
        if (facts.Endpoint.Regional is null)
        {
            yield return Region(facts);
        }

        if (!IsNameInDoubt(facts))
        {
            yield return Name(facts);
        }

        yield return Clock(clock: null);
        yield return Expired;
    }

    // The name is certain only if it is an RDS name with a known port and the server's certificate confirmed it.
    private static bool IsNameInDoubt(IamFacts facts) => facts.Endpoint.Rds is not null
        && (facts.Endpoint.IsPortAssumed || !facts.IsServerKnown);

    private static LikelyCause Server(IamFacts facts)
    {
        var name = Name(facts);
        return IsNameInDoubt(facts)
            ? new LikelyCause($"IAM authentication is off on the server, it throttles logins (about 200 a second), or {name.What}",
                $"{EnableOrWait(facts)}\n{name.Remedy}")
            : new LikelyCause("IAM authentication is off on the server, or it throttles logins (about 200 a second)", EnableOrWait(facts));
    }

    private static string EnableOrWait(IamFacts facts) =>
        $"Switch it on: {RdsPolicy.Enable(facts)}\nIf it is on, try again in a moment, with fewer replicas at once.";

    private static LikelyCause Expired => new("the AWS credentials have expired", "Get new ones: log in again, or restart the pod or task");

    private static LikelyCause Policy(IamFacts facts, CallerIdentity identity) => new(
        $"the IAM policy of {identity.Arn ?? "these credentials"} does not allow rds-db:connect as '{facts.User}'"
            + (identity.IsUnknown ? $" (or access key {facts.Keys.AccessKey} itself is wrong or has expired: STS does not say)" : ""),
        (identity.IsUnknown ? $"See whether the credentials work: aws sts get-caller-identity. These are from {facts.Keys.Source}.\n" : "")
            + $"Add to its policy: {RdsPolicy.Statement(facts, identity.Account)}\nwith the resource id that this prints: "
                + $"{RdsPolicy.LookUp(facts)}");

    private static LikelyCause Region(IamFacts facts) => new(
        $"the database is in another region than {facts.Region.Name}",
            $"The region is from {facts.Region.Source}: set AWS_REGION to the database's, or name the RDS endpoint");

    private static LikelyCause Name(IamFacts facts) => new(
        $"{facts.Endpoint.Host}:{facts.Endpoint.Port} is not the server's own endpoint (alias, tunnel, address)",
        $"Name the endpoint: --iam-endpoint HOST[:PORT], as printed by: {RdsPolicy.Endpoints(facts)}");

    private static LikelyCause Clock(ServerClock? clock) => new(
        "this machine's clock is off" + (clock?.Ahead is { } ahead ? FormattableString.Invariant($" by {ahead.TotalSeconds:0} s") : ""),
            "Set the clock (chronyc makestep), and compare: date -u");
}
