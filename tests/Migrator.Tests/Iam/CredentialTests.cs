using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TestSupport;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>Every source of credentials, with the built program, up to a login that the RDS front has verified.</summary>
internal sealed class CredentialTests : IamTest
{
    private const string KeysOfAnotherUser = "[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n";

    [Test]
    public void Environment_keys() => AssertLogsIn(Bed.User.Arn, Bed.UserKeys);

    [Test]
    public void Environment_keys_with_a_session_token()
    {
        var session = Bed.Account.Issue(AwsAccount.Role("session"), "me");
        AssertLogsIn(AwsAccount.Role("session"),
            [("AWS_ACCESS_KEY_ID", session.AccessKey), ("AWS_SECRET_ACCESS_KEY", session.SecretKey),
            ("AWS_SESSION_TOKEN", session.SessionToken!)]);
    }

    [Test]
    public void Environment_keys_take_precedence_over_everything_else() =>
        AssertLogsIn(Bed.User.Arn, [.. Bed.UserKeys, .. Files(KeysOfAnotherUser), .. Task, .. WebIdentity()]);

    [Test]
    public void One_environment_key_without_the_other_is_an_error() =>
        AssertFails(Bed.Run("status", [("AWS_ACCESS_KEY_ID", Bed.User.AccessKey)]), "AWS_SECRET_ACCESS_KEY is missing");

    [Test]
    public void A_profile_s_own_keys() => AssertLogsIn(Bed.User.Arn, [.. Files($"[mine]\n{Keys()}"), ("AWS_PROFILE", "mine")]);

    [Test]
    public void Files_that_the_SDK_does_not_understand() => AssertLogsIn(
        Trusting("db", Bed.User.Arn),
        [
            ("AWS_CONFIG_FILE", Bed.Write("odd/config", $"[profile 'my dev'] # comment\nrole_arn = {AwsAccount.Role("db")}\n"
                + "source_profile = base\nretry_mode = legacy\nendpoint_discovery_enabled = auto\nmax_attempts = many\n"
                + "s3 =\n  x = y\n[other]\nwords\n")),
            ("AWS_SHARED_CREDENTIALS_FILE", Bed.Write("credentials", $"[base]\n{Keys()}")),
            ("AWS_PROFILE", "my dev"),
        ]);

    // From the moment that the last file is read on, the process may open nothing more.
    [Test]
    public void Too_few_open_files_are_no_fault_of_AWS([Values("node", "task")] string source)
    {
        Assume.That(MigratorProcess.IsGiven, "The plain build opens files on the way.");
        var variables = Files("").Concat(source == "task" ? Task : []).ToArray();
        var config = variables.Single(v => v.Item1 == "AWS_CONFIG_FILE").Item2;
        var content = File.ReadAllText(config);
        File.Delete(config);
        using (var made = System.Diagnostics.Process.Start("mkfifo", config))
        {
            made.WaitForExit();
        }

        using var conf = new KongConf([.. Bed.Settings]);
        using var process = MigratorProcess.Start("status -c " + conf.Path, Bed.Variables(variables));
        using (var pipe = new StreamWriter(config))
        {
            using var limit = System.Diagnostics.Process.Start("prlimit", ["--pid", $"{process.Id}", "--nofile=3:3"]);
            limit.WaitForExit();
            pipe.Write(content);
        }

        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That((process.ExitCode, errors.Split('\n')[0]),
            Is.EqualTo((1, "error: This process may not open more files and connections.")), errors);
    }

    [Test]
    public void The_default_profile_takes_precedence_over_a_task_role() =>
        AssertLogsIn(Bed.User.Arn, [.. Files($"[default]\n{Keys()}"), .. Task]);

    [Test]
    public void A_profile_s_role_with_a_source_profile() =>
        AssertLogsIn(Trusting("db", Bed.User.Arn),
            [.. Files($"[base]\n{Keys()}\n[mine]\nrole_arn = {AwsAccount.Role("db")}\nsource_profile = base\n"), ("AWS_PROFILE", "mine")]);

