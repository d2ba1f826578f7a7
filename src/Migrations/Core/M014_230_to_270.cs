namespace Migrations.Core;

/// <summary>Adds a switch that turns a service off.</summary>
[KongMigration("core", 14, "014_230_to_270", "2.7.0")]
public sealed class M014_230_to_270 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Column("enabled").OnTable("services").AsBoolean().WithDefaultValue(true);
}
