using Migrator.Commands;
using Migrator.Commands.Hosting;

return await CommandLine.RunAsync(args, new HostEnvironment());
