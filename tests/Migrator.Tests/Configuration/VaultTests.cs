using Migrator.Configuration.Vaults;

namespace Migrator.Tests.Configuration;

/// <summary>Tests of references to secrets in the environment.</summary>
public sealed class VaultTests
{
    [TestCase("{vault://env/my-secret}", "MY_SECRET", "v", "v")]
    [TestCase("{vault://env/my.secret}", "MY.SECRET", "v", "v")]
    [TestCase("{vault://env/my%2Dsecret}", "MY_SECRET", "v", "v")]
    [TestCase("{vault://env/my_secret/}", "MY_SECRET", "v", "v")]
    [TestCase("{vault://env//my_secret}", "MY_SECRET", "v", "v")]
    [TestCase("{vault://env/a/b/c}", "A/B", "{\"c\": \"v\"}", "v")]
    [TestCase("{vault://env/s/k}", "S", "{\"k\": \"a\", \"o\": {\"k\": \"x\"}, \"k\": \"b\"}", "b")]
    [TestCase("{vault://env/s/k}", "S", "{\"k\": \"line\nline\\u0021\"}", "line\nline!")]
    [TestCase("{vault://env/s?prefix=app-}", "APP_S", "v", "v")]
    [TestCase("{vault://env/s?prefix=1bad}", "S", "v", "v")]
    [TestCase("{vault://env/s?prefix=a_&prefix=b_}", "S", "v", "v")]
    [TestCase("{vault://env/s\\#1}", "S", "v", "v")]
    [TestCase("{vault://env/s\\#2}", "S_PREVIOUS", "v", "v")]
    [TestCase("{vault://env/s}", "S", "  0123 # {vault://env/x} ", "0123 # {vault://env/x}")]
    [TestCase("{vault://env/kong-pg-user}", "KONG_PG_USER", "v", "v")]
    public void A_reference_is_resolved(string reference, string name, string value, string expected) =>
        Assert.That(Conf.Settings($"pg_password = {reference}", (name, value)).Text("pg_password"), Is.EqualTo(expected));

    [TestCase("{vault://env/s/k}", "[\"k\"]")]
    [TestCase("{vault://env/s/k}", "{\"k\": 1}")]
    [TestCase("{vault://env/s/k}", "{\"k\": null}")]
    [TestCase("{vault://env/s/k}", "{\"o\": {\"k\": \"v\"}}")]
    [TestCase("{vault://env/s/k}", "{\"k\": \"v\"} x")]
    [TestCase("{vault://env/s/k}", "{\"k\": \"\\ud800\"}")]
    [TestCase("{vault://env/s/k}", "")]
    [TestCase("{vault://env/S/t}", "{\"k\": \"v\"}")]
    [TestCase("{vault://env/s\\#x}", "v")]
    [TestCase("{vault://env/}", "v")]
    [TestCase("{vault://env//}", "v")]
    [TestCase("{vault:///s}", "v")]
    [TestCase("{vault://}", "v")]
    [TestCase("{vault://hcv/s}", "v")]
    public void A_reference_that_cannot_be_resolved_is_refused_by_its_name(string reference, string value) =>
        Assert.That(Conf.Errors($"pg_password = {reference}", ("S", value)).Single().Message, Does.Contain("cannot be resolved"));

    [TestCase("hcv", "HashiCorp Vault (vault hcv)")]
    [TestCase("aws", "AWS Secrets Manager (vault aws)")]
    [TestCase("mine", "no vault called 'mine'")]
    public void For_another_vault_the_error_names_it_and_the_ways_to_give_the_value(string vault, string name) => Assert.That(
        Conf.Errors($"pg_password = {{vault://{vault}/s}}").Single().Message,
        Does.Contain(name).And.Contain("KONG_PG_PASSWORD,").And.Contain("KONG_PG_PASSWORD_FILE"));

    [Test]
    public void The_result_has_the_type_of_the_setting()
    {
        var settings = Conf.Settings(
            "pg_port = {vault://env/port}\npg_ssl = {vault://env/ssl}\nlog_level = {vault://env/level}", ("PORT", " 0x1538 "),
            ("SSL", "on"), ("LEVEL", "info"));
        Assert.That((settings.Number("pg_port"), settings.IsOn("pg_ssl"), settings.Text("log_level")), Is.EqualTo((5432d, true, "info")));
        Assert.That(settings["pg_port"].Source.ToString(), Does.Match(@"^vault \{vault://env/port\} \(.*kong\.conf:1\)$"));
    }

    [Test]
    public void Vaults_can_name_env_or_bundled()
    {
        Assert.That(Conf.Settings("vaults = custom, env\npg_user = {vault://env/s}", ("S", "v")).Text("pg_user"), Is.EqualTo("v"));
        Assert.That(Conf.Errors("vaults = custom\npg_user = {vault://env/s}", ("S", "v")), Has.Count.EqualTo(1));
        Assert.That(Conf.Errors("vaults =\npg_user = {vault://env/s}", ("S", "v")), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_list_can_contain_references_each_for_one_item() => Assert.That(
        Conf.Settings("plugins = a, {vault://env/s}, {vault://env/none}", ("S", "b,c ")).List("plugins"),
        Is.EqualTo(new[] { "a", "b,c", "{vault://env/none}" }));

    [Test]
    public void A_list_for_the_connection_needs_every_reference_resolved() => Assert.That(
        Conf.Errors("lua_ssl_trusted_certificate = {vault://env/none}, system").Single().Message, Does.Contain("cannot be resolved"));

    [TestCase("{vault://env/s}", true)]
    [TestCase("{vault://env/s} ", false)]
    [TestCase("{Vault://env/s}", false)]
    [TestCase("x{vault://env/s}", false)]
    public void Only_a_whole_value_is_a_reference(string text, bool isReference) =>
        Assert.That(VaultReference.Is(text), Is.EqualTo(isReference));
}
