using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Migrator.Iam.Credentials;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>
/// Whoever logs in is the one that <c>aws sts get-caller-identity</c> names, or the run ends with the reason. Beside the files there are
/// an instance role and the keys of somebody else, which a run must not use.
/// </summary>
internal sealed class SharedFileTests : IamTest
{
    private const string Node = "node";

    private AwsIdentity? other;

    /// <summary>Somebody who must not be logged in.</summary>
    private AwsIdentity Other => other ??= Bed.Account.CreateUser("other");

    private string OtherKeys => Keys(Other);

    [TestCase("[default]\nKEYS")]
    [TestCase("[default] # comment\nKEYS")]
    [TestCase("[default]; comment\nKEYS")]
    [TestCase("# comment\n\n[default]\n; comment\nKEYS")]
    [TestCase("[default]\nKEYS\nretry_mode = legacy\nendpoint_discovery_enabled = auto\nmax_attempts = many\ns3 =\n  x = y\nunknown = 1")]
    [TestCase("[default]\nKEYS\nsts_regional_endpoints = sometimes\ntoolkit_artifact_guid = none\ndefaults_mode = ?")]
    [TestCase("[default]\nKEYS\naws_session_token =")]
    [TestCase("[default]\nKEYS\n[other]\nwords\naws_access_key_id = a\naws_access_key_id = b\n[other]\n[third] [fourth]")]
    [TestCase("[profile default]\nOTHER\n[default]\nKEYS")]
    [TestCase("[default]\nOTHER\nKEYS", "the same setting stands in line 2 already", 4)]
    [TestCase("[default]\nOTHER\n[default]\nKEYS", "the same section stands in line 1 already", 4)]
    [TestCase("[default]\nKEYS\nregion", "it is neither a section nor a setting", 4)]
    [TestCase("[default] [old]\nKEYS", "there is another ]", 1)]
    [TestCase("[default\nKEYS", "the name of the section does not end", 1)]
    [TestCase("region = x\n[default]\nKEYS", "it stands before the first section", 1)]
    [TestCase("[default]\naws_access_key_id = AKIA # mine\naws_secret_access_key = x", "aws_access_key_id of profile 'default'", 2)]
    [TestCase("[default]\naws_access_key_id = AKIA\naws_secret_access_key = x ; mine", "aws_secret_access_key of profile 'default'", 3)]
    [TestCase("[default]\naws_access_key_id = AKIA\n  aws_secret_access_key = x", "has no aws_secret_access_key beside it", 2)]
    [TestCase("[default]\naws_access_key_id =\naws_secret_access_key = x", "is empty", 2)]
    [TestCase("[default]\nKEYS\naws_session_token = a b", "aws_session_token of profile 'default'", 4)]
    [TestCase("[default]\naws_secret_access_key = x", "has no complete credentials")]
    [TestCase("[default]\naws_access_key_id = AKIA", "has no aws_secret_access_key beside it", 2)]
    [TestCase("[default]\nrole_arn =\nKEYS", "role_arn of profile 'default' is empty", 2)]
    public async Task The_credentials_file(string credentials, string? words = null, int? line = null)
    {
        // The section [profile default] of a credentials file is a profile of that name, and not the default one.
        var path = Bed.Write(".aws/credentials", Filled(credentials));
        await AssertAsync(words is null ? Bed.User.Arn : words, line is null ? null : $"{path}, line {line}");
    }

