using Amazon.Runtime;
using Migrator.Configuration.Connection;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>Explains why STS refused a request (STS API reference, "Common error types" and the errors of each action).</summary>
/// <remarks>The SDK's exceptions are not kept, because they may contain parts of the request.</remarks>
internal static class StsDiagnosis
{
    /// <summary>The error for a failed AssumeRole.</summary>
    public static StsException OfRole(StsRefusal e, StsEndpoint sts, RoleRequest role, AwsKeys source, ServerClock clock) =>
        e.ErrorCode switch
        {
            "AccessDenied" => Make(
                e, sts, StsError.Denied, $"The role {role.Role} may not be assumed with these credentials: {e.Message}",
                $"The role's trust policy does not name {Caller(e.Message) ?? "their owner"} (access key {source.AccessKey}, from "
                    + $"{source.Source}), that identity may not sts:AssumeRole, or the role does not exist.",
                TrustPolicy(role, Caller(e.Message))),
            "ValidationError" => Make(
                e, sts, StsError.Other, $"STS does not take the role '{role.Role}' or the session name '{role.Session}'"
                    + $"{(role.Duration is { } seconds ? $" or duration_seconds {seconds}" : "")}: {e.Message}",
                cause: null,
                "Correct pg_iam_auth_assume_role_arn and pg_iam_auth_role_session_name (2 to 64 of: letters, digits, + = , . @ _ -); for "
                    + "the role of a profile: role_arn, role_session_name and duration_seconds there."),
            _ => OfCredentials(e, sts, $"the role {role.Role} was to be assumed", source, clock),
        };

    /// <summary>The error for a failed AssumeRoleWithWebIdentity.</summary>
    public static StsException OfWebIdentity(StsRefusal e, StsEndpoint sts, string role, ServerClock clock) => e.ErrorCode switch
    {
        "AccessDenied" => Make(
            e, sts, StsError.Denied, $"The service account may not assume the role {role}: {e.Message}",
            "The role's trust policy names another service account, namespace or cluster.",
            "Compare its condition (…:sub = system:serviceaccount:NAMESPACE:NAME) with the pod's: aws iam get-role --role-name "
                + $"{NameOf(role)} --query Role.AssumeRolePolicyDocument"),
        "InvalidIdentityToken" => Make(
            e, sts, StsError.Denied, $"STS does not take the service account's token: {e.Message}",
            "The account of the role has no identity provider for this cluster.",
            "Make it: eksctl utils associate-iam-oidc-provider --cluster NAME --approve"),
        "ExpiredTokenException" => Make(
            e, sts, StsError.Expired, $"The service account's token has expired: {e.Message}",
            "Kubernetes did not renew the mounted file, or this machine's clock is off.",
            "Restart the pod, and check the clock: date -u"),
        _ => OfCredentials(e, sts, $"the service account was to assume the role {role}", keys: null, clock),
    };

    /// <summary>The error for a failed GetCallerIdentity.</summary>
    public static StsException OfIdentity(StsRefusal e, StsEndpoint sts, AwsKeys keys, ServerClock clock) =>
        OfCredentials(e, sts, "it was asked whose credentials these are", keys, clock);

    /// <summary>Whether a retry may succeed: after throttling, a server error or no answer, but not after a refusal.</summary>
    public static bool IsTransient(Exception e) => e switch
    {
        _ when NetworkReason.IsDistrust(e) => false,
        _ when AnswerException.In(e) is { } answer => answer.IsTransient,
        AmazonUnmarshallingException => false,
        AmazonServiceException { ErrorCode: "Throttling" or "ThrottlingException" or "RequestLimitExceeded" or "IDPCommunicationError" } =>
            true,
        AmazonServiceException { ErrorCode.Length: > 0 } refused => (int)refused.StatusCode >= 500,
        _ => e is AmazonServiceException || NetworkReason.IsIn(e),
    };

    /// <summary>The error for an answer that is not from STS, or was changed on the way.</summary>
    /// <param name="answer">A description of the answer without its body.</param>
    /// <param name="sts">The STS endpoint.</param>
    /// <param name="what">The request, as text for messages.</param>
    /// <param name="proxy">The proxy; null if there is none.</param>
    /// <param name="isTransient">Whether a retry may succeed.</param>
    public static MigratorException Unusable(string answer, StsEndpoint sts, string what, AwsProxy? proxy, bool isTransient) => new(
        $"STS at {Host(sts)} gave no answer of STS for {what}: {answer}.",
        $"The endpoint comes from {sts.Source}. A proxy or another service answers in the place of STS. What it said is not shown, as it "
            + "may hold secrets.",
        $"Look at who answers: curl -sSI {Host(sts)}; correct the endpoint. {proxy?.Remedy}".TrimEnd());

