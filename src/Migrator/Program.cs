using System.Runtime.InteropServices;
using Migrator.Commands;

// A library is never loaded from the working directory.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

return await Startup.RunAsync(args);
