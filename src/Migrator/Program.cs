using Migrations;
using Migrator.Running;
using Migrator.Running.Compiling;

foreach (var subsystem in Catalogue.Subsystems)
{
    foreach (var entry in subsystem.Migrations)
    {
        foreach (var phase in entry.HasFinish ? new[] { Phase.Up, Phase.Finish } : [Phase.Up])
        {
            foreach (var s in MigrationCompiler.Compile(entry.Create(), phase))
            {
                await Console.Out.WriteLineAsync(s.Sql + ";");
            }
        }
    }
}
