using Migrator.Iam.Sts;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>What an error about AWS tells to paste: it ends with the identity of the profile in use, and runs with that profile.</summary>
internal sealed class AwsRemedyTests : IamTest
{
    private const string Chain = "[profile 'my dev']\nrole_arn = ROLE\nsource_profile = it's m\n[profile \"it's m\"]\n";
    private const string Quoted = @"'it'\''s m'";

    [TestCase(Chain + "role_arn = SECOND\nsource_profile = default\nmfa_serial = x\n[default]\nKEYS",
        "Let version 2 of the AWS CLI ask for it, and use what it gets: eval \"$(aws configure export-credentials --profile 'my dev' "
            + "--format env)\"")]
    [TestCase("[profile 'my dev']\nrole_arn = ROLE\nsource_profile = x\nmfa_serial = x",
        "export-credentials --profile 'my dev' --format env")]
    [TestCase(Chain + "login_session = arn", "credential_process = aws configure export-credentials --profile 'my dev' --format process "
        + "(version 2 of the AWS CLI)")]
    [TestCase(Chain + "login_session = arn", $"Renew them: aws sts get-caller-identity --profile {Quoted} (if that fails: aws login "
        + $"--profile {Quoted});")]
    [TestCase(Chain + "credential_process = false", $"aws configure get credential_process --profile {Quoted}")]
    [TestCase(Chain + "sso_account_id = 1", $"Make the settings complete: aws configure sso --profile {Quoted}")]
    [TestCase(Chain + "sso_account_id = 1\nsso_role_name = x\nsso_region = us-east-1\nsso_start_url = https://a.example",
        $"Log in again: aws sso login --profile {Quoted}")]
    [TestCase(Chain + "region = us-east-1", $"Give it some: aws configure --profile {Quoted}")]
    [TestCase("[profile 'my dev']\nrole_arn = ROLE\n[default]\nKEYS",
        "Say whose keys assume the role: aws configure set source_profile default --profile 'my dev'")]
    [TestCase(Chain + "role_arn = ROLE\n[profile $x]\nKEYS", $"aws configure set source_profile '$x' --profile {Quoted}")]
    [TestCase("[profile 'my dev']\nrole_arn = ROLE", "No profile has keys of its own. For the role of an EC2 instance: aws configure set "
        + "credential_source Ec2InstanceMetadata --profile 'my dev' (for a container: EcsContainer)")]
    [TestCase("[default]\nKEYS\n[profile b]\nKEYS", "AWS_PROFILE is 'my dev', and there is no such profile. Looked in ")]
    [TestCase("[default]\nKEYS\n[profile b]\nKEYS\n[sso-session s]\nx = y", "Name one that exists in AWS_PROFILE: default, b")]
    [TestCase("", "Make it: aws configure --profile 'my dev'")]
    public async Task Of_a_profile(string config, string remedy) => Assert.That(await AskAsync(config), Does.Contain(remedy));

    [TestCase("[default]\nrole_arn = ROLE", "No profile has keys of its own.")]
    [TestCase("[default]\nrole_arn = ROLE\nKEYS", "aws configure set source_profile default --profile default")]
    public async Task Of_the_default_profile_with_a_role_and_no_source(string config, string remedy) =>
        Assert.That(await AskAsync(config, profile: null), Does.Contain(remedy));

    [TestCase("source_profile = base\n[profile base]\nKEYS", " --profile base; it needs ")]
    [TestCase("source_profile = it's m\n[profile \"it's m\"]\nKEYS", $" --profile {Quoted}; it needs ")]
    [TestCase("source_profile = base\n[profile base]\nKEYS\nrole_arn = x", "Look at the trust policy of db with a profile that does not")]
    [TestCase("source_profile = my dev\nKEYS", "Look at the trust policy of db with a profile that does not")]
    [TestCase("credential_source = Ec2InstanceMetadata", "Look at the trust policy of db with a profile that does not")]
    public async Task Of_a_role_of_a_profile_that_may_not_be_assumed(string source, string words)
    {
        Bed.Sts.Fault = _ => (403, "AccessDenied", $"User: {Bed.User.Arn} is not authorized to perform: sts:AssumeRole on resource: x");
        var said = await AskAsync("[profile 'my dev']\nrole_arn = ROLE\n" + source);
        Assert.That(said, Does.Contain(words).And.Contain($"The role's trust policy does not name {Bed.User.Arn} (access key "));
        Assert.That(said, Does.EndWith(
            $$"""; it needs {"Effect":"Allow","Principal":{"AWS":"{{Bed.User.Arn}}"},"Action":"sts:AssumeRole"}"""));
    }

    [TestCase("User: arn:aws:sts::111122223333:assumed-role/node/i-1 is not", "\"arn:aws:iam::111122223333:role/node\"")]
    [TestCase("User: arn:aws-cn:sts::111122223333:assumed-role/AWSReservedSSO_Dev_1/me@x is not",
        "\"arn:aws-cn:sts::111122223333:assumed-role/AWSReservedSSO_Dev_1/me@x\"")]
    [TestCase("User: arn:aws:iam::111122223333:user/a\"b is not", "\"ARN\"")]
    [TestCase("User: somebody is not", "\"ARN\"")]
    [TestCase("No", "\"ARN\"")]
    public void Of_a_role_of_kong_conf_that_may_not_be_assumed(string message, string principal)
    {
        Bed.Sts.Fault = _ => (403, "AccessDenied", message);
        var errors = Bed.Run("status", Bed.UserKeys, ("pg_iam_auth_assume_role_arn", Trusting("db", Bed.User.Arn))).Errors;
        Assert.That(errors, Does.Contain("aws iam get-role --role-name db --query Role.AssumeRolePolicyDocument; it needs ")
            .And.Contain($"\"AWS\":{principal}"));
        Assert.That(errors.Contains("with the ARN that this prints: aws sts get-caller-identity", StringComparison.Ordinal),
            Is.EqualTo(principal == "\"ARN\""));
    }

