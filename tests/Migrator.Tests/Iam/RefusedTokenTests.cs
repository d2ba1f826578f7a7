using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>Every cause for which RDS refuses a login with the same message.</summary>
/// <remarks>The error names the true cause first or second, shows what was signed, and there is exactly one login.</remarks>
internal sealed class RefusedTokenTests : IamTest
{
    // With the name checked, the certificate would end the connection before a token is sent.
    private static readonly (string, string) NameUnchecked = ("MIGRATOR_SSL_VERIFY_HOST", "off");

    [Test]
    public void No_policy()
    {
        Bed.Front.IamUsers["kong"] = ["nobody"];
        var errors = AssertRefused(Bed.UserKeys, "no policy", $"the IAM policy of {Bed.User.Arn} does not allow rds-db:connect as 'kong'");
        Assert.That(errors, Does.Contain($"\"Resource\":\"arn:aws:rds-db:us-east-1:{AwsAccount.Id}:dbuser:db-RESOURCE-ID/kong\""));
        Assert.That(errors, Does.Contain("aws rds describe-db-instances --db-instance-identifier kongdb"));
        Assert.That(errors,
            Does.Contain("modify-db-instance --db-instance-identifier kongdb --cloudwatch-logs-export-configuration "
                + "EnableLogTypes=iam-db-auth-error --region us-east-1").And
                .Contain("aws logs tail /aws/rds/instance/kongdb/iam-db-auth-error --since 10m --region us-east-1"));
        foreach (var fact in new[] { $"signed for {AwsBed.Endpoint}:5432 (from --iam-endpoint)", "region us-east-1", "user 'kong'",
            $"access key {Bed.User.AccessKey}", "credentials from environment variables", "signed at 20", $"identity {Bed.User.Arn}" })
        {
            Assert.That(errors, Does.Contain(fact));
        }
    }