    [TestCase("[default]\nOTHER\n[profile default]\nKEYS", "dev")]
    [TestCase("[profile default]\nOTHER\n[default]\nKEYS", "dev")]
    [TestCase("[profile default]\nKEYS", "dev")]
    [TestCase("[DEFAULT]\nKEYS\n[default]\nregion = us-east-1", "dev")]
    [TestCase("[Default]\nKEYS", Node)]
    [TestCase("[default]\nAws_Access_Key_Id = ID\nAWS_SECRET_ACCESS_KEY = SECRET", "dev")]
    [TestCase("[default]\nregion = us-east-1", Node)]
    [TestCase("[default]\nsource_profile = x\n[profile x]\nOTHER", Node)]
    [TestCase("[default]\nKEYS\ncredential_process = PROCESS", "process")]
    [TestCase("[default]\ncredential_process = PROCESS\n  --with 'more words'\n", "process")]
    [TestCase("[default]\nKEYS\nrole_arn = ROLE\nsource_profile = default", "db")]
    [TestCase("[default]\nOTHER\nrole_arn = ROLE\nsource_profile = base\n[profile base]\nKEYS", "db")]
    [TestCase("[default]\nrole_arn = ROLE\nsource_profile = base\n[profile base]\nKEYS\nrole_arn = x\nsource_profile = y", "db")]
    [TestCase("[default]\nrole_arn = SECOND\nsource_profile = base\n[profile base]\nrole_arn = ROLE\nsource_profile = base\nKEYS",
        "Not authorized", Description = "base is asked for its keys, which SECOND does not trust")]
    [TestCase("[default]\nrole_arn = SECOND\nsource_profile = one\n[profile one]\nrole_arn = ROLE\nsource_profile = base\n[profile base]\n"
        + "KEYS", "second")]
    [TestCase("[default]\nrole_arn = ROLE\nsource_profile = base", "source_profile of profile 'default' is 'base', and there is no such")]
    [TestCase("[default]\nrole_arn = ROLE\nsource_profile = default", "is the profile itself, which has no keys of its own")]
    [TestCase("[default]\nrole_arn = ROLE\nsource_profile = base # note\n[profile base]\nKEYS", "'base # note', and there is no such")]
    [TestCase("[default]\nrole_arn = ROLE\nsource_profile = base\ncredential_source = Environment", "stands beside credential_source")]
    [TestCase("[default]\nrole_arn = ROLE", "has a role_arn and neither source_profile nor credential_source")]
    [TestCase("[default]\nrole_arn = ROLE\ncredential_source = environment", "credential_source of profile 'default' is 'environment'")]
    [TestCase("[default]\nrole_arn = ROLE\ncredential_source = Environment", "is Environment, and AWS_ACCESS_KEY_ID is not set")]
    [TestCase("[default]\nrole_arn = ROLE\ncredential_source = EcsContainer", "is EcsContainer, and no variable")]
    [TestCase("[default]\nrole_arn = ROLE\nsource_profile = base\nmfa_serial =\n[profile base]\nKEYS", "requires an MFA code")]
    [TestCase("[default]\nrole_arn = ROLE\nsource_profile = base\nduration_seconds = 1h\n[profile base]\nKEYS",
        "is not a number of seconds")]
    [TestCase("[default]\nrole_arn = ROLE\nsource_profile = base\n[profile base]\nKEYS\nwords", "[profile base]")]
    [TestCase("[default]\nsso_role_name = x", "sso_start_url is not set")]
    [TestCase("[default]\nsso_role_name = x\nsso_account_id = 1\nsso_session = s", "there is no section [sso-session s]")]
    [TestCase("[default]\nsso_role_name = x\nsso_account_id = 1\nsso_session = s\nsso_region = a\n[sso-session s]\nsso_region = b\n"
        + "sso_start_url = https://a.example", "sso_region of profile 'default' is not that of [sso-session s]")]
    [TestCase("[default]\nsso_session = s\n[sso-session s]\nsso_region = b", "has no complete credentials")]
    [TestCase("[default]\nlogin_session = arn", "The session of aws login has no keys for profile 'default'")]
    [TestCase("[default]\nweb_identity_token_file = /nowhere\nrole_arn = ROLE\nKEYS", "/nowhere")]
    [TestCase("[default]\nregion = us-east-1 # here\nKEYS", "dev", Description = "the endpoint has a region, and STS is not asked")]
    public async Task The_config_file(string config, string expected)
    {
        Bed.Write(".aws/config", Filled(config));
        await AssertAsync(Arn(expected));
    }

