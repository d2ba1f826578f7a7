using System.Net;
using Migrator.Errors;

namespace Migrator.Connecting.Iam.Sources;

/// <summary>
/// The credentials of an ECS task or an EKS pod with Pod Identity (AWS SDKs and Tools Reference Guide, "Container credential provider").
/// </summary>
internal sealed class ContainerSource(AwsEnvironment environment, MetadataHttp http) : ICredentialSource
{
    private const string Relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private const string Full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private const string TokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

    private static readonly string[] Allowed = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

    /// <summary>Whether the container has credentials.</summary>
    public bool IsConfigured => environment[Relative] is not null || environment[Full] is not null;

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancel)
    {
        var (url, variable) = environment[Relative] is { } path ? (RelativeUrl(path), Relative) : (FullUrl(), Full);
        var source = variable == Relative ? $"ECS task role ({Relative})" : environment[TokenFile] is null ? $"container credentials ({Full})" : $"EKS Pod Identity ({Full})";
        try
        {
            var (status, body) = await http.SendAsync(HttpMethod.Get, url, Token() is { } token ? ("Authorization", token) : null, cancel);
            return status == HttpStatusCode.OK && MetadataHttp.Parse(body, "Token", source) is { } keys
                ? keys
                : throw Failed(source, $"{url.Authority} answered {(int)status}{(status == HttpStatusCode.OK ? " without credentials" : "")}", status);
        }
        catch (MetadataException e)
        {
            throw Failed(source, e.Message, status: null);
        }
    }

    private static MigratorException Failed(string source, string what, HttpStatusCode? status) => new(
        $"The AWS credentials of this container cannot be had from {source}: {what}.",
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? "The agent does not take the authorization token, or the service account has no role."
            : "The agent that hands them out is not running, or not reachable from this container.",
        "On ECS check taskRoleArn of the task definition; on EKS: aws eks list-pod-identity-associations --cluster-name NAME, and that the eks-pod-identity-agent add-on runs.");

    // What does not begin with a slash could make another host of it.
    private static Uri RelativeUrl(string path) =>
        path.StartsWith('/') && Uri.TryCreate("http://169.254.170.2" + path, UriKind.Absolute, out var url)
            ? url
            : throw new MigratorException($"{Relative} is no path: it has to begin with a slash.", cause: null, $"Correct {Relative}, or unset it; ECS sets it by itself.");

    // A token sent anywhere else would be a token given away: only https, this machine, and the two addresses of AWS.
    private Uri FullUrl() =>
        Uri.TryCreate(environment[Full], UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || Allowed.Contains(url.Host, StringComparer.Ordinal))))
            ? url
            : throw new MigratorException(
                $"{Full} is neither https nor an address of this machine, of ECS or of EKS.", cause: null, $"Correct {Full}; ECS and EKS set it by themselves.");

    private string? Token()
    {
        if (environment[TokenFile] is not { } file)
        {
            return environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigratorException($"{TokenFile} names {file}, which cannot be read: {e.Message}", cause: null, "Mount the service account's token there, or correct the variable.");
        }
    }
}
