// DbUp as its documentation has it: every script of a folder, in one transaction. Arguments: the connection string, the folder.
using DbUp;

var result = DeployChanges.To.PostgresqlDatabase(args[0])
    .WithScriptsFromFileSystem(args[1])
    .WithVariablesDisabled()
    .WithTransaction()
    .LogToNowhere()
    .Build()
    .PerformUpgrade();
if (!result.Successful)
{
    Console.Error.WriteLine(result.Error);
    return 1;
}

return 0;
