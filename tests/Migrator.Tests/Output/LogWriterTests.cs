using System.Text.Json;
using Migrator.Configuration.Diagnostics;
using Migrator.Output;
using Npgsql;

namespace Migrator.Tests.Output;

/// <summary>Foreign text in messages cannot move the cursor or imitate a message of migrator's.</summary>
internal sealed class LogWriterTests
{
    private const string Evil = "x\u001b[2J\u009b\u202e\nerror: faked\n  why: faked\n  do:  rm -rf /";

    [Test]
    public void A_message_is_one_line_without_control_characters()
    {
        var lines = Text(log => log.Write(LogLevel.Error, Evil, Evil, Evil)).Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.One.StartsWith("error:").And.One.StartsWith("  why:").And.One.StartsWith("  do:"));
            Assert.That(lines[0], Is.EqualTo(@"error: x\u001b[2J\u009b\u202e\u000aerror: faked\u000a  why: faked\u000a  do:  rm -rf /"));
            Assert.That(string.Concat(lines).Any(c => c is < ' ' or '\u009b' or '\u202e'), Is.False);
        });
    }

    [Test]
    public void As_JSON_it_is_one_line_and_the_text_can_be_recovered()
    {
        var text = Text(log => log.Write(LogLevel.Error, Evil, Evil, Evil), json: true);
        using var json = JsonDocument.Parse(text);
        Assert.Multiple(() =>
        {
            Assert.That(text.TrimEnd('\n').Any(c => c is < ' ' or '\u009b' or '\u202e'), Is.False);
            Assert.That(json.RootElement.GetProperty("message").GetString(), Is.EqualTo(Evil));
            Assert.That(json.RootElement.GetProperty("remedy").GetString(), Is.EqualTo(Evil));
        });
    }

    [Test]
    public void Only_migrators_own_colour_sequences_are_written()
    {
        var text = Text(log => log.Write(LogLevel.Warning, "\u001b[31mred"), colour: true);
        Assert.That(text, Is.EqualTo("\u001b[1;33mwarning:\u001b[0m \\u001b[31mred\n"));
    }

    [Test]
    public void A_status_line_is_one_line() => Assert.That(
        Text(log => log.Status("a\nb\u001b"), isTerminal: true), Is.EqualTo("\r\u001b[Ka\\u000ab\\u001b"));

    [Test]
    public void Each_error_of_a_refused_configuration_is_one_line()
    {
        var errors = new ConfigurationException(
            "kong.conf", [new("kong.conf", 1, Code: null, "a\n  kong.conf:2: faked"), new("kong.conf", 3, Code: null, "b")]);
        var lines = Text(log => new Messages(log).Error(errors)).Split('\n');
        Assert.That(lines[1..3], Is.EqualTo(new[] { @"  kong.conf:1: a\u000a  kong.conf:2: faked", "  kong.conf:3: b" }));
    }

    [Test]
    public void A_question_is_asked_in_the_format_of_the_log() => Assert.Multiple(() =>
    {
        Assert.That(Text(log => log.Ask([], "Sure\u001b?")), Is.EqualTo("Sure\\u001b? "));
        Assert.That(Text(log => log.Ask([], "Sure?"), json: true), Does.EndWith("\"message\":\"Sure?\"}\n"));
    });

    [Test]
    public void A_stderr_that_cannot_be_written_does_not_throw()
    {
        var log = new LogWriter(new FullWriter(), LogLevel.Info, json: false, colour: true, TimeProvider.System, isTerminal: true);
        Assert.DoesNotThrow(() =>
        {
            log.Status("at work");
            log.Write(LogLevel.Error, "it failed");
            log.Ask([], "Sure?");
        });
    }

    [Test]
    public void A_trace_has_types_and_frames_but_no_message_of_a_parser()
    {
        var text = Text(log => new Messages(log).Trace(Caught("a\nerror: faked", new JsonException("secret"))));
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.StartWith(@"System.InvalidOperationException: a\u000aerror: faked").And.Contain("\n   at "));
            Assert.That(text, Does.Contain("\n ---> System.Text.Json.JsonException\n").And.Not.Contain("secret"));
        });
    }

    [Test]
    public void An_unforeseen_error_does_not_quote_the_input()
    {
        var text = Text(log => new Messages(log).Error(Messages.Unexpected(new JsonException("'secret' is an invalid start of a value."))));
        Assert.That(text, Does.StartWith("error: ").And.Contain("JsonException").And.Not.Contain("secret"));
    }

    [Test]
    public void Many_warnings_of_the_server_are_summarised()
    {
        var text = Text(log =>
        {
            var messages = new Messages(log);
            for (var i = 0; i < 500; i++)
            {
                messages.Notice(Notice("WARNING", $"row {i}"));
                messages.Notice(Notice("WARNING", "again"));
            }

            messages.Release();
            messages.Release();
        }, LogLevel.Info);
        Assert.That(text.Split('\n'), Has.Length.LessThan(110).And.One.EqualTo("warning: again")
            .And.One.EqualTo("warning: The server said this 499 more times: again")
            .And.One.EqualTo("warning: 401 more messages of the server are not shown."));
    }

    [Test]
    public void With_v_more_messages_of_the_server_are_shown() => Assert.That(
        Text(
            log =>
            {
                var messages = new Messages(log);
                Enumerable.Range(0, 500).ToList().ForEach(i => messages.Notice(Notice("NOTICE", $"n {i}")));
            },
            LogLevel.Detail).Split('\n'),
        Has.Length.EqualTo(501));

    [TestCase("seven")]
    [TestCase("-5")]
    [TestCase("99999999999999999999999")]
    [TestCase("")]
    public void An_invalid_progress_notice_is_printed_as_text(string text)
    {
        var said = Text(log => new Messages(log).Notice(new PostgresNotice("INFO", "INFO", "KM100", text)), LogLevel.Detail);
        Assert.That(said, Is.EqualTo(text + "\n"));
    }

    private static PostgresNotice Notice(string severity, string text) => new(severity, severity, "01000", text);

    private static InvalidOperationException Caught(string message, Exception inner)
    {
        try
        {
            throw new InvalidOperationException(message, inner);
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }

    private static string Text(Action<LogWriter> write, bool json = false, bool colour = false, bool isTerminal = false) =>
        Text(write, LogLevel.Debug, json, colour, isTerminal);

    private static string Text(Action<LogWriter> write, LogLevel least, bool json = false, bool colour = false, bool isTerminal = false)
    {
        using var writer = new StringWriter();
        write(new LogWriter(writer, least, json, colour, TimeProvider.System, isTerminal));
        return writer.ToString();
    }

    private sealed class FullWriter : TextWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");
    }
}
