using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>The role that is assumed before signing, and the STS endpoint that is used.</summary>
internal sealed class RoleTests : IamTest
{
    private static readonly (string, string) Role = ("pg_iam_auth_assume_role_arn", AwsAccount.Role("db"));

    private (string, string) TrustUser()
    {
        Bed.Account.Roles[AwsAccount.Role("db")] = [Bed.User.Arn];
        return Role;
    }

    [Test]
    public void A_role_with_the_default_session_name()
    {
        AssertLogsIn(AwsAccount.Role("db"), Bed.UserKeys, TrustUser());
        Assert.That(Bed.Sts.Calls.Select(c => (c.Action, c.Session)), Is.EqualTo(new[] { ("AssumeRole", "KongPostgres") }));
    }

    [Test]
    public void A_role_with_a_session_name_from_the_environment()
    {
        AssertLogsIn(AwsAccount.Role("db"), [.. Bed.UserKeys, ("KONG_PG_IAM_AUTH_ROLE_SESSION_NAME", "mine")], TrustUser());
        Assert.That(Bed.Sts.Calls.Single().Session, Is.EqualTo("mine"));
    }

    [Test]
    public void A_role_after_a_web_identity_calls_STS_twice()
    {
        Bed.Account.Roles[AwsAccount.Role("irsa")] = ["jwt"];
        Bed.Account.Roles[AwsAccount.Role("db")] = [AwsAccount.Role("irsa")];
        AssertLogsIn(AwsAccount.Role("db"),
            [("AWS_WEB_IDENTITY_TOKEN_FILE", Bed.Write("jwt", "jwt")), ("AWS_ROLE_ARN", AwsAccount.Role("irsa"))], Role);
        Assert.That(Bed.Sts.Calls.Select(c => c.Action), Is.EqualTo(new[] { "AssumeRoleWithWebIdentity", "AssumeRole" }));
    }

