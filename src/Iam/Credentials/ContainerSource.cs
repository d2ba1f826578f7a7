using System.Net;
using Migrator.Files;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials of an ECS task or an EKS pod with Pod Identity.</summary>
/// <remarks>AWS SDKs and Tools Reference Guide, "Container credential provider".</remarks>
internal sealed class ContainerSource(AwsEnvironment environment, MetadataHttp http) : ICredentialSource
{
    private const string Relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private const string Full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private const string TokenVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    private const string TokenFile = TokenVariable + "_FILE";

    private static readonly string[] Allowed = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

    /// <summary>The variable that names a container credentials endpoint; null if none does.</summary>
    /// <exception cref="MigratorException">One is set, and empty.</exception>
    public string? Variable
    {
        get
        {
            var (relative, full) = (environment.NotEmpty(Relative), environment.NotEmpty(Full));
            return relative is not null ? Relative : full is not null ? Full : null;
        }
    }

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        var (url, variable) = environment[Relative] is { } path ? (RelativeUrl(path), Relative) : (FullUrl(), Full);
        var source = variable == Relative ? $"ECS task role ({Relative})" : environment[TokenFile] is null
            ? $"container credentials ({Full})" : $"EKS Pod Identity ({Full})";
        try
        {
            var answer = await http
                .SendAsync(HttpMethod.Get, url, Token(cancellationToken) is { } token ? ("Authorization", token) : null, cancellationToken);
            if (answer.Status != HttpStatusCode.OK)
            {
                var redirect = answer.IsRedirect ? ", a redirect, which is not followed" : "";
                throw Failed(source, $"{url.Authority} answered {(int)answer.Status}{redirect}", answer.Status, answer.IsTransient);
            }

            var found = CredentialJson.Read(answer.Body, "Token", source);
            return found.Keys ?? throw Failed(
                source, $"{url.Authority} answered 200 without credentials, its answer ({answer}) cannot be used: {found.Diagnostic}",
                    answer.Status);
        }
        catch (MetadataException e)
        {
            throw Failed(source, e.Message, status: null, e.IsTransient);
        }
    }

    /// <summary>Whether the endpoint may be asked.</summary>
    public static bool IsAllowed(Uri url) => url.Scheme == Uri.UriSchemeHttps
        || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || Allowed.Contains(url.Host, StringComparer.Ordinal)));

    private static MigratorException Failed(string source, string what, HttpStatusCode? status, bool isTransient = false) => new(
        $"The AWS credentials of this container cannot be had from {source}: {what}.",
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? "The agent does not take the authorization token, or the service account has no role."
            : "The agent that hands them out is not running, or not reachable from this container.",
        "On ECS check taskRoleArn of the task definition; on EKS: aws eks list-pod-identity-associations --cluster-name NAME, and that "
            + "the eks-pod-identity-agent add-on runs.")
    {
        ExitCode = status is null ? Errors.ExitCode.Unreachable : Errors.ExitCode.Refused,
        IsTransient = isTransient,
    };

    // Without a leading slash, the text could change the host of the URL.
    private static Uri RelativeUrl(string path) =>
        path.StartsWith('/') && Uri.TryCreate("http://169.254.170.2" + path, UriKind.Absolute, out var url)
            ? url
            : throw new MigratorException($"{Relative} is no path: it has to begin with a slash.", $"Correct {Relative}, or "
                + "unset it; ECS sets it by itself.");

    // The token is sent only over https, to this machine, or to the addresses of ECS and EKS: any other host could steal it.
    private Uri FullUrl() =>
        Uri.TryCreate(environment[Full], UriKind.Absolute, out var url)
        && IsAllowed(url)
            ? url
            : throw new MigratorException(
                $"{Full} is neither https nor an address of this machine, of ECS or of EKS.",
                    $"Correct {Full}; ECS and EKS set it by themselves.");

    private string? Token(CancellationToken cancellationToken)
    {
        if (environment.NotEmpty(TokenFile) is not { } file)
        {
            return environment[TokenVariable] is not { } given || CredentialFields.IsAuthorization(given)
                ? environment[TokenVariable]
                : throw new MigratorException(
                    $"{TokenVariable} does not hold a token: there are characters in it that a header cannot hold.",
                    $"Correct {TokenVariable}, or unset it.");
        }

        var token = BoundedFile.ReadText(file, WebIdentitySource.LimitsOfToken, Unreadable, cancellationToken).Trim();
        return token.Length == 0 ? throw Unreadable("it is empty")
            : CredentialFields.IsAuthorization(token) ? token
            : throw Unreadable("what is in it is not a token");

        MigratorException Unreadable(string reason) => new MigratorException(
            $"{TokenFile} names {file}, which cannot be read: {reason}.",
                "Mount the service account's token there, or correct the variable.");
    }
}