    /// <summary>The error for an STS that cannot be reached or is not trusted.</summary>
    /// <param name="e">The exception.</param>
    /// <param name="sts">The STS endpoint.</param>
    /// <param name="what">The request, as text for messages.</param>
    /// <param name="proxy">The proxy; null if there is none.</param>
    /// <param name="rejected">What is wrong with the certificate; null if that is not known.</param>
    public static MigratorException Unreachable(
        Exception e, StsEndpoint sts, string what, AwsProxy? proxy, CertificateDiagnostic? rejected) => NetworkReason.IsDistrust(e)
        ? new MigratorException(
            $"The certificate of STS at {Host(sts)}{proxy?.Through} is not trusted: {rejected?.Cause ?? NetworkReason.Of(e)}.",
            $"The endpoint comes from {sts.Source}.",
            rejected?.Remedy ?? "Name its authority's PEM file in AWS_CA_BUNDLE.")
        : new MigratorException(
            $"STS at {Host(sts)} cannot be reached for {what}{proxy?.Through}: {NetworkReason.Of(e)}.",
            $"The endpoint comes from {sts.Source}."
                + (proxy is null ? " A private subnet without a NAT gateway needs a VPC endpoint for STS." : ""),
            proxy?.Remedy ?? "Make one (aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --service-name "
                + $"com.amazonaws.{sts.Region}.sts …); without private DNS name it in pg_iam_auth_sts_endpoint_url. Through a proxy: "
                + "set HTTPS_PROXY.")
        { ExitCode = Errors.ExitCode.Unreachable, IsTransient = true };

    /// <summary>The error for a request that the SDK refused before it sent anything.</summary>
    /// <param name="reason">The SDK's reason, cleaned for messages.</param>
    /// <param name="sts">The STS endpoint.</param>
    /// <param name="what">The request, as text for messages.</param>
    public static MigratorException NotAsked(string reason, StsEndpoint sts, string what) => new(
        $"STS at {Host(sts)} was not asked for {what}: {reason.TrimEnd('.')}.",
        $"The AWS SDK refused the request before anything was sent. The endpoint comes from {sts.Source}.",
        "Look at the AWS_ variables and the profile: env | grep ^AWS_ | cut -d= -f1; aws configure list");

    private static StsException OfCredentials(StsRefusal e, StsEndpoint sts, string when, AwsKeys? keys, ServerClock clock)
    {
        var key = keys is null ? "" : $": {keys.AccessKey} ({keys.Source})";
        return e.ErrorCode switch
        {
            "SignatureDoesNotMatch" when e.Message.Contains("valid region", StringComparison.OrdinalIgnoreCase) => Make(
                e, sts, StsError.Region, $"STS at {Host(sts)} does not take requests signed for region {sts.Region}: {e.Message}",
                $"The endpoint comes from {sts.Source} and is in another region.", "Set AWS_REGION to the region of that endpoint."),
            "SignatureDoesNotMatch" or "RequestExpired" or "RequestTimeTooSkewed" when IsTime(e) => Make(
                e, sts, StsError.Clock, $"This machine's clock is off: {e.Message}", Ahead(clock),
                    "Set the clock (on EC2: chronyc tracking), and compare: date -u"),
            "SignatureDoesNotMatch" => Make(
                e, sts, StsError.SecretKey, $"The secret access key does not belong to the access key{key.TrimStart(':')}: {e.Message}",
                    cause: null,
                "Give the secret key that was shown when the access key was made, or make a new pair: aws iam create-access-key"),
            "ExpiredToken" or "ExpiredTokenException" => Make(
                e, sts, StsError.Expired, $"The credentials have expired when {when}{key}: {e.Message}", cause: null,
                "Get new ones: log in again, or restart the pod or task."),
            "InvalidClientTokenId" or "UnrecognizedClientException" => Make(
                e, sts, StsError.UnknownKey, $"AWS does not know these credentials when {when}{key}: {e.Message}",
                "The access key was deleted or switched off, belongs to another partition, or the session token is not the one that came "
                    + "with it.",
                "Check which key is in use: aws sts get-caller-identity"),
            "RegionDisabledException" => Make(
                e, sts, StsError.Region, $"STS is switched off in region {sts.Region}: {e.Message}", cause: null,
                "Switch it on in the IAM console (Account settings, Security Token Service)"
                    + (sts.HasGlobal ? ", or set AWS_STS_REGIONAL_ENDPOINTS=legacy." : ".")),
            "Throttling" or "ThrottlingException" or "RequestLimitExceeded" => Make(
                e, sts, StsError.Throttled, $"STS throttles, after several tries with pauses: {e.Message}",
                    "Too many runs ask for credentials at once.",
                "Run the command again in a minute; start fewer replicas at once."),
            _ when (int)e.StatusCode >= 500 || e.ErrorCode == "IDPCommunicationError" => Make(
                e, sts, StsError.Server, $"STS at {Host(sts)} returned a server error when {when}, after several tries: {e.Message}",
                    cause: null, "Run the command again; see https://health.aws.amazon.com."),
            _ => Make(
                e, sts, StsError.Other, $"STS at {Host(sts)} refused when {when}: {e.Message}", $"The endpoint comes from {sts.Source}.",
                    "Try the same with the AWS CLI: aws sts get-caller-identity"),
        };
    }