    [TestCase("AWS_EC2_METADATA_SERVICE_ENDPOINT", "169.254.169.254", "is not a URL of the form http://HOST")]
    [TestCase("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ftp://169.254.169.254", "is not a URL of the form http://HOST")]
    [TestCase("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv9", "is not IPv4 or IPv6")]
    public void Of_a_wrong_address_of_the_instance_metadata(string variable, string value, string words)
    {
        AssertFails(2, Bed.Run("status", [(variable, value)]), variable, words);
        AssertFails(2, Bed.Run("status", [(variable, value), ("MIGRATOR_IAM_ENDPOINT", ""), .. Bed.UserKeys]), variable, words);
        AssertLogsIn(Bed.User.Arn, [(variable, value), .. Bed.UserKeys]);
    }

    [TestCase("ec2_metadata_service_endpoint = 169.254.169.254", "ec2_metadata_service_endpoint of profile 'default' is not a URL of the")]
    [TestCase("ec2_metadata_service_endpoint_mode = ipv9", "ec2_metadata_service_endpoint_mode of profile 'default' is not IPv4 or IPv6 (")]
    public void Of_a_wrong_address_of_the_instance_metadata_in_a_profile(string line, string words)
    {
        var path = Bed.Write(".aws/config", $"[default]\n{line}\n");
        AssertFails(Bed.Run("status", [("AWS_EC2_METADATA_SERVICE_ENDPOINT", "")]), words, $"{path}, line 2");
    }

    [Test]
    public void Instance_metadata_that_is_not_there_says_where_its_address_comes_from() => AssertFails(
        8, Bed.Run("status", [("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9")]),
        "http://127.0.0.1:9 cannot be reached", "(the address is from AWS_EC2_METADATA_SERVICE_ENDPOINT)");

    [Test]
    public void A_certificate_of_STS_for_another_name_lists_its_names()
    {
        using var sts = new StsServer(Bed.Account, Bed.Certificate);
        var result = Ask(sts);
        AssertFails(result, "is not trusted: it is for " + AwsBed.Endpoint + ", not for 127.0.0.1.");
        Assert.That(result.Errors, Does.Contain("write one of those names into the URL").And.Not.Contain("PEM"));
    }

    [Test]
    public void A_certificate_of_STS_that_has_expired_says_its_dates()
    {
        Use(new AwsBed(notAfter: DateTimeOffset.UtcNow.AddDays(-1)));
        using var sts = new StsServer(Bed.Account, Bed.Certificate);
        var result = Ask(sts);
        AssertFails(result, "is not trusted: 'CN=", "' is valid from ");
        Assert.That(result.Errors, Does.Contain("Have that certificate renewed, or set this machine's clock: date -u"));
    }

    [Test]
    public void A_certificate_of_STS_of_an_unknown_authority_names_it()
    {
        using var sts = new StsServer(Bed.Account, Bed.WebCertificate);
        var result = Ask(sts, bundle: false);
        AssertFails(result, "is not trusted: it was issued by 'CN=Test RDS Root CA', which this machine does not know");
        Assert.That(result.Errors, Does.Contain("AWS_CA_BUNDLE"));
    }

    [TestCase("us-east-1", "", true)]
    [TestCase("us-east-1", "AWS_USE_FIPS_ENDPOINT", false)]
    [TestCase("af-south-1", "", false)]
    public void AWS_STS_REGIONAL_ENDPOINTS_is_offered_where_it_changes_the_host(string region, string variable, bool isOffered)
    {
        var setup = StsEndpointTests.Shared(variable.Length > 0 ? [(variable, "true")] : []);
        var endpoint = StsEndpoint.Choose(new(), readOnly: false, setup, new(region, "a test"));
        var error = StsDiagnosis.OfIdentity(
            new StsRefusal("RegionDisabledException", "no", System.Net.HttpStatusCode.Forbidden, "id"), endpoint,
            Migrator.Iam.Aws.AwsKeys.From("AKIA", "x", sessionToken: null, expires: null, "a test"), new(TimeProvider.System));
        Assert.That(error.Remedy.Contains("AWS_STS_REGIONAL_ENDPOINTS=legacy", StringComparison.Ordinal), Is.EqualTo(isOffered));
    }

    private TestSupport.ProcessResult Ask(StsServer sts, bool bundle = true) => Bed.Run(
        "status", [.. Bed.UserKeys, ("AWS_CA_BUNDLE", bundle ? Bed.RootFile : "")],
        ("pg_iam_auth_assume_role_arn", Trusting("db", Bed.User.Arn)), ("pg_iam_auth_sts_endpoint_url", sts.Url));

    private async Task<string> AskAsync(string config, string? profile = "my dev")
    {
        Bed.Write(".aws/config", config.Replace("KEYS", Keys().TrimEnd(), StringComparison.Ordinal)
            .Replace("ROLE", Trusting("db", "nobody"), StringComparison.Ordinal)
            .Replace("SECOND", Trusting("second", "nobody"), StringComparison.Ordinal));
        return await WhoAsync(Bed.Variables(("AWS_PROFILE", profile ?? "")));
    }
}
