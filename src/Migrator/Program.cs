using System.Runtime.InteropServices;
using Migrator.Commands;
using Migrator.Commands.Hosting;

// A library is never loaded from the working directory.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

MemoryLimit.Lower();
return await CommandLine.RunAsync(args, new HostEnvironment());
