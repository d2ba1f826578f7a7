using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Migrator.Configuration.Connection;
using Migrator.Files;

namespace Migrator.Iam.Aws;

/// <summary>Creates the HTTP clients for AWS, with the proxies of the environment and AWS_CA_BUNDLE.</summary>
/// <remarks>The proxies are in HTTPS_PROXY, HTTP_PROXY and NO_PROXY. The SDK itself does not support AWS_CA_BUNDLE.</remarks>
/// <param name="settings">The settings that AWS programs share.</param>
/// <param name="clock">Receives the server's time from its answers.</param>
/// <param name="check">Checks each answer before the SDK sees it.</param>
internal sealed class AwsHttp(SharedSettings settings, ServerClock clock, Action<HttpResponseMessage, AwsAnswer> check)
    : HttpClientFactory
{
    /// <summary>The time limit of one request.</summary>
    public static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(5);

    // Each client of the SDK needs an instance of this class.
    static AwsHttp() => HideSharedFiles();

    /// <inheritdoc />
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(Handler(), disposeHandler: true) { Timeout = RequestLimit };

    /// <inheritdoc />
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    // The SDK looks for settings in the shared files when it creates its first client. It would wait for a pipe that has been read already,
    // and refuses values that it does not know. Where the files are it asks the environment, once.
    private static void HideSharedFiles()
    {
        const string Nothing = "/dev/null";
        var config = Environment.GetEnvironmentVariable(SharedCredentialsFile.SharedConfigFileEnvVar);
        Environment.SetEnvironmentVariable(SharedCredentialsFile.SharedConfigFileEnvVar, Nothing);
        AWSConfigs.AWSProfilesLocation = Nothing;
        _ = SharedCredentialsFile.DefaultConfigFilePath;
        Environment.SetEnvironmentVariable(SharedCredentialsFile.SharedConfigFileEnvVar, config);
    }

    private ClockReadingHandler Handler() => new(clock)
    {
        InnerHandler = new AnswerHandler(check)
        {
            InnerHandler = new SocketsHttpHandler
            {
                ConnectTimeout = RequestLimit,
                AllowAutoRedirect = false,
                SslOptions = settings.Find("AWS_CA_BUNDLE", "ca_bundle") is { } bundle ? Trusting(bundle) : SystemCertificates.Options(),
            },
        },
    };

    private SslClientAuthenticationOptions Trusting(SharedSetting bundle)
    {
        var path = settings.PathIn(bundle);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPem(BoundedFile.ReadText(path, ReadLimits.Default, Unreadable));
        }
        catch (CryptographicException)
        {
            throw Unreadable("it is not a file of certificates in PEM");
        }

        return policy.CustomTrustStore.Count > 0
            ? new SslClientAuthenticationOptions { CertificateChainPolicy = policy }
            : throw Unreadable("there is no certificate in PEM in it");

        MigratorException Unreadable(string reason) => new MigratorException(
            $"{bundle.Source} names {path}, which cannot be read: {reason}.",
                $"Name a file of certificates in PEM, or remove {bundle.Source}.");
    }
}

/// <summary>The difference between this machine's clock and the clock of AWS.</summary>
internal sealed class ServerClock(TimeProvider time)
{
    /// <summary>This machine's time minus the server's; null before the first answer.</summary>
    public TimeSpan? Ahead { get; private set; }

    /// <summary>Records the time of an answer.</summary>
    public void Hear(DateTimeOffset server) => Ahead = time.GetUtcNow() - server;
}

/// <summary>Reads the Date header of every answer.</summary>
internal sealed class ClockReadingHandler(ServerClock clock) : DelegatingHandler
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.Date is { } date)
            {
                clock.Hear(date);
            }

            return response;
        }
        catch (Exception e) when (e is not (OperationCanceledException or AnswerException or MigratorException) && OpenFiles.IsReasonOf(e))
        {
            // Without the inner exception, which would count as one of the network.
            throw OpenFiles.TooFew();
        }
    }
}
