using System.Collections.Concurrent;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TestSupport.Aws;

/// <summary>An STS server with AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity.</summary>
/// <remarks>
/// It verifies the signature of each request. On demand it fails with the error messages of the service (STS API reference).
/// </remarks>
public sealed class StsServer : IDisposable
{
    private readonly AwsAccount account;
    private readonly HttpServer server;

    /// <summary>Starts the server.</summary>
    public StsServer(AwsAccount account, X509Certificate2? certificate = null)
    {
        this.account = account;
        server = new HttpServer(Answer, certificate);
    }

    /// <summary>The URL of the server, without a path.</summary>
    public string Url => server.Url;

    /// <summary>The only region whose signatures are accepted; null accepts any.</summary>
    public string? Region { get; set; }

    /// <summary>Returns the status, code and message of a fault for an action, or null for none. Status 0 sends no answer.</summary>
    public Func<string, (int Status, string Code, string Message)?> Fault { get; set; } = _ => null;

    /// <summary>Whether answers contain the current time.</summary>
    public bool TellsTime { get; set; } = true;

    /// <summary>The actions that were called, with path, session name and region.</summary>
    public ConcurrentQueue<(string Action, string Path, string? Session, string? Region)> Calls { get; } = [];

    /// <summary>The fields of the last request.</summary>
    public IReadOnlyDictionary<string, string> LastForm { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <inheritdoc />
    public void Dispose() => server.Dispose();

    private HttpReply? Answer(HttpCall call)
    {
        var form = call.Form;
        LastForm = form;
        var action = form["Action"];
        var scope = call.Header("Authorization")?.Split("Credential=")[1].Split(',')[0].Split('/');
        Calls.Enqueue((action, call.Path, form.GetValueOrDefault("RoleSessionName"), scope?[2]));
        if (Fault(action) is { } fault)
        {
            return fault.Status == 0 ? null : Error(fault.Status, fault.Code, fault.Message);
        }

        if (action == "AssumeRoleWithWebIdentity")
        {
            return Assume(action, form, form["WebIdentityToken"]);
        }

        return Authenticate(call, scope, out var identity) is { } refusal ? refusal
            : action == "AssumeRole" ? Assume(action, form, identity!.Principal)
            : Reply(action, $"<Arn>{identity!.Arn}</Arn><UserId>AIDA</UserId><Account>{AwsAccount.Id}</Account>");
    }

    private HttpReply? Authenticate(HttpCall call, string[]? scope, out AwsIdentity? identity)
    {
        identity = scope is null ? null : account.Find(scope[0]);
        if (scope is null || identity is null || (identity.SessionToken ?? "") != (call.Header("X-Amz-Security-Token") ?? ""))
        {
            return Error(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
        }

        if (scope[3] != "sts" || (Region is not null && scope[2] != Region))
        {
            return Error(403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region.");
        }

        var names = call.Header("Authorization")!.Split("SignedHeaders=")[1].Split(',')[0].Split(';');
        var headers = string.Concat(names.Select(n => $"{n}:{call.Header(n)}\n"));
        var body = SigV4.Hash(Encoding.UTF8.GetBytes(call.Body));
        var canonical = $"{call.Method}\n{call.Path}\n\n{headers}\n{string.Join(';', names)}\n{body}";
        var date = call.Header("X-Amz-Date")!;
        if (!names.Contains("host", StringComparer.Ordinal)
            || SigV4.Sign(identity.SecretKey, date, scope[2], "sts", canonical) != call.Header("Authorization")!.Split("Signature=")[1])
        {
            return Error(403, "SignatureDoesNotMatch",
                $"""
                {Mismatch}

                The Canonical String for this request should have been
                '{canonical}'

                The String-to-Sign should have been
                'AWS4-HMAC-SHA256'
                """);
        }

        var at = DateTimeOffset
            .ParseExact(date, "yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal);
        return (at - account.Now).Duration() > TimeSpan.FromMinutes(5)
            ? Error(403, "SignatureDoesNotMatch", $"Signature expired: {date} is now earlier than {account.Now:u}")
            : identity.Expires < account.Now ? Error(403, "ExpiredToken", "The security token included in the request is expired")
            : null;
    }

    private const string Mismatch =
        "The request signature we calculated does not match the signature you provided. "
        + "Check your AWS Secret Access Key and signing method.";

    private HttpReply Assume(string action, IReadOnlyDictionary<string, string> form, string principal)
    {
        if (!account.Roles.TryGetValue(form["RoleArn"], out var trusted) || !trusted.Contains(principal, StringComparer.Ordinal))
        {
            return Error(403, "AccessDenied", $"Not authorized to perform: sts:{action} on resource: {form["RoleArn"]}");
        }

        var issued = account.Issue(form["RoleArn"], form["RoleSessionName"]);
        return Reply(action,
            $"<Credentials><AccessKeyId>{issued.AccessKey}</AccessKeyId><SecretAccessKey>{issued.SecretKey}</SecretAccessKey>" +
            $"<SessionToken>{issued.SessionToken}</SessionToken>" +
            $"<Expiration>{issued.Expires:yyyy-MM-dd'T'HH:mm:ss'Z'}</Expiration></Credentials>");
    }

    private HttpReply Reply(string action, string result) => new(
        200,
        $"<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>{result}</{action}Result>"
            + $"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>",
        "text/xml",
        TellsTime ? account.Now : null);

    private HttpReply Error(int status, string code, string message) => new(
        status,
        $"<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code>"
            + $"<Message>{SecurityElement.Escape(message)}</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        "text/xml",
        TellsTime ? account.Now : null);
}
