using Migrator.Iam.Aws;
using Migrator.Iam.Diagnosis;
using Migrator.Iam.Signing;

namespace Migrator.Tests.Iam;

/// <summary>The commands that a refusal offers, for each kind of endpoint.</summary>
internal sealed class RdsPolicyTests
{
    [TestCase("kongdb.c1abcdefghij.us-east-1.rds.amazonaws.com", "modify-db-instance --db-instance-identifier kongdb ", "db-RESOURCE-ID")]
    [TestCase("kong.cluster-c1abcdefghij.us-east-1.rds.amazonaws.com", "modify-db-cluster --db-cluster-identifier kong ",
        "cluster-RESOURCE-ID")]
    [TestCase("mine.cluster-custom-c1abcdefghij.us-east-1.rds.amazonaws.com", "modify-db-cluster --db-cluster-identifier CLUSTER ",
        "cluster-RESOURCE-ID")]
    [TestCase("kong.global-abcdefghij12.global.rds.amazonaws.com", "modify-db-cluster --db-cluster-identifier CLUSTER ",
        "cluster-RESOURCE-ID")]
    [TestCase("kong.proxy-c1abcdefghij.us-east-1.rds.amazonaws.com", "modify-db-proxy --db-proxy-name kong ", "prx-RESOURCE-ID")]
    [TestCase("ro.endpoint.proxy-c1abcdefghij.us-east-1.rds.amazonaws.com", "modify-db-proxy --db-proxy-name PROXY ", "prx-RESOURCE-ID")]
    [TestCase("db.example.com", "modify-db-instance --db-instance-identifier NAME ", "db-RESOURCE-ID")]
    public void The_command_names_the_resource_if_the_endpoint_does(string host, string command, string id)
    {
        Assert.That(RdsPolicy.Enable(Facts(host)), Does.StartWith("aws rds " + command));
        Assert.That(RdsPolicy.Statement(Facts(host), account: null), Does.Contain($":dbuser:{id}/kong"));
    }

    [Test]
    public void A_proxy_has_two_ways_to_take_tokens() => Assert.That(
        RdsPolicy.Enable(Facts("kong.proxy-c1abcdefghij.us-east-1.rds.amazonaws.com")), Does.Contain(
            "--region us-east-1 --auth '[{\"AuthScheme\":\"SECRETS\",\"IAMAuth\":\"REQUIRED\",\"SecretArn\":\"SECRET\"}]'").And
            .Contain("Or end to end, without secrets: aws rds modify-db-proxy --db-proxy-name kong --region us-east-1 "
                + "--default-auth-scheme IAM_AUTH"));

    [TestCase("kong.global-abcdefghij12.global.rds.amazonaws.com", "describe-global-clusters --global-cluster-identifier kong ")]
    [TestCase("ro.endpoint.proxy-c1abcdefghij.us-east-1.rds.amazonaws.com", "describe-db-proxy-endpoints --db-proxy-endpoint-name ro ")]
    [TestCase("kong.proxy-c1abcdefghij.us-east-1.rds.amazonaws.com", "describe-db-proxies --db-proxy-name kong ")]
    public void The_resource_id_is_looked_up_from_what_the_name_tells(string host, string command) =>
        Assert.That(RdsPolicy.LookUp(Facts(host)), Does.StartWith("aws rds " + command));

    [TestCase("kongdb.c1abcdefghij.us-east-1.rds.amazonaws.com", "describe-db-instances")]
    [TestCase("kong.cluster-c1abcdefghij.us-east-1.rds.amazonaws.com", "describe-db-clusters")]
    [TestCase("mine.cluster-custom-c1abcdefghij.us-east-1.rds.amazonaws.com", "describe-db-cluster-endpoints")]
    [TestCase("kong.global-abcdefghij12.global.rds.amazonaws.com", "describe-global-clusters")]
    [TestCase("kong.proxy-c1abcdefghij.us-east-1.rds.amazonaws.com", "describe-db-proxies")]
    [TestCase("ro.endpoint.proxy-c1abcdefghij.us-east-1.rds.amazonaws.com", "describe-db-proxy-endpoints")]
    [TestCase("db.example.com", "describe-db-instances")]
    public void The_endpoints_are_printed_for_the_kind_and_the_region(string host, string command) => Assert.That(
        RdsPolicy.Endpoints(Facts(host)), Does.StartWith($"aws rds {command} --query '").And.Contain("' --region us-east-1 --output text"));

    private static IamFacts Facts(string host) => new(
        new SigningEndpoint(host, 5432, RdsEndpoint.TryParse(host), "a test"), new AwsRegion("us-east-1", "a test"), "kong",
        AwsKeys.From("AKIAEXAMPLE", "key", sessionToken: null, expires: null, "a test"));
}
