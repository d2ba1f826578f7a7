using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace TestSupport.Aws;

/// <summary>The HTTP sources of credentials, on one address, because their paths differ.</summary>
/// <remarks>
/// They are instance metadata version 2, the container endpoints of ECS and EKS, ECS task metadata, and the portal of IAM Identity Center.
/// </remarks>
public sealed class MetadataServers : IDisposable
{
    /// <summary>The path of a task's credentials.</summary>
    public const string TaskPath = "/v2/credentials/task";

    /// <summary>The path of a pod's credentials.</summary>
    public const string PodPath = "/v1/credentials";

    private readonly AwsAccount account;
    private readonly HttpServer server;
    private readonly string session = "imds-" + Guid.NewGuid().ToString("N");

    /// <summary>Starts the server.</summary>
    public MetadataServers(AwsAccount account, X509Certificate2? certificate = null)
    {
        this.account = account;
        server = new HttpServer(call =>
        {
            Calls.Enqueue(call);
            return Fault(call.Path) is { } status ? status == 0 ? null : new HttpReply(status, "") : Answer(call);
        }, certificate);
    }

    /// <summary>The URL of the server, without a path.</summary>
    public string Url => server.Url;

    /// <summary>The role of the instance; null if it has none.</summary>
    public string? InstanceRole { get; set; } = "node";

    /// <summary>The region of the instance and the task; null if it is unknown.</summary>
    public string? Region { get; set; } = "us-east-1";

    /// <summary>The authorization token that a container must send.</summary>
    public string ContainerToken { get; } = "container-token-" + Guid.NewGuid().ToString("N");

    /// <summary>The access token that a user of IAM Identity Center must send.</summary>
    public string PortalToken { get; } = "portal-token-" + Guid.NewGuid().ToString("N");

    /// <summary>Returns the HTTP status of a fault for a path, or null for none. Status 0 sends no answer.</summary>
    public Func<string, int?> Fault { get; set; } = _ => null;

    /// <summary>The requests that were received.</summary>
    public ConcurrentQueue<HttpCall> Calls { get; } = [];

    /// <inheritdoc />
    public void Dispose() => server.Dispose();

    private HttpReply Answer(HttpCall call) => call.Path switch
    {
        "/latest/api/token" => call.Method == "PUT" && call.Header("X-aws-ec2-metadata-token-ttl-seconds") is not null
            ? new(200, session, "text/plain") : new(400, ""),
        var p when p.StartsWith("/latest/", StringComparison.Ordinal) => call.Header("X-aws-ec2-metadata-token") == session ? Instance(p)
            : new(401, ""),
        TaskPath => Credentials("task", "Token"),
        PodPath => call.Header("Authorization") == ContainerToken ? Credentials("pod", "Token") : new(401, """{"code":"Unauthorized"}"""),
        "/task" when Region is not null => new(200, $$"""{"AvailabilityZone":"{{Region}}a"}"""),
        "/federation/credentials" => call.Header("x-amz-sso_bearer_token") == PortalToken ? Portal()
            : new(401, """{"message":"Session token not found or invalid"}"""),
        _ => new(404, ""),
    };

    private HttpReply Instance(string path) => path switch
    {
        "/latest/meta-data/iam/security-credentials/" when InstanceRole is not null => new(200, InstanceRole, "text/plain"),
        "/latest/meta-data/placement/region" when Region is not null => new(200, Region, "text/plain"),
        _ when InstanceRole is not null && path == "/latest/meta-data/iam/security-credentials/" + InstanceRole =>
            Credentials(InstanceRole, "Token"),
        _ => new(404, ""),
    };

    private HttpReply Credentials(string role, string tokenName)
    {
        var issued = account.Issue(AwsAccount.Role(role), "i-1");
        return new(200, new JsonObject
        {
            ["Code"] = "Success",
            ["AccessKeyId"] = issued.AccessKey,
            ["SecretAccessKey"] = issued.SecretKey,
            [tokenName] = issued.SessionToken,
            ["Expiration"] = issued.Expires!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        }.ToJsonString());
    }

    private HttpReply Portal()
    {
        var issued = account.Issue(AwsAccount.Role("developer"), "me");
        return new(200, new JsonObject
        {
            ["roleCredentials"] = new JsonObject
            {
                ["accessKeyId"] = issued.AccessKey,
                ["secretAccessKey"] = issued.SecretKey,
                ["sessionToken"] = issued.SessionToken,
                ["expiration"] = issued.Expires!.Value.ToUnixTimeMilliseconds(),
            },
        }.ToJsonString());
    }
}