    [TestCase("pg_iam_auth_sts_endpoint_url")]
    [TestCase("vault_aws_sts_endpoint_url")]
    public void An_endpoint_with_a_path_in_the_settings(string setting)
    {
        AssertLogsIn(AwsAccount.Role("db"), [.. Bed.UserKeys, ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")], TrustUser(),
            (setting, Bed.Sts.Url + "/vpc/sts/"));
        Assert.That(Bed.Sts.Calls.Single().Path, Is.EqualTo("/vpc/sts/"));
    }

    [Test]
    public void The_connections_own_endpoint_takes_precedence_over_the_global_one() => AssertLogsIn(
        AwsAccount.Role("db"), Bed.UserKeys, TrustUser(), ("pg_iam_auth_sts_endpoint_url", Bed.Sts.Url),
            ("vault_aws_sts_endpoint_url", "http://127.0.0.1:9"));

    [Test]
    public void The_request_is_signed_for_the_region_that_the_program_runs_in()
    {
        Bed.Sts.Region = "eu-west-3";
        AssertLogsIn(AwsAccount.Role("db"), [.. Bed.UserKeys, ("AWS_REGION", "eu-west-3")], TrustUser());
    }

    [Test]
    public void The_request_is_signed_for_the_databases_region_if_no_other_is_known()
    {
        Bed.Sts.Region = "us-east-1";
        AssertLogsIn(AwsAccount.Role("db"), Bed.UserKeys, TrustUser());
    }

    [Test]
    public void HTTPS_with_a_private_certificate_authority()
    {
        using var sts = new StsServer(Bed.Account, Bed.WebCertificate);
        AssertLogsIn(AwsAccount.Role("db"), [.. Bed.UserKeys, ("AWS_CA_BUNDLE", Bed.RootFile)], TrustUser(),
            ("pg_iam_auth_sts_endpoint_url", sts.Url));
    }

    [Test]
    public void HTTPS_with_an_untrusted_certificate()
    {
        using var sts = new StsServer(Bed.Account, Bed.WebCertificate);
        AssertFails(Bed.Run("status", Bed.UserKeys, TrustUser(), ("pg_iam_auth_sts_endpoint_url", sts.Url)), "The certificate of STS",
            "is not trusted");
        Assert.That(sts.Calls, Is.Empty);
    }

    [Test]
    public void A_missing_AWS_CA_BUNDLE() =>
        AssertFails(Bed.Run("status", [.. Bed.UserKeys, ("AWS_CA_BUNDLE", "/nowhere.pem")], TrustUser()),
            "AWS_CA_BUNDLE names /nowhere.pem");

    [Test]
    public void A_private_name_through_a_proxy()
    {
        var asked = new List<HttpCall>();
        using var proxy = new HttpServer(call =>
        {
            asked.Add(call);
            return new HttpReply(
                403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>", "text/xml");
        });
        AssertFails(
            Bed.Run("status", [.. Bed.UserKeys, ("HTTP_PROXY", proxy.Url), ("AWS_REGION", "eu-west-3")], TrustUser(),
                ("pg_iam_auth_sts_endpoint_url", "http://sts.private.example:8443/")),
            "may not be assumed");
        Assert.That(asked.Single().Target, Is.EqualTo("http://sts.private.example:8443/"));
        Assert.That(asked.Single().Header("Authorization"), Does.Contain("/eu-west-3/sts/aws4_request"));
    }

    [Test]
    public void A_host_in_NO_PROXY_is_requested_without_a_proxy() =>
        AssertLogsIn(AwsAccount.Role("db"), [.. Bed.UserKeys, ("HTTP_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", "127.0.0.1")],
            TrustUser());

    [TestCase("AccessDenied", 403, "User is not authorized", "may not be assumed with these credentials")]
    [TestCase("ExpiredToken", 403, "The security token included in the request is expired", "have expired")]
    [TestCase("InvalidClientTokenId", 403, "The security token is invalid", "AWS does not know these credentials")]
    [TestCase("SignatureDoesNotMatch", 403, "The request signature we calculated does not match",
        "The secret access key does not belong to the access key")]
    [TestCase("SignatureDoesNotMatch", 403, "Credential should be scoped to a valid region.",
        "does not take requests signed for region us-east-1")]
    [TestCase("SignatureDoesNotMatch", 403, "Signature expired: 1 is now earlier than 2", "clock is off")]
    [TestCase("RegionDisabledException", 403, "STS is not activated in this region", "STS is switched off in region us-east-1")]
    [TestCase("ValidationError", 400, "Member must satisfy regular expression", "the session name 'KongPostgres'")]
    [TestCase("MissingAuthenticationToken", 403, "Request is missing Authentication Token", "refused")]
    public void A_permanent_refusal_is_reported_and_not_retried(string code, int status, string message, string words)
    {
        Bed.Sts.Fault = _ => (status, code, message);
        AssertFails(Bed.Run("status", Bed.UserKeys, TrustUser()), words, code);
        Assert.That(Bed.Sts.Calls, Has.Count.EqualTo(1));
        Assert.That(Bed.Front.Connections, Is.Zero);
    }

    [Test]
    public void A_signature_mismatch_is_reported_in_one_line_although_STS_quotes_the_request()
    {
        Bed.Sts.Fault = _ =>
            (403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.\n\n"
            + "The Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:some-session-token\n'");
        var result = Bed.Run("status", [.. Bed.UserKeys, ("AWS_SESSION_TOKEN", Bed.Secret("some-session-token"))], TrustUser());
        AssertFails(result, "The secret access key does not belong to the access key", "[SignatureDoesNotMatch].");
        Assert.That(result.Errors, Does.Not.Contain("Canonical String"));
    }

    [Test]
    public void Secrets_in_answers_of_STS_or_a_proxy_are_masked()
    {
        Bed.Sts.Fault = _ => (403, "AccessDenied", "No: some-session-token\nand more");
        var result = Bed.Run("status", [.. Bed.UserKeys, ("AWS_SESSION_TOKEN", Bed.Secret("some-session-token"))], TrustUser());
        AssertFails(result, "No: *** and more [AccessDenied].");
    }

    [TestCase("AccessDenied", 403, "Not authorized", "The service account may not assume the role")]
    [TestCase("InvalidIdentityToken", 400, "No OpenIDConnect provider found in your account", "does not take the service account's token")]
    [TestCase("ExpiredTokenException", 400, "Token expired", "The service account's token has expired")]
    public void A_refused_service_account_is_reported_and_not_retried(string code, int status, string message, string words)
    {
        Bed.Sts.Fault = _ => (status, code, message);
        AssertFails(Bed.Run("status",
            [("AWS_WEB_IDENTITY_TOKEN_FILE", Bed.Write("jwt", Bed.Secret("a-secret-jwt"))), ("AWS_ROLE_ARN", AwsAccount.Role("irsa"))]),
            words, code);
        Assert.That(Bed.Sts.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public void Throttling_is_retried()
    {
        var left = 2;
        Bed.Sts.Fault = _ => left-- > 0 ? (400, "Throttling", "Rate exceeded") : null;
        AssertLogsIn(AwsAccount.Role("db"), Bed.UserKeys, TrustUser());
    }

    [TestCase("Throttling", 400, "STS throttles")]
    [TestCase("InternalFailure", 500, "returned a server error")]
    public void A_persistent_failure_is_an_error(string code, int status, string words)
    {
        Bed.Sts.Fault = _ => (status, code, "Try later");
        AssertFails(8, Bed.Run("status", Bed.UserKeys, TrustUser()), words);
        Assert.That(Bed.Sts.Calls, Has.Count.EqualTo(4));
    }

    [Test]
    public void An_STS_that_does_not_answer_delays_the_run_only_briefly()
    {
        Bed.Sts.Fault = _ => (0, "", "");
        var began = TimeProvider.System.GetTimestamp();
        AssertFails(8, Bed.Run("status", Bed.UserKeys, TrustUser()), "cannot be reached for AssumeRole", "no answer in time");
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public void An_unreachable_STS() => AssertFails(
        8, Bed.Run("status", [.. Bed.UserKeys, ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")], TrustUser()),
            "cannot be reached for AssumeRole", "Connection refused");

    [TestCase("sts.eu-central-1.amazonaws.com")]
    [TestCase("https://me:pw-in-the-url@sts.example")]
    public void An_invalid_URL_is_refused_before_anything_else(string url)
    {
        foreach (var result in new[]
        {
            Bed.Run("status", Bed.UserKeys, TrustUser(), ("pg_iam_auth_sts_endpoint_url", url)),
            Bed.Run("status", [.. Bed.UserKeys, ("AWS_ENDPOINT_URL_STS", url)], TrustUser()),
        })
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Errors, Does.Contain("https://HOST").And.Not.Contain("pw-in-the-url"));
        }

        Assert.That(Bed.Front.Connections, Is.Zero);
    }
}
