using System.Net;
using System.Text;

namespace Migrator.Iam.Aws;

/// <summary>Reads EC2 instance metadata, version 2, with a session token (EC2 user guide, "Use the Instance Metadata Service").</summary>
internal sealed class InstanceMetadata(AwsEnvironment environment, AwsProfiles profiles, MetadataHttp http)
{
    private const string Endpoint = "EC2_METADATA_SERVICE_ENDPOINT";
    private const string Mode = Endpoint + "_MODE";

    private readonly SharedSettings settings = new(environment, profiles);

    private string? token;
    private Uri? address;

    /// <summary>Whether the service may be used (AWS_EC2_METADATA_DISABLED).</summary>
    public bool IsEnabled => !environment.IsTrue("AWS_EC2_METADATA_DISABLED");

    /// <summary>The address of the service.</summary>
    /// <exception cref="MigratorException">The setting that gives it cannot be used.</exception>
    public Uri Address => address ??= FindAddress();

    /// <summary>Where the address comes from, as text for messages that end with it; empty if no setting gives it.</summary>
    public string Place => Setting(Endpoint) is { } given ? $" (the address is from {given.Source})" : "";

    /// <summary>Reads one item; null if it does not exist.</summary>
    /// <exception cref="MetadataException">The service does not answer, or refuses the request.</exception>
    public async Task<AwsAnswer?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        token ??= await TokenAsync(cancellationToken);
        var answer = await http
            .SendAsync(HttpMethod.Get, new Uri(Address, $"/latest/meta-data/{path}"), ("X-aws-ec2-metadata-token", token),
            cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.OK => answer,
            HttpStatusCode.NotFound => null,
            _ when answer.IsRedirect => throw new MetadataException($"{Address.Authority} answered {(int)answer.Status} for {path}, a "
                + "redirect, which is not followed"),
            _ => throw new MetadataException($"{Address.Authority} answered {(int)answer.Status} for {path}")
            {
                IsTransient = answer.IsTransient,
            },
        };
    }

    private SharedSetting? Setting(string name) => settings.Find("AWS_" + name, name.ToLowerInvariant());

    private Uri FindAddress()
    {
        var mode = Setting(Mode);
        var usual = mode?.Value.ToLowerInvariant() switch
        {
            null or "ipv4" => "http://169.254.169.254",
            "ipv6" => "http://[fd00:ec2::254]",
            _ => throw Wrong(Mode, mode!, "is not IPv4 or IPv6"),
        };
        return Setting(Endpoint) is not { } given ? new Uri(usual)
            : Uri.TryCreate(given.Value, UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) ? url
            : throw Wrong(Endpoint, given, "is not a URL of the form http://HOST, such as http://169.254.169.254");
    }

    private MigratorException Wrong(string name, SharedSetting setting, string what) =>
        environment["AWS_" + name] is null && profiles.Current is { } profile && profile[name.ToLowerInvariant()] is { } line
            ? profile.Error(name.ToLowerInvariant(), line, what)
            : new MigratorException(
                $"{setting.Source} gives no address of the instance metadata: it {what}.", $"Correct it, or unset it: unset AWS_{name}")
            { ExitCode = ExitCode.Usage };

    private async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        var answer = await http
            .SendAsync(HttpMethod.Put, new Uri(Address, "/latest/api/token"), ("X-aws-ec2-metadata-token-ttl-seconds", "300"),
            cancellationToken);
        return answer.Status != HttpStatusCode.OK
            ? throw new MetadataException($"{Address.Authority} answered {(int)answer.Status} when asked for a session")
            {
                IsTransient = answer.IsTransient,
            }
            : Encoding.UTF8.GetString(answer.Body).Trim() is { Length: > 0 } text && CredentialFields.IsToken(text) ? text
            : throw new MetadataException($"{Address.Authority} did not answer with a session token when asked for one ({answer})");
    }
}
