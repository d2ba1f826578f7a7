// FluentMigrator's runner as its documentation has it, with one migration that executes a script. Arguments: the connection string, the
// script.
using FluentMigrator;
using FluentMigrator.Runner;
using Microsoft.Extensions.DependencyInjection;

Bootstrap.Script = args[1];
using var services = new ServiceCollection()
    .AddFluentMigratorCore()
    .ConfigureRunner(runner => runner
        .AddPostgres()
        .WithGlobalConnectionString(args[0])
        .ScanIn(typeof(Bootstrap).Assembly).For.Migrations())
    .BuildServiceProvider();
services.GetRequiredService<IMigrationRunner>().MigrateUp();

[Migration(1)]
public sealed class Bootstrap : Migration
{
    public static string Script { get; set; } = "";

    public override void Up() => Execute.Script(Script);

    public override void Down() => throw new NotSupportedException();
}