    [Test]
    public void Another_name() =>
        AssertRefused([.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", ""), ("AWS_REGION", "us-east-1"), NameUnchecked], "signed for 127.0.0.1",
        "is not the server's own endpoint");

    [TestCase("")]
    [TestCase("other.c1abcdefghij.us-east-1.rds.amazonaws.com:5432")]
    public void Another_name_and_a_verified_certificate(string endpoint)
    {
        var result = Bed.Run("status", [.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", endpoint), ("AWS_REGION", "us-east-1")]);
        AssertFails(result, "is not trusted: it is for " + AwsBed.Endpoint);
        Assert.That(result.Errors, Does.Contain("--iam-endpoint"));
        Assert.That(Bed.Front.Logins, Is.Empty);
    }

    [Test]
    public void Another_region() => AssertRefused(
        [.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", ""), ("AWS_REGION", "eu-west-1"), NameUnchecked], "signed for 127.0.0.1",
            "the database is in another region than eu-west-1");

    [Test]
    public void The_name_of_another_RDS_endpoint() =>
        AssertRefused([.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", "other.c1abcdefghij.us-east-1.rds.amazonaws.com:5432"), NameUnchecked],
            "signed for other", "is not the server's own endpoint");

    [Test]
    public void A_throttled_login_behind_a_tunnel()
    {
        Bed.Front.Throttles = true;
        AssertRefused([.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", AwsBed.Endpoint + ":5432"), NameUnchecked], "throttled",
            "throttles logins");
    }

    [Test]
    public void The_port_of_a_tunnel() =>
        AssertRefused([.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", AwsBed.Endpoint)], "signed for kongdb",
        "is not the server's own endpoint");

    [Test]
    public void An_unknown_access_key() =>
        AssertRefused([("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN"), ("AWS_SECRET_ACCESS_KEY", Bed.Secret("some-secret-key"))],
            "unknown access key", "AWS does not know the access key AKIAUNKNOWN");

    [Test]
    public void Another_users_session_token() =>
        AssertRefused([.. Bed.UserKeys, ("AWS_SESSION_TOKEN", Bed.Secret("some/session+token=="))], "another session token",
            "its session token is not the one");

    [Test]
    public void Another_users_secret_key() =>
        AssertRefused([("AWS_ACCESS_KEY_ID", Bed.User.AccessKey), ("AWS_SECRET_ACCESS_KEY", Bed.Secret("some-secret-key"))],
            "the signature does not match", "the secret access key does not belong to the access key");

    [Test]
    public void Expired_credentials()
    {
        Bed.Account.Life = TimeSpan.FromMinutes(-1);
        var old = Bed.Account.Issue(AwsAccount.Role("r"), "s");
        AssertRefused([("AWS_ACCESS_KEY_ID", old.AccessKey), ("AWS_SECRET_ACCESS_KEY", old.SecretKey),
            ("AWS_SESSION_TOKEN", old.SessionToken!)], "the credentials have expired", "the AWS credentials have expired");
    }

    [TestCase(960, "expired", true)]
    [TestCase(960, "expired", false)]
    [TestCase(-960, "signed in the future", true)]
    public void A_wrong_clock(int seconds, string refusal, bool tellsTime)
    {
        Bed.Account.ClockOffset = TimeSpan.FromSeconds(seconds);
        Bed.Sts.TellsTime = tellsTime;
        AssertRefused(Bed.UserKeys, refusal, "this machine's clock is off");
    }

    [Test]
    public void Throttled()
    {
        Bed.Front.Throttles = true;
        AssertRefused(Bed.UserKeys, "throttled", "throttles logins");
    }

    [Test]
    public void By_RDS_Proxy()
    {
        Bed.Front.IsProxy = true;
        Bed.Front.IamUsers["kong"] = ["nobody"];
        var errors = AssertRefused(Bed.UserKeys, "no policy", "does not allow rds-db:connect");
        Assert.That(errors, Does.Contain("RDS Proxy refused the token").And.Contain("the proxy has no secret for user 'kong'")
            .And.Contain("DefaultAuthScheme is IAM_AUTH"));
    }

    [Test]
    public void A_user_who_is_not_in_rds_iam()
    {
        Bed.Front.IamUsers.Clear();
        var errors = AssertRefused(Bed.UserKeys, "wrong password", "user 'kong' is not in rds_iam");
        Assert.That(errors, Does.Contain("GRANT rds_iam TO \"kong\";"));
    }

    [Test]
    public void An_unreachable_STS_does_not_hide_the_causes()
    {
        Bed.Front.IamUsers["kong"] = ["nobody"];
        AssertRefused([.. Bed.UserKeys, ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")], "no policy",
            "the IAM policy of these credentials");
    }

    [Test]
    public void Keys_that_STS_does_not_confirm_may_be_the_cause()
    {
        Bed.Sts.Fault = _ => (400, "Throttling", "Rate exceeded");
        AssertRefused([("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN"), ("AWS_SECRET_ACCESS_KEY", Bed.Secret("some-secret-key"))],
            "unknown access key", "AKIAUNKNOWN itself is wrong or has expired");
    }

    [Test]
    public void A_password_for_a_user_in_rds_iam()
    {
        var result = Bed.Run("status", [], ("pg_iam_auth", "off"), ("pg_ssl", "on"), ("pg_password", Bed.Secret("the-password")));
        AssertFails(result, "takes a token instead of a password from user 'kong'", "the user is in rds_iam");
        Assert.That(result.Errors, Does.Contain("pg_iam_auth = on").And.Contain("REVOKE rds_iam FROM \"kong\""));
    }

    [Test]
    public void A_password_for_a_user_in_rds_iam_without_TLS() => AssertFails(
        Bed.Run("status", [], ("pg_iam_auth", "off"), ("pg_password", Bed.Secret("the-password"))), "refused user 'kong' without TLS");

    private string AssertRefused((string, string)[] variables, string refusal, string cause)
    {
        var result = Bed.Run("status", variables);
        AssertFails(result, "refused the token of user 'kong'", cause);
        Assert.That(Bed.Front.Logins.Select(l => l.Refusal), Has.Exactly(1).Items.And.All.StartsWith(refusal),
            "the front's own reason, and no second try");
        Assert.That(Bed.Sts.Calls, Has.Count.LessThanOrEqualTo(1));
        return result.Errors;
    }
}
