using System.Diagnostics;
using System.Text.Json.Nodes;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>
/// Variables that name several sources of credentials, or none: whoever logs in is the one that <c>aws sts get-caller-identity</c> names,
/// or the run ends with the reason. The AWS CLI itself is asked too, where it is installed.
/// </summary>
internal sealed class AwsVariableTests : IamTest
{
    private const string TwoSources = "Two sources of AWS credentials are configured, and it is not clear which is meant: ";

    private const string Token = "jwt-of-the-pod";
    private const string Web = "AWS_WEB_IDENTITY_TOKEN_FILE=TOKEN\nAWS_ROLE_ARN=IRSA";
    private const string Container = "AWS_CONTAINER_CREDENTIALS_FULL_URI=TASK";
    private const string EnvironmentKeys = "AWS_ACCESS_KEY_ID=ID\nAWS_SECRET_ACCESS_KEY=SECRET";

    // The files: [default] and [other] have keys of others, [mine] has the user's, [role] assumes the role db with the environment's keys,
    // [chain] with those of [mine], [web] has a web identity and keys. The home directory has them in "files", not in .aws.
    private const string Files = "AWS_SHARED_CREDENTIALS_FILE=HOME/files/credentials\nAWS_CONFIG_FILE=HOME/files/config";

    [TestCase(Web, "irsa")]
    [TestCase(Container, "task")]
    [TestCase($"{Web}\n{Container}", TwoSources + "AWS_CONTAINER_CREDENTIALS_FULL_URI, which the gateway takes, and "
        + "AWS_WEB_IDENTITY_TOKEN_FILE, which the AWS CLI takes. ")]
    [TestCase($"{Web}\nAWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2", TwoSources + "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, which")]
    [TestCase($"{Container}\nAWS_WEB_IDENTITY_TOKEN_FILE=TOKEN", TwoSources + "AWS_CONTAINER_CREDENTIALS_FULL_URI, which")]
    [TestCase($"{Container}\nAWS_WEB_IDENTITY_TOKEN_FILE=\nAWS_ROLE_ARN=IRSA", "task")]
    [TestCase($"{EnvironmentKeys}\n{Web}\n{Container}", "dev")]
    [TestCase($"{Files}\n{Web}", TwoSources + "profile 'default', which the gateway takes, and AWS_WEB")]
    [TestCase($"{Files}\n{Web}\nAWS_PROFILE=mine", TwoSources + "profile 'mine', which the gateway takes, and")]
    [TestCase($"{Files}\n{Web}\nAWS_PROFILE=region", "irsa")]
    [TestCase($"{Files}\n{Web}\n{Container}\nAWS_PROFILE=region", TwoSources + "AWS_CONTAINER_CREDENTIALS_FULL_URI")]
    [TestCase($"{Files}\n{Web}\nAWS_PROFILE=chain", "db")]
    [TestCase($"{Files}\n{Web}\n{Container}\nAWS_PROFILE=web", "irsa")]
    [TestCase($"{Files}\n{Web}\n{EnvironmentKeys}", "dev")]
    [TestCase($"{Files}\n{EnvironmentKeys}\nAWS_PROFILE=other", "dev")]
    [TestCase($"{Files}\n{EnvironmentKeys}\nAWS_PROFILE=role", "AWS_PROFILE names profile 'role', which assumes a role with the keys in "
        + "the environment; with these keys set, the gateway and the AWS CLI look at no profile.")]
    [TestCase($"{Files}\n{EnvironmentKeys}\nAWS_DEFAULT_PROFILE=role", "AWS_DEFAULT_PROFILE names profile 'role', which")]
    [TestCase($"{Files}\n{EnvironmentKeys}\nAWS_PROFILE=none", "AWS_PROFILE is 'none', and there is no such profile.")]
    [TestCase($"{Files}\n{Web}\nAWS_PROFILE=none", "AWS_PROFILE is 'none', and there is no such profile.")]
    public Task Two_sources(string variables, string expected) => AssertAsync(variables, expected);