    [Test]
    public void A_chain_of_roles() => AssertLogsIn(
        Trusting("second", Trusting("first", Bed.User.Arn)),
        [.. Files($"[base]\n{Keys()}\n[one]\nrole_arn = {AwsAccount.Role("first")}\nsource_profile = base\n[two]\nrole_arn = "
            + $"{AwsAccount.Role("second")}\nsource_profile = one\n"), ("AWS_PROFILE", "two")]);

    [Test]
    public void Profiles_in_a_circle_are_an_error() => AssertFails(
        Bed.Run("status", [.. Files("[a]\nrole_arn = r\nsource_profile = b\n[b]\nrole_arn = r\nsource_profile = a\n"),
            ("AWS_PROFILE", "a")]), "in a circle");

    [TestCase("Ec2InstanceMetadata", "node")]
    [TestCase("EcsContainer", "task")]
    public void A_profile_s_role_with_a_credential_source(string source, string role) => AssertLogsIn(
        Trusting("db", AwsAccount.Role(role)),
            [.. Files($"[mine]\nrole_arn = {AwsAccount.Role("db")}\ncredential_source = {source}\n"), ("AWS_PROFILE", "mine"), .. Task]);

    [Test]
    public void A_profile_s_role_whose_credential_source_is_the_environment() => AssertFails(
        2, Bed.Run("status", [.. Bed.UserKeys, .. Files($"[mine]\nrole_arn = {Trusting("db", Bed.User.Arn)}\ncredential_source = "
            + "Environment\n"), ("AWS_PROFILE", "mine")]), "AWS_PROFILE names profile 'mine', which assumes a role with the keys in");

    [Test]
    public void Environment_keys_take_precedence_over_a_profile_with_another_source() =>
        AssertLogsIn(Bed.User.Arn, [.. Bed.UserKeys, .. Files($"[mine]\nrole_arn = {AwsAccount.Role("db")}\ncredential_source = "
            + "EcsContainer\n"), ("AWS_PROFILE", "mine")]);

    [Test]
    public void A_credential_process() => AssertLogsIn(Bed.User.Arn, [.. Process(0, Bed.User.SecretKey), ("AWS_PROFILE", "mine")]);

    [Test]
    public void The_output_of_a_failed_credential_process_is_not_printed() =>
        AssertFails(Bed.Run("status", [.. Process(3, Bed.Secret("key-in-the-output")), ("AWS_PROFILE", "mine")]),
            "credential_process of profile 'mine' exited with 3");

    [TestCase("sso_session = s\n", "s")]
    [TestCase("sso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n", "https://example.awsapps.com/start")]
    public void IAM_Identity_Center(string settings, string session) =>
        AssertLogsIn(AwsAccount.Role("developer"), Portal(settings, session, Bed.Metadata.PortalToken));

    [Test]
    public void An_expired_session_of_IAM_Identity_Center() => AssertFails(
        Bed.Run("status", Portal("sso_session = s\n", "s", Bed.Secret("an-old-session"))),
            "IAM Identity Center gives no credentials for profile 'mine'", "the session has ended");

    [Test]
    public void No_session_of_IAM_Identity_Center() => AssertFails(
        Bed.Run("status", [.. Portal("sso_session = s\n", "another", Bed.Metadata.PortalToken)]), "there is no session, or it has ended");

    [Test]
    public void A_role_of_IAM_Identity_Center_that_is_not_assigned()
    {
        Bed.Metadata.Fault = path => path == "/federation/credentials" ? 403 : null;
        AssertFails(Bed.Run("status", Portal("sso_session = s\n", "s", Bed.Metadata.PortalToken)), "role 'developer' is not assigned");
    }

