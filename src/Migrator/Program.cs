using Migrator.Commands;

return await CommandLine.RunAsync(args);
