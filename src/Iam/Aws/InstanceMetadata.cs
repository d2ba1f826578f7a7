using System.Net;
using System.Text;

namespace Migrator.Iam.Aws;

/// <summary>Reads EC2 instance metadata, version 2, with a session token (EC2 user guide, "Use the Instance Metadata Service").</summary>
internal sealed class InstanceMetadata(AwsEnvironment environment, AwsProfiles profiles, MetadataHttp http)
{
    private const string Endpoint = "EC2_METADATA_SERVICE_ENDPOINT";

    private string? token;
    private Uri? address;

    /// <summary>Whether the service may be used (AWS_EC2_METADATA_DISABLED).</summary>
    public bool IsEnabled => !environment.IsTrue("AWS_EC2_METADATA_DISABLED");

    /// <summary>The address of the service.</summary>
    /// <exception cref="MetadataException">The setting that names it is not a URL.</exception>
    public Uri Address => address ??= Uri.TryCreate(
        Setting(Endpoint)
            ?? (string.Equals(Setting(Endpoint + "_MODE"), "IPv6", StringComparison.OrdinalIgnoreCase)
                ? "http://[fd00:ec2::254]" : "http://169.254.169.254"),
        UriKind.Absolute,
        out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        ? url
        : throw new MetadataException(
            $"AWS_{Endpoint} or {Endpoint.ToLowerInvariant()} of the profile is not a URL of the form http://HOST");

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

    // A variable takes precedence over the profile.
    private string? Setting(string name) =>
        environment.NotEmpty("AWS_" + name) ?? profiles.Current?.Text(name.ToLowerInvariant(), mayBeEmpty: true);

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