    [TestCase("AWS_SHARED_CREDENTIALS_FILE=", "AWS_SHARED_CREDENTIALS_FILE is set, and empty.")]
    [TestCase("AWS_CONFIG_FILE=", "AWS_CONFIG_FILE is set, and empty.")]
    [TestCase("AWS_CONFIG_FILE= ", "AWS_CONFIG_FILE is set, and empty.")]
    [TestCase($"{Container}\nAWS_CONFIG_FILE=", "AWS_CONFIG_FILE is set, and empty.")]
    [TestCase("AWS_PROFILE=", "AWS_PROFILE is set, and empty.")]
    [TestCase("AWS_DEFAULT_PROFILE=", "AWS_DEFAULT_PROFILE is set, and empty.")]
    [TestCase($"{Files}\nAWS_PROFILE=mine\nAWS_DEFAULT_PROFILE=", "AWS_DEFAULT_PROFILE is set, and empty.")]
    [TestCase($"{EnvironmentKeys}\nAWS_PROFILE=", "AWS_PROFILE is set, and empty.")]
    [TestCase("HOME=", "node")]
    public Task A_variable_of_the_files_that_is_set_and_empty(string variables, string expected)
    {
        WriteHome("[default]\n" + Keys());
        return AssertAsync(variables, expected);
    }

