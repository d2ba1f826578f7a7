using System.Runtime.InteropServices;
using System.Text;

namespace Migrator.Native;

/// <summary>
/// LuaJIT. It runs only chunks of this program: of a chunk from outside the syntax is checked. Whatever may fail runs in a protected call
/// of the library, so that no error of Lua leaves it.
/// </summary>
internal static class Lua
{
    /// <summary>The longest source that is checked, in bytes. The gateway takes no more in one request.</summary>
    private const int MaxSource = 1 << 20;

    // Kilobytes. A state that has become larger is closed.
    private const int MaxKept = 8 << 10;

    private const int Ok = 0;
    private const int SyntaxError = 3;
    private const int AllResults = -1;
    private const int CountKilobytes = 3;
    private const int NilType = 0;
    private const int NumberType = 3;
    private const int StringType = 4;
    private const byte FirstOfBytecode = 0x1b;

    // What reads files, or runs what it is given.
    private const string Prelude = "dofile, loadfile, load, loadstring = nil";

    private static readonly Lock Gate = new();
    private static readonly byte[] TextOnly = "t\0"u8.ToArray();
    private static readonly byte[] OwnName = "=migrator\0"u8.ToArray();
    private static nint state;

    /// <summary>Checks the syntax of a chunk, without running it.</summary>
    /// <param name="source">The chunk.</param>
    /// <param name="name">Its name in the message, after an equals sign; null for its first line.</param>
    /// <returns>The compiler's message; null if the chunk is valid, or if it is not known: bytecode, or more than a megabyte.</returns>
    public static string? Check(string source, string? name = null)
    {
        var bytes = Encoding.UTF8.GetBytes(source);
        return bytes.Length > MaxSource || bytes is [FirstOfBytecode, ..] ? null : Use(lua =>
            Load(lua, bytes, Encoding.UTF8.GetBytes((name ?? source) + '\0')) == SyntaxError ? Text(lua, -1) : null);
    }

    /// <summary>Runs a chunk of this program. Values from outside are in it as <see cref="Quote"/> writes them.</summary>
    /// <returns>Its results as texts, with a null for each nil, and nothing for another type; null if it failed.</returns>
    public static IReadOnlyList<string?>? Run(string chunk) => Use(lua =>
    {
        if (!Execute(lua, chunk))
        {
            return null;
        }

        var results = new string?[lua_gettop(lua)];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = lua_type(lua, i + 1) == NilType ? null : Text(lua, i + 1) ?? "";
        }

        return results;
    });

    /// <summary>The number that a text is to <c>tonumber</c>; null if it is none.</summary>
    public static double? ToNumber(string text) => Use(lua =>
        Execute(lua, $"return tonumber({Quote(text)})") && lua_type(lua, -1) == NumberType ? lua_tonumber(lua, -1) : (double?)null);

    /// <summary>A text as a literal of Lua.</summary>
    public static string Quote(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is < (byte)' ' or > (byte)'~' or (byte)'"' or (byte)'\\')
            {
                literal.Append('\\').Append(value.ToString("000", System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                literal.Append((char)value);
            }
        }

        return literal.Append('"').ToString();
    }

    private static T Use<T>(Func<nint, T> action)
    {
        lock (Gate)
        {
            if (state == 0)
            {
                state = Open();
            }

            try
            {
                return action(state);
            }
            finally
            {
                lua_settop(state, 0);
                if (lua_gc(state, CountKilobytes, 0) > MaxKept)
                {
                    lua_close(state);
                    state = 0;
                }
            }
        }
    }

    private static nint Open()
    {
        var lua = luaL_newstate();
        if (lua == 0)
        {
            throw new InvalidOperationException("LuaJIT got no memory.");
        }

        // The compiler to machine code stays off without its own library.
        luaopen_base(lua);
        luaopen_string(lua);
        luaopen_table(lua);
        luaopen_math(lua);
        luaopen_bit(lua);
        Execute(lua, Prelude);
        lua_settop(lua, 0);
        return lua;
    }

    private static bool Execute(nint lua, string chunk)
    {
        lua_settop(lua, 0);
        return Load(lua, Encoding.UTF8.GetBytes(chunk), OwnName) == Ok && lua_pcall(lua, 0, AllResults, 0) == Ok;
    }

    private static int Load(nint lua, byte[] chunk, byte[] name) => luaL_loadbufferx(lua, chunk, (nuint)chunk.Length, name, TextOnly);

    private static string? Text(nint lua, int index)
    {
        // A number would be converted, outside of a protected call.
        if (lua_type(lua, index) != StringType)
        {
            return null;
        }

        var start = lua_tolstring(lua, index, out var length);
        var bytes = new byte[(int)length];
        Marshal.Copy(start, bytes, 0, bytes.Length);
        return Encoding.UTF8.GetString(bytes);
    }

#pragma warning disable SYSLIB1054, IDE1006, SA1300 // Generated code would need unsafe blocks; the names are those of the library.
    private const string Library = "libluajit-5.1";

    [DllImport(Library)]
    private static extern nint luaL_newstate();

    [DllImport(Library)]
    private static extern void lua_close(nint lua);

    [DllImport(Library)]
    private static extern void luaopen_base(nint lua);

    [DllImport(Library)]
    private static extern void luaopen_string(nint lua);

    [DllImport(Library)]
    private static extern void luaopen_table(nint lua);

    [DllImport(Library)]
    private static extern void luaopen_math(nint lua);

    [DllImport(Library)]
    private static extern void luaopen_bit(nint lua);

    [DllImport(Library)]
    private static extern int luaL_loadbufferx(nint lua, byte[] buffer, nuint size, byte[] name, byte[] mode);

    [DllImport(Library)]
    private static extern int lua_pcall(nint lua, int arguments, int results, int handler);

    [DllImport(Library)]
    private static extern int lua_gettop(nint lua);

    [DllImport(Library)]
    private static extern void lua_settop(nint lua, int index);

    [DllImport(Library)]
    private static extern int lua_type(nint lua, int index);

    [DllImport(Library)]
    private static extern double lua_tonumber(nint lua, int index);

    [DllImport(Library)]
    private static extern nint lua_tolstring(nint lua, int index, out nuint length);

    [DllImport(Library)]
    private static extern int lua_gc(nint lua, int what, int data);
#pragma warning restore SYSLIB1054, IDE1006, SA1300
}
