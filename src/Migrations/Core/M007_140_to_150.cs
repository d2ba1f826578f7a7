using Migrations.Dsl;

namespace Migrations.Core;

/// <summary>How a route joins paths; routes that are there already keep the behaviour of that time.</summary>
[KongMigration("core", 7, "007_140_to_150", "1.5.0")]
public sealed class M007_140_to_150 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Column("path_handling").OnTable("routes").AsString().WithDefaultValue("v1");
}