    [Test]
    public void IAM_Identity_Center_with_a_private_certificate_authority()
    {
        using var portal = new MetadataServers(Bed.Account, Bed.WebCertificate);
        (string, string)[] variables = [.. Portal("sso_session = s\n", "s", portal.PortalToken), ("AWS_ENDPOINT_URL_SSO", portal.Url)];
        AssertFails(Bed.Run("status", variables), "IAM Identity Center", "certificate", "is not trusted");
        AssertLogsIn(AwsAccount.Role("developer"), [.. variables, ("AWS_CA_BUNDLE", Bed.RootFile)]);
    }

    [Test]
    public void IAM_Identity_Center_that_does_not_answer()
    {
        Bed.Metadata.Fault = path => path == "/federation/credentials" ? 0 : null;
        var began = TimeProvider.System.GetTimestamp();
        AssertFails(8, Bed.Run("status", Portal("sso_session = s\n", "s", Bed.Metadata.PortalToken)),
            "IAM Identity Center gives no credentials for profile 'mine': no answer in time");
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(40)));
    }

    [Test]
    public void IAM_Identity_Center_that_cannot_be_reached() => AssertFails(
        8,
        Bed.Run("status", [.. Portal("sso_session = s\n", "s", Bed.Metadata.PortalToken), ("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:9")]),
            "IAM Identity Center", "cannot be reached: Connection refused");

    [Test]
    public void A_missing_profile_is_an_error() =>
        AssertFails(Bed.Run("status", [.. Files(KeysOfAnotherUser), ("AWS_PROFILE", "mine"), .. Task]),
            "AWS_PROFILE is 'mine', and there is no such profile");

    [Test]
    public void A_profile_with_only_a_region_is_skipped() =>
        AssertLogsIn(AwsAccount.Role("task"), [.. Files("[default]\nregion = us-east-1\n"), .. Task]);

    [Test]
    public void An_ECS_task_role() => AssertLogsIn(AwsAccount.Role("task"), Task);

    [Test]
    public void EKS_Pod_Identity() => AssertLogsIn(
        AwsAccount.Role("pod"),
            [("AWS_CONTAINER_CREDENTIALS_FULL_URI", Bed.Metadata.Url + MetadataServers.PodPath),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Bed.Write("pod", Bed.Metadata.ContainerToken))]);

    [Test]
    public void A_refusal_of_EKS_Pod_Identity_is_an_error() => AssertFails(
        Bed.Run("status", [("AWS_CONTAINER_CREDENTIALS_FULL_URI", Bed.Metadata.Url + MetadataServers.PodPath),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", Bed.Secret("a-wrong-token"))]), "answered 401");

    [Test]
    public void Container_credentials_of_another_host_are_not_requested() => AssertFails(
        Bed.Run("status", [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", Bed.Metadata.ContainerToken)]),
            "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor");

    [Test]
    public void An_EKS_service_account() => AssertLogsIn(Trusting("irsa", "jwt-of-the-pod"), WebIdentity());

    [Test]
    public void A_missing_token_of_a_service_account_is_an_error() => AssertFails(
        Bed.Run("status", [("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token"), ("AWS_ROLE_ARN", AwsAccount.Role("irsa"))]),
            "/nowhere/token (AWS_WEB_IDENTITY_TOKEN_FILE) cannot be read");

    [Test]
    public void A_service_account_without_a_role_is_an_error() =>
        AssertFails(Bed.Run("status", [.. WebIdentity(), ("AWS_ROLE_ARN", "")]), "names a web identity token and no role");

    [Test]
    public void An_EC2_instance_role() => AssertLogsIn(AwsAccount.Role("node"), []);

    [Test]
    public void An_EC2_instance_without_a_role()
    {
        Bed.Metadata.InstanceRole = null;
        AssertFails(Bed.Run("status", []), "There are no AWS credentials to sign with: this EC2 instance has no role");
    }

    [Test]
    public void Instance_metadata_that_does_not_answer_delays_the_run_only_briefly()
    {
        Bed.Metadata.Fault = _ => 0;
        var began = TimeProvider.System.GetTimestamp();
        AssertFails(8, Bed.Run("status", []), "did not answer within 2 s");
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public void Disabled_instance_metadata_is_not_requested()
    {
        AssertFails(Bed.Run("status", [("AWS_EC2_METADATA_DISABLED", "true")]), "switched off by AWS_EC2_METADATA_DISABLED");
        Assert.That(Bed.Metadata.Calls, Is.Empty);
    }

    [Test]
    public void Metadata_and_container_addresses_are_never_requested_through_a_proxy() =>
        AssertLogsIn(AwsAccount.Role("node"),
            [("HTTP_PROXY", "http://127.0.0.1:9"), ("HTTPS_PROXY", "http://127.0.0.1:9"), ("ALL_PROXY", "http://127.0.0.1:9")]);

    [Test]
    public void Credentials_that_expire_too_soon_are_renewed_and_shorten_the_token_lifetime()
    {
        Bed.Account.Life = TimeSpan.FromMinutes(10);
        Bed.Front.IamUsers["kong"] = [AwsAccount.Role("node")];
        var result = Bed.Run("status", []);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(result.Errors, Does.Contain("in less than the 15 minutes of a token"));
            Assert.That(Bed.Metadata.Calls.Count(c => c.Path.EndsWith("/node", StringComparison.Ordinal)), Is.GreaterThan(1));
        });
    }

    [Test]
    public void Expired_credentials_are_not_used_to_sign()
    {
        Bed.Account.Life = TimeSpan.FromMinutes(-10);
        AssertFails(Bed.Run("status", []), "have expired");
        Assert.That(Bed.Front.Connections, Is.Zero);
    }

    private (string, string)[] Task => [("AWS_CONTAINER_CREDENTIALS_FULL_URI", Bed.Metadata.Url + MetadataServers.TaskPath)];

    private (string, string)[] WebIdentity() =>
        [("AWS_WEB_IDENTITY_TOKEN_FILE", Bed.Write("jwt", Bed.Secret("jwt-of-the-pod"))), ("AWS_ROLE_ARN", AwsAccount.Role("irsa"))];

    private (string, string)[] Files(string credentials) =>
        [("AWS_SHARED_CREDENTIALS_FILE", Bed.Write("credentials", credentials)), ("AWS_CONFIG_FILE", Bed.Write("config", ""))];

    private (string, string)[] Process(int exitCode, string key)
    {
        var output = Bed.Write("keys.json", $$"""{"Version":1,"AccessKeyId":"{{Bed.User.AccessKey}}","SecretAccessKey":"{{key}}"}""");
        var program = Bed.Write("process.sh", $"#!/bin/sh\ncat {output}\ncat {output} >&2\nexit {exitCode}\n");
        return [("AWS_CONFIG_FILE", Bed.Write("config", $"[profile mine]\ncredential_process = /bin/sh {program}\n")),
            ("AWS_SHARED_CREDENTIALS_FILE", Bed.Write("credentials", ""))];
    }

    private (string, string)[] Portal(string settings, string session, string token)
    {
#pragma warning disable CA5350 // The AWS CLI names the files of its cache so.
        var cache = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(session)));
#pragma warning restore CA5350
        Bed.Write($".aws/sso/cache/{cache}.json", new JsonObject
        {
            ["startUrl"] = "https://example.awsapps.com/start",
            ["region"] = "us-east-1",
            ["accessToken"] = token,
            ["expiresAt"] = DateTime.UtcNow.AddHours(1)
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        }.ToJsonString());
        var config = $"[profile mine]\nsso_account_id = {AwsAccount.Id}\nsso_role_name = developer\n{settings}[sso-session "
            + "s]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n";
        return [("AWS_CONFIG_FILE", Bed.Write("config", config)), ("AWS_SHARED_CREDENTIALS_FILE", Bed.Write("credentials", "")),
            ("AWS_PROFILE", "mine"), ("AWS_ENDPOINT_URL_SSO", Bed.Metadata.Url)];
    }
}