    [TestCase("[my dev]\nKEYS", "", "dev")]
    [TestCase("", "[profile 'my dev']\nKEYS", "dev")]
    [TestCase("", "[profile \"my dev\"]\nKEYS", "dev")]
    [TestCase("", "[profile\t'my dev']\nKEYS", "dev")]
    [TestCase("", "[profile my dev]\nKEYS", "line 1, has [profile my dev]")]
    [TestCase("", "[my dev]\nKEYS",
        "line 1, has [my dev]. In the credentials file a profile is [my dev], in the config file [profile 'my dev'].")]
    [TestCase("[profile my dev]\nKEYS", "", "line 1, has [profile my dev]")]
    [TestCase("['my dev']\nKEYS", "", "line 1, has ['my dev']")]
    [TestCase("", "[profile my dev]\nOTHER\n[profile 'my dev']\nKEYS", "dev")]
    [TestCase("[my dev]\nKEYS", "[profile 'my dev']\nrole_arn = ROLE\nsource_profile = my dev", "db")]
    [TestCase("[my dev]\nKEYS", "[profile 'my dev']\ncredential_process = PROCESS", "dev")]
    [TestCase("[my dev]\nregion = x", "[profile 'my dev']\ncredential_process = PROCESS\nOTHER", "process")]
    [TestCase("[my dev]\nKEYS", "[profile 'my dev']\nOTHER", "dev")]
    [TestCase("[my dev]\naws_access_key_id = AKIA", "[profile 'my dev']\naws_secret_access_key = x",
        "has no aws_secret_access_key beside it")]
    [TestCase("[my dev]\nKEYS\n[x", "", "the name of the section does not end")]
    [TestCase("", "", "AWS_PROFILE is 'my dev', and there is no such profile")]
    public async Task A_profile_with_a_name(string credentials, string config, string expected)
    {
        Bed.Write(".aws/credentials", Filled(credentials + "\n[default]\nOTHER"));
        Bed.Write(".aws/config", Filled(config));
        await AssertAsync(Arn(expected), file: null, ("AWS_PROFILE", "my dev"));
    }

    [Test]
    public async Task AWS_SHARED_CREDENTIALS_FILE_does_not_move_the_config_file()
    {
        Bed.Write(".aws/config", Filled("[default]\nrole_arn = ROLE\nsource_profile = base"));
        Bed.Write("run/config", $"[default]\n{OtherKeys}");
        await AssertAsync(
            Arn("db"), file: null, ("AWS_SHARED_CREDENTIALS_FILE", Bed.Write("run/credentials", $"[base]\n{Keys()}")));
    }

    [TestCase("AWS_SHARED_CREDENTIALS_FILE", "~/run/file")]
    [TestCase("AWS_CONFIG_FILE", "~/run/file")]
    [TestCase("AWS_CONFIG_FILE", "$HOME/run/file")]
    [TestCase("AWS_CONFIG_FILE", "${HOME}/run/file")]
    public async Task A_named_file_in_the_home_directory(string variable, string path)
    {
        Bed.Write("run/file", $"[default]\n{Keys()}");
        Bed.Write(".aws/credentials", variable == "AWS_CONFIG_FILE" ? "" : $"[default]\n{OtherKeys}");
        await AssertAsync(Bed.User.Arn, file: null, (variable, path));
    }

    [TestCase("AWS_SHARED_CREDENTIALS_FILE", "credentials")]
    [TestCase("AWS_CONFIG_FILE", "config")]
    public async Task A_named_file_that_is_missing(string variable, string name)
    {
        Bed.Write($".aws/{name}", $"[default]\n{OtherKeys}");
        var missing = Path.Combine(Bed.Folder, "missing");
        await AssertAsync($"There are no AWS credentials in profile 'default': {variable} names {missing}", null, (variable, missing));
        await AssertAsync("AWS_PROFILE is 'mine', and there is no such profile", missing, (variable, missing), ("AWS_PROFILE", "mine"));
        await AssertAsync($"{variable} names {Bed.Folder}, which cannot be read: it is a directory", null, (variable, Bed.Folder));
        await AssertAsync(AwsAccount.Role(Node), null, (variable, "/dev/null"));

        // The other file has the keys.
        Bed.Write($".aws/{(name == "config" ? "credentials" : "config")}", $"[default]\n{Keys()}");
        await AssertAsync(Bed.User.Arn, null, (variable, missing));
    }

