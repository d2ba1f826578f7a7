using Migrations.Dsl;

namespace Migrations.Tests;

/// <summary>Tests of the gateway's schema in SQL, with any characters in its name.</summary>
public sealed class GatewaySchemaTests
{
    [TestCase("public", "\"public\".\"routes\"")]
    [TestCase("Gate way", "\"Gate way\".\"routes\"")]
    [TestCase("a\"b", "\"a\"\"b\".\"routes\"")]
    public void A_name_is_qualified_with_its_schema(string schema, string sql) =>
        Assert.That(new GatewaySchema(schema).Qualify("routes"), Is.EqualTo(sql));

    [Test]
    public void A_literal_doubles_quotes() =>
        Assert.That(new GatewaySchema("it's").Regclass("routes"), Is.EqualTo("'\"it''s\".\"routes\"'::regclass"));

    [TestCase("public", true)]
    [TestCase("$user", true)]
    [TestCase("a$b", true)]
    [TestCase("a$b c$", true)]
    [TestCase("a$$b", false)]
    [TestCase("a$tag$b", false)]
    [TestCase("$rewrite$", false)]
    [TestCase("a\nb", false)]
    [TestCase("sixty-three-bytes-are-what-postgresql-keeps-of-a-name-in-sql-abc", false)]
    [TestCase("sixty-three-bytes-are-what-postgresql-keeps-of-a-name-in-sql-ab", true)]
    public void A_name_that_would_end_a_function_body_or_be_truncated_is_not_usable(string schema, bool isUsable) =>
        Assert.That(new GatewaySchema(schema).IsUsable, Is.EqualTo(isUsable));
}
