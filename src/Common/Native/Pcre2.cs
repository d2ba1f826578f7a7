using System.Runtime.InteropServices;
using System.Text;

namespace Migrator.Native;

/// <summary>PCRE2, which compiles regular expressions with the options of OpenResty: bytes, no UTF. Nothing is matched.</summary>
internal static class Pcre2
{
    // A compiled expression has at most 64 kB.
    private const int MaxLength = 1 << 20;

    private const int MessageSize = 128;

    /// <summary>Compiles a regular expression.</summary>
    /// <returns>What is wrong with it; null if it is valid, or longer than a megabyte.</returns>
    public static RegexError? Compile(string regex)
    {
        var bytes = Encoding.UTF8.GetBytes(regex);
        if (bytes.Length > MaxLength)
        {
            return null;
        }

        var code = pcre2_compile_8(bytes, (nuint)bytes.Length, options: 0, out var error, out var offset, context: 0);
        if (code != 0)
        {
            pcre2_code_free_8(code);
            return null;
        }

        var message = new byte[MessageSize];
        var length = pcre2_get_error_message_8(error, message, MessageSize);
        return new RegexError(
            error, Encoding.ASCII.GetString(message, 0, Math.Max(0, length)), Encoding.UTF8.GetString(bytes.AsSpan((int)offset)));
    }

#pragma warning disable SYSLIB1054, IDE1006, SA1300 // Generated code would need unsafe blocks; the names are those of the library.
    private const string Library = "libpcre2-8";

    [DllImport(Library)]
    private static extern nint pcre2_compile_8(byte[] pattern, nuint length, uint options, out int error, out nuint offset, nint context);

    [DllImport(Library)]
    private static extern void pcre2_code_free_8(nint code);

    [DllImport(Library)]
    private static extern int pcre2_get_error_message_8(int error, byte[] buffer, nuint size);
#pragma warning restore SYSLIB1054, IDE1006, SA1300
}

/// <summary>What is wrong with a regular expression.</summary>
/// <param name="Code">The number of the error: those of <c>pcre2_compile</c> begin with 101.</param>
/// <param name="Message">What PCRE2 says.</param>
/// <param name="Rest">The expression from the error on.</param>
internal sealed record RegexError(int Code, string Message, string Rest);