    [Test]
    public async Task Variables_that_name_the_profile()
    {
        Bed.Write(".aws/credentials", $"[default]\n{OtherKeys}[mine]\n{Keys()}");
        await AssertAsync(Bed.User.Arn, null, ("AWS_PROFILE", "mine"));
        await AssertAsync(Bed.User.Arn, null, ("AWS_DEFAULT_PROFILE", "mine"));
        await AssertAsync(Bed.User.Arn, null, ("AWS_PROFILE", "mine"), ("AWS_DEFAULT_PROFILE", "mine"));
        await AssertAsync("AWS_DEFAULT_PROFILE is 'none', and there is no such profile", null, ("AWS_DEFAULT_PROFILE", "none"));
        await AssertAsync("AWS_PROFILE is set, and empty", null, ("AWS_PROFILE", ""));
        await AssertAsync("AWS_PROFILE is set, and empty", null, ("AWS_PROFILE", " "), ("AWS_DEFAULT_PROFILE", "mine"));
    }

    [TestCase("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint = true")]
    [TestCase("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint = true")]
    [TestCase("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls = true")]
    [TestCase("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints = legacy")]
    public async Task A_variable_that_is_set_and_empty_does_not_leave_the_key_of_the_profile_in_force(string variable, string key)
    {
        Bed.Write(".aws/config", Filled($"[default]\nrole_arn = ROLE\nsource_profile = base\n{key}\n[profile base]\nKEYS"));
        await AssertAsync($"{variable} is set, and empty", null, (variable, ""), ("AWS_ENDPOINT_URL_STS", ""));
    }

