using System.Globalization;
using System.Text.Json;
using Migrator.Iam.Aws;
using Migrator.Iam.Signing;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>Tokens at fixed times, compared with those of AWS's own signers: the same parameters, including the signature.</summary>
internal sealed class RdsAuthTokenTests
{
    [TestCaseSource(nameof(Cases))]
    public void The_parameters_are_those_of_the_official_signers(JsonElement vector)
    {
        var keys = AwsKeys.From(
            Text(vector, "access_key")!, Text(vector, "secret_key")!, Text(vector, "session_token"), expires: null, "test");
        var time = DateTimeOffset.Parse(Text(vector, "time")!, CultureInfo.InvariantCulture);
        var token = RdsAuthToken.Generate(
            keys, Text(vector, "region")!, Text(vector, "host")!, vector.GetProperty("port").GetInt32(), Text(vector, "user")!, time,
                RdsAuthToken.Life).Reveal();
        var (address, query) = (token.Split("/?", 2)[0], token.Split("/?", 2)[1]);
        var expected = vector.GetProperty("expect");
        Assert.Multiple(() =>
        {
            Assert.That(address, Is.EqualTo(Text(expected, "host_port")));
            Assert.That(
                TokenVerifier.Parse(query),
                Is.EquivalentTo(expected.GetProperty("parameters").EnumerateObject()
                    .ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal)));
            Assert.That(token, Has.Length.EqualTo(expected.GetProperty("length").GetInt32()));
        });
    }

    [Test]
    public void A_host_is_signed_in_lower_case_and_without_a_final_dot() => Assert.That(
        Sign("KongDB.c1abcdefghij.US-EAST-1.rds.amazonaws.com."), Is.EqualTo(Sign("kongdb.c1abcdefghij.us-east-1.rds.amazonaws.com")));

    [Test]
    public void An_empty_session_token_is_left_out() => Assert.That(
        AwsKeys.From("AKID", "key", "", expires: null, "test").SessionToken, Is.Null);

    [Test]
    public void Printing_credentials_shows_no_secret() => Assert.That(
        AwsKeys.From("AKID", "the-key", "the-token", expires: null, "test").ToString(),
            Does.Contain("AKID").And.Not.Contain("the-key").And.Not.Contain("the-token"));

    private static string Sign(string host) => RdsAuthToken.Generate(
        AwsKeys.From("AKID", "key", sessionToken: null, expires: null, "test"), "us-east-1", host, 5432, "kong", DateTimeOffset.UnixEpoch,
            RdsAuthToken.Life).Reveal();

    private static IEnumerable<TestCaseData> Cases()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Iam", "data", "token_vectors.json"));
        return [.. JsonDocument.Parse(file).RootElement.GetProperty("cases").EnumerateArray()
            .Select(c => new TestCaseData(c).SetArgDisplayNames(Text(c, "id")!))];
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
