using Migrator.Commands;
using Migrator.Commands.Hosting;

MemoryLimit.Lower();
return await CommandLine.RunAsync(args, new HostEnvironment());