    [Test]
    public async Task A_program_in_PATH_that_may_not_be_run_is_passed_over()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such permission.");
            return;
        }

        Filled("");
        var program = Bed.Write("b/my-keys", "#!/bin/sh\n" + File.ReadAllText($"{Bed.Folder}/process.sh"));
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Bed.Write("a/my-keys", "no program"), UnixFileMode.UserRead);
        var before = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", $"{Bed.Folder}/a:{Bed.Folder}/b:{before}");
        try
        {
            Bed.Write(".aws/config", "[default]\ncredential_process = my-keys\n");
            await AssertAsync(Arn("process"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", before);
        }
    }

    [Test]
    public async Task Settings_of_a_role_are_sent()
    {
        Bed.Write(".aws/config", Filled("[default]\nrole_arn = ROLE\nsource_profile = base\nrole_session_name = me\nexternal_id = x-1\n"
            + "duration_seconds = 3600\n[profile base]\nKEYS"));
        await AssertAsync(Arn("db"));
        Assert.That(
            new[] { "RoleSessionName", "ExternalId", "DurationSeconds" }.Select(Bed.Sts.LastForm.GetValueOrDefault),
            Is.EqualTo(new[] { "me", "x-1", "3600" }));
    }

    [TestCase("", "", "irsa", "mine")]
    [TestCase("AWS_ROLE_SESSION_NAME", "variable", "irsa", "variable")]
    [TestCase("AWS_ROLE_ARN", "ROLE", "db", "mine")]
    public async Task Variables_take_precedence_over_the_web_identity_of_the_profile(
        string variable, string value, string role, string name)
    {
        foreach (var known in new[] { "db", "irsa" })
        {
            Trusting(known, "jwt");
        }

        var profile = $"role_arn = {AwsAccount.Role("irsa")}\nrole_session_name = mine\n"
            + $"web_identity_token_file = {Bed.Write("jwt", "jwt")}\n";
        Bed.Write(".aws/config", $"[default]\n{profile}");
        var given = value == "ROLE" ? AwsAccount.Role("db") : value;
        (string, string)[] variables = variable.Length > 0 ? [(variable, given)] : [];
        await AssertAsync(AwsAccount.Role(role), null, variables);
        Assert.That(Bed.Sts.LastForm["RoleSessionName"], Is.EqualTo(name));

        // But not over that of a source_profile.
        Trusting("second", AwsAccount.Role("irsa"));
        Bed.Write(".aws/config", $"[default]\nrole_arn = {AwsAccount.Role("second")}\nsource_profile = base\n[profile base]\n{profile}");
        await AssertAsync(AwsAccount.Role("second"), null, variables);
    }

    [Test]
    public async Task The_metadata_service_of_the_profile()
    {
        Bed.Write(".aws/config", $"[default]\nec2_metadata_service_endpoint = {Bed.Metadata.Url}\n");
        await AssertAsync(AwsAccount.Role(Node), null, ("AWS_EC2_METADATA_SERVICE_ENDPOINT", Unset));
        Bed.Write(".aws/config", "[default]\nec2_metadata_service_endpoint = nowhere\n");
        await AssertAsync("ec2_metadata_service_endpoint of profile 'default' is not a URL", null,
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", Unset));
        await AssertAsync(AwsAccount.Role(Node));
    }

    [TestCase("http://127.0.0.1:1/x", true)]
    [TestCase("http://127.0.0.2/x", true)]
    [TestCase("http://localhost/x", true)]
    [TestCase("http://[::1]/x", true)]
    [TestCase("http://169.254.170.2/x", true)]
    [TestCase("http://169.254.170.23/x", true)]
    [TestCase("http://[FD00:EC2:0::23]/x", true)]
    [TestCase("https://agent.example/x", true)]
    [TestCase("http://10.0.0.1/x", false)]
    [TestCase("http://169.254.169.254/x", false)]
    [TestCase("http://[fd00:ec2::254]/x", false)]
    [TestCase("http://127.0.0.1.example/x", false)]
    [TestCase("http://localhost.example/x", false)]
    [TestCase("ftp://127.0.0.1/x", false)]
    [TestCase("file:///x", false)]
    public void Addresses_of_container_credentials(string url, bool isAllowed) =>
        Assert.That(ContainerSource.IsAllowed(new Uri(url)), Is.EqualTo(isAllowed));

    [TestCase("\n")]
    [TestCase("\r\n")]
    public async Task A_token_file_of_a_container_with_a_line_end(string end) => await AssertAsync(
        AwsAccount.Role("pod"), null, ("AWS_CONTAINER_CREDENTIALS_FULL_URI", Bed.Metadata.Url + MetadataServers.PodPath),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Bed.Write("token", Bed.Metadata.ContainerToken + end)));

    [TestCase(14, true)]
    [TestCase(6, true)]
    [TestCase(5, false)]
    [TestCase(-1, false)]
    public async Task Keys_of_aws_login(int minutes, bool isGood)
    {
        var session = $"arn:aws:sts::{AwsAccount.Id}:assumed-role/login/me";
        Login(session, minutes, ".aws/login/cache");
        Bed.Write(".aws/config", Filled($"[default]\nlogin_session = {session}\ncredential_process = PROCESS\nOTHER"));
        await AssertAsync(isGood ? AwsAccount.Role("login") : "are not used in their last 5 minutes");

        // As a source_profile too, and the keys of the credentials file come first.
        Trusting("db", AwsAccount.Role("login"));
        Bed.Write(".aws/config", $"[default]\nrole_arn = {AwsAccount.Role("db")}\nsource_profile = base\n"
            + $"[profile base]\nlogin_session = {session}");
        await AssertAsync(isGood ? AwsAccount.Role("db") : "aws configure export-credentials --profile default --format process");
        Bed.Write(".aws/config", $"[default]\nlogin_session = {session}");
        Bed.Write(".aws/credentials", $"[default]\n{Keys()}");
        await AssertAsync(Bed.User.Arn);
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("secret/")]
    [TestCase("""{"accessToken":{"accessKeyId":"a","secretAccessKey":"secret/","sessionToken":"t"}}""")]
    [TestCase("""{"accessToken":{"accessKeyId":"a","secretAccessKey":"secret/","sessionToken":"t","expiresAt":"secret/"}}""")]
    [TestCase("""{"accessToken":{"accessKeyId":"a","secretAccessKey":"secret/","sessionToken":7,"expiresAt":"2040-01-01T00:00:00Z"}}""")]
    [TestCase("""{"accessToken":{"accessKeyId":"a","secretAccessKey":"secret/","expiresAt":"2040-01-01T00:00:00Z"}}""")]
    [TestCase("""{"accessToken":{"accessKeyId":"secret/","secretAccessKey":"x","sessionToken":"t","expiresAt":"2040-01-01T00:00:00Z"}}""")]
    public async Task A_file_of_aws_login_that_cannot_be_used(string text)
    {
        Bed.Write(".aws/config", "[default]\nlogin_session = s");
        var path = Bed.Write("cache/" + Name("s"), text);
        await AssertAsync("The session of aws login has no keys for profile 'default'", path, ("AWS_LOGIN_CACHE_DIRECTORY", "~/cache"));
    }

    [Test]
    public async Task Keys_in_the_environment()
    {
        Bed.Write(".aws/credentials", $"[default]\n{OtherKeys}");
        var issued = Bed.Account.Issue(AwsAccount.Role("session"), "me");
        (string, string)[] keys = [("AWS_ACCESS_KEY_ID", issued.AccessKey), ("AWS_SECRET_ACCESS_KEY", issued.SecretKey)];
        await AssertAsync(AwsAccount.Role("session"), null, [.. keys, ("AWS_SECURITY_TOKEN", issued.SessionToken!)]);
        await AssertAsync("AWS_SECRET_ACCESS_KEY is missing", null, ("AWS_ACCESS_KEY_ID", "AKIA"));
        await AssertAsync("AWS_ACCESS_KEY_ID is missing", null, ("AWS_SECRET_ACCESS_KEY", "x"), ("AWS_ACCESS_KEY_ID", ""));
        await AssertAsync("AWS_ACCESS_KEY_ID holds characters", null, ("AWS_ACCESS_KEY_ID", "'AKIA'"), keys[1]);
        await AssertAsync("AWS_SECRET_ACCESS_KEY holds characters", null, keys[0], ("AWS_SECRET_ACCESS_KEY", "secret/ b"));
        await AssertAsync("AWS_CREDENTIAL_EXPIRATION is not a time", null, [.. keys, ("AWS_CREDENTIAL_EXPIRATION", "soon")]);
    }

    private static string Name(string session) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(session))) + ".json";

    private void Login(string session, int minutes, string folder)
    {
        var issued = Bed.Account.Issue(AwsAccount.Role("login"), "me");
        Bed.Write($"{folder}/{Name(session)}", new JsonObject
        {
            ["accessToken"] = new JsonObject
            {
                ["accessKeyId"] = issued.AccessKey,
                ["secretAccessKey"] = issued.SecretKey,
                ["sessionToken"] = issued.SessionToken,
                ["accountId"] = AwsAccount.Id,
                ["expiresAt"] = TimeProvider.System.GetUtcNow().AddMinutes(minutes)
                    .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            },
            ["clientId"] = "arn:aws:signin:::devtools/same-device",
            ["refreshToken"] = "refresh",
            ["idToken"] = "id",
            ["dpopKey"] = "key",
        }.ToJsonString());
    }

    private string Arn(string name) => name switch
    {
        "dev" => Bed.User.Arn,
        Node or "db" or "second" => AwsAccount.Role(name),
        "process" => Bed.Account.Find("AKIAPROCESS") is { } known ? known.Arn : "AKIAPROCESS",
        _ => name,
    };

    private string Filled(string text)
    {
        Trusting("db", Bed.User.Arn);
        Trusting("second", AwsAccount.Role("db"));
        var program = Bed.Write("process.sh",
            """echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"x","Expiration":null}'""");
        return text.Replace("KEYS", Keys().TrimEnd(), StringComparison.Ordinal)
            .Replace("OTHER", OtherKeys.TrimEnd(), StringComparison.Ordinal)
            .Replace("= ID", $"= {Bed.User.AccessKey}", StringComparison.Ordinal)
            .Replace("= SECRET", $"= {Bed.User.SecretKey}", StringComparison.Ordinal)
            .Replace("PROCESS", $"/bin/sh {program}", StringComparison.Ordinal)
            .Replace("ROLE", AwsAccount.Role("db"), StringComparison.Ordinal)
            .Replace("SECOND", AwsAccount.Role("second"), StringComparison.Ordinal);
    }

    private const string Unset = "(unset)";

    /// <summary>Asserts who logs in: the principal of the credentials, or words of the error.</summary>
    private async Task AssertAsync(string expected, string? file = null, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>(Bed.Variables(), StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
            if (value == Unset)
            {
                environment.Remove(name);
            }
        }

        var found = await WhoAsync(environment);
        Assert.That(found, Does.Contain(expected).And.Contain(file ?? ""));
        Assert.That(found, Does.Not.Contain("secret/").And.Not.Contain(Other.Arn));
    }
}