    [TestCase("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set, and empty.")]
    [TestCase("AWS_CONTAINER_CREDENTIALS_FULL_URI= ", "AWS_CONTAINER_CREDENTIALS_FULL_URI is set, and empty.")]
    [TestCase($"{Container}\nAWS_CONTAINER_CREDENTIALS_RELATIVE_URI=", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set, and empty.")]
    [TestCase($"{Container}\nAWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is set, and empty.")]
    [TestCase($"{Files}\nAWS_PROFILE=web\nAWS_WEB_IDENTITY_TOKEN_FILE=", "AWS_WEB_IDENTITY_TOKEN_FILE is set, and empty.")]
    [TestCase($"{Files}\nAWS_PROFILE=web\nAWS_ROLE_ARN=", "AWS_ROLE_ARN is set, and empty.")]
    [TestCase($"{Web}\nAWS_ROLE_SESSION_NAME=", "AWS_ROLE_SESSION_NAME is set, and empty.")]
    [TestCase("AWS_EC2_METADATA_SERVICE_ENDPOINT=", "AWS_EC2_METADATA_SERVICE_ENDPOINT is set, and empty.")]
    [TestCase("AWS_WEB_IDENTITY_TOKEN_FILE=TOKEN\nAWS_ROLE_ARN=", "names a web identity token and no role")]
    [TestCase("AWS_WEB_IDENTITY_TOKEN_FILE= \nAWS_ROLE_ARN=IRSA", "The web identity token   (AWS_WEB_IDENTITY_TOKEN_FILE) cannot be read")]
    [TestCase("AWS_ACCESS_KEY_ID=\nAWS_SECRET_ACCESS_KEY=", "node")]
    [TestCase("AWS_ACCESS_KEY_ID= \nAWS_SECRET_ACCESS_KEY=x", "AWS_ACCESS_KEY_ID is empty")]
    public Task A_variable_that_is_set_and_empty(string variables, string expected) => AssertAsync(variables, expected);

    [TestCase("AWS_CONFIG_FILE=HOME/files/config ", "AWS_CONFIG_FILE names ")]
    [TestCase($"{Files} \nAWS_PROFILE=chain", "AWS_PROFILE is 'chain', and there is no such profile")]
    [TestCase($"{Files}\nAWS_PROFILE= mine ", "AWS_PROFILE is ' mine ', and there is no such profile")]
    [TestCase("HOME=HOME ", "node")]
    [TestCase("HOME=HOME/", "dev")]
    public Task Blanks_belong_to_a_value(string variables, string expected)
    {
        WriteHome($"[default]\n{(variables.StartsWith("HOME=", StringComparison.Ordinal) ? Keys() : "region = us-east-1")}\n");
        return AssertAsync(variables, expected);
    }

    [TestCase("AWS_PROFILE=mine\nAWS_DEFAULT_PROFILE=other", "AWS_PROFILE is 'mine', and AWS_DEFAULT_PROFILE is 'other'.")]
    [TestCase("AWS_PROFILE=mine\nAWS_DEFAULT_PROFILE=none", "AWS_PROFILE is 'mine', and AWS_DEFAULT_PROFILE is 'none'.")]
    [TestCase("AWS_PROFILE=mine\nAWS_DEFAULT_PROFILE=mine", "dev")]
    [TestCase("AWS_DEFAULT_PROFILE=mine", "dev")]
    public Task Two_variables_that_name_a_profile(string variables, string expected) => AssertAsync($"{Files}\n{variables}", expected);

    [TestCase("AWS_SHARED_CREDENTIALS_FILE=~root/x", "AWS_SHARED_CREDENTIALS_FILE is '~root/x'")]
    [TestCase("AWS_CONFIG_FILE=~root", "AWS_CONFIG_FILE is '~root'")]
    [TestCase("AWS_CONFIG_FILE=$WHO/x\nWHO=~root", "AWS_CONFIG_FILE is '~root/x'")]
    [TestCase("BOTO_CONFIG=~root/x", "BOTO_CONFIG is '~root/x'")]
    [TestCase("AWS_CONFIG_FILE=~/files/config\nAWS_SHARED_CREDENTIALS_FILE=~/files/credentials\nAWS_PROFILE=mine", "dev")]
    [TestCase("AWS_CONFIG_FILE=./~root", "AWS_CONFIG_FILE names ./~root, which does not exist")]
    public Task The_home_directory_of_another_user(string variables, string expected) => AssertAsync(variables, expected);

    [TestCase("", "boto", "HOME/.boto has AWS keys, and migrator does not read files of boto 2")]
    [TestCase(Container, "boto", "HOME/.boto has AWS keys")]
    [TestCase("BOTO_CONFIG=~/other.cfg", "boto", "HOME/other.cfg has AWS keys")]
    [TestCase("BOTO_CONFIG=", "boto", "node", Description = "no file of boto")]
    [TestCase("BOTO_CONFIG=HOME/missing", "boto", "node")]
    [TestCase("", "[Credentials]\ngs_oauth2_refresh_token = x\n[GSUtil]\naws_access_key_id = x", "node")]
    [TestCase("", "words", "HOME/.boto, line 1: it stands before the first section")]
    [TestCase("", "[Credentials]\naws_access_key_id = a\naws_access_key_id = b", "HOME/.boto, line 3: the same setting")]
    [TestCase(Web, "boto", "irsa")]
    [TestCase(EnvironmentKeys, "boto", "dev")]
    [TestCase($"{Files}\nAWS_PROFILE=mine", "boto", "dev")]
    [TestCase("AWS_CREDENTIAL_FILE=~/ec2", "", "AWS_CREDENTIAL_FILE names HOME/ec2, and migrator does not read files of the EC2")]
    [TestCase($"{Container}\nAWS_CREDENTIAL_FILE=HOME/ec2", "", "AWS_CREDENTIAL_FILE names HOME/ec2")]
    [TestCase("AWS_CREDENTIAL_FILE=HOME/missing", "", "AWS_CREDENTIAL_FILE names HOME/missing")]
    [TestCase("AWS_CREDENTIAL_FILE=", "", "AWS_CREDENTIAL_FILE is set, and empty.")]
    [TestCase($"{EnvironmentKeys}\nAWS_CREDENTIAL_FILE=HOME/ec2", "", "dev")]
    public Task Files_of_older_tools(string variables, string boto, string expected)
    {
        var text = boto == "boto" ? "[Credentials]\naws_access_key_id = AKIABOTO\naws_secret_access_key = x\n" : boto;
        Bed.Write(".boto", text);
        Bed.Write("other.cfg", text);
        Bed.Write("ec2", "AWSAccessKeyId=AKIAEC2\nAWSSecretKey=x\n");
        return AssertAsync(variables, expected);
    }

    [Test]
    public void A_run_with_two_sources_ends_as_after_a_wrong_setting()
    {
        AssertFails(2, Bed.Run("status", Pairs($"{Web}\n{Container}")), TwoSources);
        AssertFails(2, Bed.Run("status", [("AWS_PROFILE", "a"), ("AWS_DEFAULT_PROFILE", "b")]), "AWS_PROFILE is 'a'");
        Assert.That(Bed.Front.Connections, Is.Zero);
    }

    [Test]
    public async Task The_remedies_of_two_sources_help()
    {
        await AssertAsync($"{Web}\n{Container}", "unset AWS_WEB_IDENTITY_TOKEN_FILE");
        await AssertAsync($"{Web}\n{Container}", "unset AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI");
        await AssertAsync($"{Files}\n{Web}\nAWS_PROFILE=mine",
            "unset AWS_PROFILE AWS_DEFAULT_PROFILE; export AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_CONFIG_FILE=/dev/null");
        await AssertAsync($"{Web}\nAWS_SHARED_CREDENTIALS_FILE=/dev/null\nAWS_CONFIG_FILE=/dev/null", "irsa");
        await AssertAsync($"{Files}\n{EnvironmentKeys}\nAWS_PROFILE=role", $"pg_iam_auth_assume_role_arn = {AwsAccount.Role("db")}");
    }

    private void WriteHome(string credentials) => Bed.Write(".aws/credentials", credentials);

    private (string Name, string Value)[] Pairs(string text)
    {
        var other = Keys(Bed.Account.CreateUser("other"));
        Bed.Write("files/credentials", $"[default]\n{other}[other]\n{other}[mine]\n{Keys()}");
        Bed.Write("files/config", $"[profile role]\nrole_arn = {Trusting("db", Bed.User.Arn)}\ncredential_source = Environment\n"
            + $"[profile chain]\nrole_arn = {AwsAccount.Role("db")}\nsource_profile = mine\n[profile region]\nregion = us-east-1\n"
            + $"[profile web]\nrole_arn = {Trusting("irsa", Token)}\nweb_identity_token_file = {Bed.Write("jwt", Token)}\n{other}");
        var pairs = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2));
        return [.. pairs.Select(pair => (pair[0], pair[1] switch
        {
            "TOKEN" => Path.Combine(Bed.Folder, "jwt"),
            "IRSA" => AwsAccount.Role("irsa"),
            "TASK" => Bed.Metadata.Url + MetadataServers.TaskPath,
            "ID" => Bed.User.AccessKey,
            "SECRET" => Bed.User.SecretKey,
            var value => value.Replace("HOME", Bed.Folder, StringComparison.Ordinal),
        }))];
    }

