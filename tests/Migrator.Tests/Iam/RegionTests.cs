using TestSupport;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>The region of a token, from the first source that has it, in the token that the built program prints.</summary>
internal sealed class RegionTests : IamTest
{
    private const string Frankfurt = "db.c1abcdefghij.eu-central-1.rds.amazonaws.com";

    [Test]
    public void The_name_in_pg_host() => AssertRegion("eu-central-1", [], ("pg_host", Frankfurt));

    [Test]
    public void The_name_in_iam_endpoint() =>
        AssertRegion("eu-central-1", [("MIGRATOR_IAM_ENDPOINT", Frankfurt)], ("pg_host", "127.0.0.1"));

    [Test]
    public void The_name_takes_precedence_over_AWS_REGION_with_a_message()
    {
        var result = AssertRegion("eu-central-1", [("AWS_REGION", "us-west-2")], ("pg_host", Frankfurt));
        Assert.That(result.Errors, Does.Contain("AWS_REGION says us-west-2, and the database is in eu-central-1 by its name"));
    }

    [TestCase("AWS_REGION")]
    [TestCase("AWS_DEFAULT_REGION")]
    public void A_region_that_is_set_and_empty_is_an_error(string variable)
    {
        // The test bed leaves empty variables out.
        var result = Bed.Run("token", [.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", ""), (variable, " ")]);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Errors);
        Assert.That(result.Errors, Does.Contain($"{variable} is set, and empty."));
    }

    [Test]
    public void AWS_REGION() => AssertRegion("us-west-2", [("AWS_REGION", "us-west-2"), ("AWS_DEFAULT_REGION", "us-west-1")]);

    [Test]
    public void AWS_DEFAULT_REGION() => AssertRegion("us-west-1", [("AWS_DEFAULT_REGION", "us-west-1"), .. Profile("eu-north-1")]);

    [Test]
    public void The_profile_s_region() => AssertRegion("eu-north-1", [.. Profile("eu-north-1"), Task]);

    [Test]
    public void ECS_task_metadata()
    {
        Bed.Metadata.Region = "ap-south-1";
        AssertRegion("ap-south-1", [Task, ("AWS_EC2_METADATA_DISABLED", "true")]);
    }

    [Test]
    public void EC2_instance_metadata()
    {
        Bed.Metadata.Region = "ap-south-2";
        AssertRegion("ap-south-2", []);
    }

    [Test]
    public void Without_a_region_the_error_names_every_source_and_no_connection_is_made()
    {
        var result = Bed.Run("status", [.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", ""), ("AWS_EC2_METADATA_DISABLED", "true")]);
        AssertFails(2, result, "The AWS region of the database is not known");
        foreach (var place in new[] { "pg_host", "--iam-endpoint", "AWS_REGION", "AWS_DEFAULT_REGION", "profile", "ECS task metadata",
            "EC2 instance metadata" })
        {
            Assert.That(result.Errors.Split('\n')[0], Does.Contain(place));
        }

        Assert.That(Bed.Front.Connections, Is.Zero);
    }

    [TestCase(0, "did not answer within 2 s")]
    [TestCase(500, "answered 500")]
    public void Instance_metadata_that_fails_is_named(int status, string what)
    {
        Bed.Metadata.Fault = _ => status;
        AssertFails(2, Bed.Run("status", [.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", "")]), "The AWS region of the database is not known",
            what);
    }

    private (string, string) Task => ("ECS_CONTAINER_METADATA_URI_V4", Bed.Metadata.Url);

    private (string, string)[] Profile(string region) =>
        [("AWS_CONFIG_FILE", Bed.Write("config", $"[default]\nregion = {region}\n")),
            ("AWS_SHARED_CREDENTIALS_FILE", Bed.Write("credentials", ""))];

    private ProcessResult AssertRegion(string region, (string, string)[] variables, params (string, string)[] settings)
    {
        var result = Bed.Run("token", [.. Bed.UserKeys, ("MIGRATOR_IAM_ENDPOINT", ""), .. variables], settings);
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(TokenVerifier.Parse(result.Output.Trim().Split("/?")[1])["X-Amz-Credential"].Split('/')[2], Is.EqualTo(region));
        return result;
    }
}