    // The AWS CLI assumes the role of a profile before it does anything else.
    private static string TrustPolicy(RoleRequest role, string? caller)
    {
        var statement = $$$"""{"Effect":"Allow","Principal":{"AWS":"{{{caller ?? "ARN"}}}"},"Action":"sts:AssumeRole"}""";
        return (role.CommandOption is { } option
                ? $"Look at the trust policy: aws iam get-role --role-name {NameOf(role.Role)} --query "
                    + $"Role.AssumeRolePolicyDocument{option}"
                : $"Look at the trust policy of {NameOf(role.Role)} with a profile that does not assume the role")
            + $"; it needs {statement}"
            + (caller is null && role.CommandOption is not null
                ? $" with the ARN that this prints: aws sts get-caller-identity --query Arn{role.CommandOption}" : "");
    }

    // "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: ...". Trust policies name the role of a session. The role of
    // a permission set has a path that is not in the ARN of the session.
    private static string? Caller(string message)
    {
        const string Start = "User: ";
        var words = message.StartsWith(Start, StringComparison.Ordinal) ? message[Start.Length..].Split(' ')[0].Split(':') : [];
        if (words is not ["arn", ['a', 'w', 's', ..] partition, "iam" or "sts", "", { Length: 12 } account, { Length: > 0 } name]
            || !string.Concat(partition, account, name).All(c => char.IsAsciiLetterOrDigit(c) || "_+=,.@/-".Contains(c)))
        {
            return null;
        }

        return name.Split('/') is ["assumed-role", var role, _] && !role.StartsWith("AWSReservedSSO_", StringComparison.Ordinal)
            ? $"arn:{partition}:iam::{account}:role/{role}" : string.Join(':', words);
    }

    private static bool IsTime(StsRefusal e) =>
        e.ErrorCode != "SignatureDoesNotMatch" || e.Message.Contains("expired", StringComparison.OrdinalIgnoreCase)
            || e.Message.Contains("not yet current", StringComparison.OrdinalIgnoreCase);

    private static string? Ahead(ServerClock clock) =>
        clock.Ahead is { } ahead
            ? $"It is {Math.Abs(ahead.TotalSeconds):0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} that of AWS." : null;

    private static StsException Make(StsRefusal e, StsEndpoint sts, StsError kind, string what, string? cause, string remedy) =>
        new(kind, $"{what.TrimEnd('.', ' ')} [{e.ErrorCode}].",
            $"{(cause is null ? "" : cause + " ")}STS: {Host(sts)}, region {sts.Region}, request {e.RequestId}.", remedy)
        {
            ExitCode = kind is StsError.Throttled or StsError.Server ? Errors.ExitCode.Unreachable : Errors.ExitCode.Refused,
            IsTransient = kind is StsError.Throttled or StsError.Server,
        };

    private static string Host(StsEndpoint sts) => sts.Url.GetLeftPart(UriPartial.Authority);

    private static string NameOf(string arn) => arn[(arn.LastIndexOf('/') + 1)..];
}