    private async Task AssertAsync(string variables, string expected)
    {
        var environment = new Dictionary<string, string>(Bed.Variables(), StringComparer.Ordinal);
        foreach (var (name, value) in Pairs(variables))
        {
            environment[name] = value;
        }

        var found = await WhoAsync(environment);
        var principal = expected == "dev" ? Bed.User.Arn : expected.All(char.IsAsciiLetterLower) ? AwsAccount.Role(expected) : null;
        Assert.That(found, principal is null
            ? Does.Contain(expected.Replace("HOME", Bed.Folder, StringComparison.Ordinal)) : Is.EqualTo(principal));
        if (principal is not null && CallerIdentity(environment) is { } identity)
        {
            Assert.That(identity, Is.EqualTo(principal), "the AWS CLI");
        }
    }

    /// <summary>Whom the AWS CLI names, or its error; null if it is not installed.</summary>
    private static string? CallerIdentity(Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "command -v aws > /dev/null || exit 99; aws sts get-caller-identity"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["AWS_DEFAULT_REGION"] = "us-east-1";
        start.Environment["AWS_PAGER"] = "";

        // Otherwise it gives up after a second.
        start.Environment["AWS_METADATA_SERVICE_TIMEOUT"] = "60";

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode switch
        {
            99 => null,
            0 => PrincipalOf(JsonNode.Parse(output)!["Arn"]!.GetValue<string>()),
            _ => errors.Result,
        };
    }

    private static string PrincipalOf(string arn) => arn.Split('/') is [_, var role, _] ? AwsAccount.Role(role) : arn;
}
