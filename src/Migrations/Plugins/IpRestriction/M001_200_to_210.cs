using Migrations.Dsl;

namespace Migrations.Plugins.IpRestriction;

/// <summary>Lists that say what they do.</summary>
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
