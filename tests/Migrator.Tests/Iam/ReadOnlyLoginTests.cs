using System.Globalization;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>The read-only connection: its own settings, and those it inherits from the other connection.</summary>
internal sealed class ReadOnlyLoginTests : IamTest
{
    private (string, string)[] ReadOnly =>
    [
        ("pg_ro_host", "127.0.0.1"), ("pg_ro_port", Bed.Front.Port.ToString(CultureInfo.InvariantCulture)), ("pg_ro_user", "kong_ro"),
    ];

    [SetUp]
    public void Users()
    {
        Bed.Front.IamUsers["kong_ro"] = [];
        Bed.Database.Execute(
            "DO $$ BEGIN CREATE ROLE kong_ro LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
    }

    [TestCase("status")]
    [TestCase("list")]
    public void It_logs_in_with_a_token_as_the_other_connection(string command)
    {
        var result = Bed.Run(command + " --read-only", Bed.UserKeys, ReadOnly);
        Assert.That(result.ExitCode, Is.AnyOf(0, 3), result.Errors);
        Assert.That(Bed.Front.Logins.Select(l => (l.User, l.Refusal)), Is.EqualTo(new[] { ("kong_ro", (string?)null) }));
    }

    [Test]
    public void The_role_is_not_inherited()
    {
        var result = Bed.Run("status --read-only", Bed.UserKeys, [.. ReadOnly, ("pg_iam_auth_assume_role_arn", AwsAccount.Role("db"))]);
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(Bed.Sts.Calls, Is.Empty);
    }

    [Test]
    public void Its_own_role_session_name_and_endpoint()
    {
        Bed.Account.Roles[AwsAccount.Role("db-ro")] = [Bed.User.Arn];
        Bed.Front.IamUsers["kong_ro"] = [AwsAccount.Role("db-ro")];
        var result = Bed.Run(
            "status --read-only",
            [.. Bed.UserKeys, ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")],
            [.. ReadOnly, ("pg_ro_iam_auth_assume_role_arn", AwsAccount.Role("db-ro")), ("pg_ro_iam_auth_role_session_name", "reader"),
                ("pg_ro_iam_auth_sts_endpoint_url", Bed.Sts.Url)]);
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(Bed.Sts.Calls.Select(c => c.Session), Is.EqualTo(new[] { "reader" }));
    }

    [Test]
    public void IAM_for_the_read_only_connection_does_not_change_the_other_login()
    {
        Bed.Front.IamUsers.TryRemove("kong", out _);
        Bed.Front.Passwords["kong"] = Bed.Secret("pw-of-kong");
        (string, string)[] settings =
            [.. ReadOnly, ("pg_iam_auth", "off"), ("pg_ro_iam_auth", "on"), ("pg_password", "pw-of-kong"), ("pg_ssl", "on"),
            ("pg_ssl_verify", "off")];
        var readWrite = Bed.Run("status", Bed.UserKeys, settings);
        var readOnly = Bed.Run("status --read-only", Bed.UserKeys, settings);
        Assert.That((readWrite.ExitCode, readOnly.ExitCode), Is.EqualTo((0, 0)), readWrite.Errors + readOnly.Errors);
        Assert.That(Bed.Front.Logins.Select(l => (l.User, IsPassword: l.Password == "pw-of-kong")),
            Is.EqualTo(new[] { ("kong", true), ("kong_ro", false) }));
    }

    [Test]
    public void IAM_off_for_the_read_only_connection_uses_a_password()
    {
        Bed.Front.IamUsers.TryRemove("kong_ro", out _);
        Bed.Front.Passwords["kong_ro"] = Bed.Secret("pw-of-reader");
        var result = Bed.Run(
            "status --read-only", Bed.UserKeys,
            [.. ReadOnly, ("pg_ro_iam_auth", "off"), ("pg_ro_password", "pw-of-reader"), ("pg_ro_ssl", "on"), ("pg_ro_ssl_verify", "off")]);
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
    }

    [Test]
    public void Without_pg_ro_host_there_is_no_read_only_connection() =>
        AssertFails(2, Bed.Run("status --read-only", Bed.UserKeys), "pg_ro_host is not set");
}
