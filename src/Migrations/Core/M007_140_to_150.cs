namespace Migrations.Core;

/// <summary>Adds the rule by which a route joins paths; existing routes keep the behaviour of 1.4 (<c>v1</c>).</summary>
[KongMigration("core", 7, "007_140_to_150", "1.5.0")]
public sealed class M007_140_to_150 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Column("path_handling").OnTable("routes").AsString().WithDefaultValue("v1");
}
