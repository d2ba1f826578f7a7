using Migrator.Iam;
using Migrator.Iam.Aws;
using Migrator.Tests.Configuration;

namespace Migrator.Tests.Iam;

/// <summary>The source of credentials that the environment selects: the first one, and no other.</summary>
/// <remarks>The shared files are tested in <see cref="CredentialTests"/>, two sources in <see cref="AwsVariableTests"/>.</remarks>
internal sealed class CredentialChainTests
{
    [TestCase("", "InstanceSource")]
    [TestCase("KEYS", "EnvironmentSource")]
    [TestCase("KEYS CONTAINER WEB", "EnvironmentSource")]
    [TestCase("KEYS PROFILE CONTAINER WEB", "ProfileSource", Description = "it is missing: the AWS CLI ends, too")]
    [TestCase("PROFILE CONTAINER", "ProfileSource", Description = "a profile that is named and missing must not be passed over")]
    [TestCase("CONTAINER", "ContainerSource")]
    [TestCase("WEB", "WebIdentitySource")]
    public void The_selected_source(string variables, string expected)
    {
        var given = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Variables)
            .ToDictionary(v => v.Item1, v => v.Item2, StringComparer.Ordinal);
        var settings = Conf.Load("pg_iam_auth = on\npg_host = db.c1.eu-central-1.rds.amazonaws.com\npg_ssl_verify = off").Postgres;
        using var setup = new IamSetup(settings, given);
        var source = setup.Source(setup.Sts(new AwsRegion("eu-central-1", "a test")));
        Assert.That(source.GetType().Name, Is.EqualTo(expected));
    }

    private static (string, string)[] Variables(string kind) => kind switch
    {
        "KEYS" => [("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "example")],
        "PROFILE" => [("AWS_PROFILE", "mine")],
        "CONTAINER" => [("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials")],
        "WEB" => [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r")],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
