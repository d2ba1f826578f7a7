namespace Migrations.Plugins.IpRestriction;

/// <summary>Renames the lists of the config to <c>allow</c> and <c>deny</c>.</summary>
[KongMigration("ip-restriction", 1, "001_200_to_210", "2.1.0")]
public sealed class M001_200_to_210 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }

    /// <inheritdoc />
    protected override void Finish() => AllowAndDeny.Rename(ConfigsOf("ip-restriction"));
}
