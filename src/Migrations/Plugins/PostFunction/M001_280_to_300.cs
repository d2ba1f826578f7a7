namespace Migrations.Plugins.PostFunction;

/// <summary>Renames the functions of a config to the phase in which they run.</summary>
[KongMigration("post-function", 1, "001_280_to_300", "3.0.0")]
public sealed class M001_280_to_300 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up() => Functions.CopyToAccess(ConfigsOf("post-function"));

    /// <inheritdoc />
    protected override void Finish() => Functions.Remove(ConfigsOf("post-function"));
}
