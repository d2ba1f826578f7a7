namespace Migrator.Tests.Commands;

/// <summary>Messages for a user who does not have the rights of the tables' owner.</summary>
internal sealed class TableOwnerTests : CommandTest
{
    [Test]
    public void A_user_who_does_not_own_the_tables_is_named_with_the_owner_and_the_GRANT_that_helps()
    {
        StartBootstrapped("3.4");
        var (owner, user) = ($"{Database.Name}_owner", $"{Database.Name}_user");
        Database.Execute(
            $"""
            CREATE ROLE {owner}; CREATE ROLE {user} LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO {user};
            ALTER SCHEMA public OWNER TO {owner};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user};
            DO $$ DECLARE t text; BEGIN
              FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                EXECUTE format('ALTER TABLE %I OWNER TO {owner}', t);
              END LOOP;
            END $$
            """);
        var grant = $"GRANT \"{owner}\" TO \"{user}\";";

        var check = Migrator("check", ("pg_user", user));
        var up = Migrator("up", ("pg_user", user));
        Database.Execute($"REVOKE SELECT ON schema_meta FROM {user}");
        var list = Migrator("list", ("pg_user", user));
        Database.Execute(grant);
        var member = Migrator("up", ("pg_user", user));
        Assert.Multiple(() =>
        {
            Assert.That(check.ExitCode, Is.EqualTo(1));
            Assert.That(check.Output, Does.Contain("[FAIL] rw owns the tables").And.Contain(grant));
            Assert.That(up.ExitCode, Is.EqualTo(9));
            Assert.That(up.Errors, Does.Contain($"of the gateway's tables belong to '{owner}'").And.Contain(grant));
            Assert.That(list.ExitCode, Is.EqualTo(9));
            Assert.That(list.Errors, Does.Contain($"GRANT SELECT ON ALL TABLES IN SCHEMA \"public\" TO \"{user}\";"));
            Assert.That(member.ExitCode, Is.Zero, member.Errors);
        });
    }
}
