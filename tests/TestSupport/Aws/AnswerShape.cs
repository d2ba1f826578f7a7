using System.Text;

namespace TestSupport.Aws;

/// <summary>A malformed answer in the place of AWS, with a secret in it.</summary>
/// <param name="Name">The name of the shape.</param>
/// <param name="Reply">Creates the answer from the secret and a URL for redirects.</param>
public sealed record AnswerShape(string Name, Func<string, string, HttpReply> Reply)
{
    private const int Megabytes = 10 << 20;

    /// <summary>All shapes that end.</summary>
    public static IReadOnlyList<AnswerShape> All { get; } =
    [
        .. new[] { 200, 403 }.SelectMany(Bodies),
        Of("HTML 502", 502, "text/html", s => $"<html>{s}</html>"),
        Json(
            "JSON of wrong types",
            s => $$"""{"AccessKeyId":{"a":"{{s}}"},"SecretAccessKey":["{{s}}"],"Token":1,"AvailabilityZone":7,"roleCredentials":7}"""),
        Json("JSON with an empty key id", s => $$"""{"AccessKeyId":" ","SecretAccessKey":"{{s}}","Token":"{{s}}"}"""),
        Json("JSON with a key id that is a text", s => $$"""{"AccessKeyId":"id {{s}}","SecretAccessKey":"{{s}}","Token":"{{s}}"}"""),
        Json("JSON with a huge key id", s => $$"""{"AccessKeyId":"{{Many(s, 1000)}}","SecretAccessKey":"{{s}}"}"""),
        Json("JSON with a token of two lines", s => $$"""{"AccessKeyId":"AKIA1","SecretAccessKey":"{{s}}","Token":"{{s}}\nHost: x"}"""),
        Json(
            "JSON with an expiration that is none",
            s => $$"""{"AccessKeyId":"AKIA1","SecretAccessKey":"{{s}}","Token":"{{s}}","Expiration":"{{s}}"}"""),
        Json("JSON of Identity Center with an expiration that is none", s => Portal("AKIA1", s, $"\"{s}\"")),
        Json("JSON of Identity Center with an empty key id", s => Portal("", s, "99999999999999")),
        Xml("XML without keys", s => Assumed($"<Note>{s}</Note>")),
        Xml("XML with an empty key id", s => Assumed(Keys("", s, "2999-01-01T00:00:00Z"))),
        Xml("XML with an expiration that is none", s => Assumed(Keys("AKIA1", s, s))),
        Error("an error without a code", s => $"<Error><Message>{s}</Message></Error>"),
        Error("an error without a message", s => $"<Error><Code>Odd</Code></Error><Note>{s}</Note>"),
        Error("an error that quotes", s => Denied($"No: {s}, and X-Amz-Signature={s}") + $"<RequestId>{s}</RequestId>"),
        Error("an error that quotes a piece", s => Denied($"No: '{s[..30]}'...")),
        Raw("10 MB without a length", s => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + s.PadRight(Megabytes)),
        Raw("less than its length", s => $"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n{{\"AccessKeyId\":\"{s}\""),
        Raw("no HTTP", s => s + "\r\n\r\n"),
        Raw("a header that is none", s => $"HTTP/1.1 200 OK\r\n{s}\r\n\r\n"),
        new("a redirect", (s, trap) => Redirect(302, $"{trap}/?{s}")),
        new("a redirect that keeps the method", (s, trap) => Redirect(307, $"{trap}/?{s}")),
    ];

    /// <summary>A shape that never ends.</summary>
    public static AnswerShape Dripping { get; } =
        new("dripping", (s, _) => Sent($"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{s}") with { Drips = true });

    /// <inheritdoc />
    public override string ToString() => Name;

    private static AnswerShape[] Bodies(int status) =>
    [
        Of($"HTML {status}", status, "text/html", s => $"<!DOCTYPE html><html><body>Denied<br><p>{s}</p></body></html>"),
        Of($"text {status}", status, "text/plain", s => $"Denied: {s}"),
        Of($"only a secret {status}", status, "text/plain", s => s),
        Of($"JSON {status}", status, "application/json", s => $$"""{"message":"{{s}}","__type":"{{s}}","Secret":"{{s}}"}"""),
        Of($"a JSON array {status}", status, "application/json", s => $"[\"{s}\"]"),
        Of($"empty {status}", status, "text/xml", _ => ""),
        Of($"binary {status}", status, "application/octet-stream", s => "\0\u0001\u001b[2J" + s),
        Of($"10 MB {status}", status, "text/xml", s => s.PadRight(Megabytes)),
        Of($"an entity bomb {status}", status, "text/xml", Bomb),
    ];

    private static AnswerShape Of(string name, int status, string type, Func<string, string> body) =>
        new(name, (s, _) => new(status, body(s), type));

    private static AnswerShape Json(string name, Func<string, string> body) => Of(name, 200, "application/json", body);

    private static AnswerShape Xml(string name, Func<string, string> body) => Of(name, 200, "text/xml", body);

    private static AnswerShape Error(string name, Func<string, string> content) =>
        Of(name, 403, "text/xml", s => $"<ErrorResponse>{content(s)}</ErrorResponse>");

    private static AnswerShape Raw(string name, Func<string, string> text) => new(name, (s, _) => Sent(text(s)));

    private static HttpReply Redirect(int status, string location) =>
        Sent($"HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private static HttpReply Sent(string text) => new(200, "") { Raw = Encoding.ASCII.GetBytes(text) };

    private static string Denied(string message) => $"<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>";

    private static string Portal(string id, string secret, string expiration) => $$$"""
        {"roleCredentials":{"accessKeyId":"{{{id}}}","secretAccessKey":"{{{secret}}}","sessionToken":"{{{secret}}}",
        "expiration":{{{expiration}}}}}
        """;

    private static string Keys(string id, string secret, string expiration) =>
        $"<Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{secret}</SessionToken>" +
        $"<Expiration>{expiration}</Expiration></Credentials>";

    private static string Assumed(string result) =>
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">" +
        $"<AssumeRoleResult>{result}</AssumeRoleResult></AssumeRoleResponse>";

    // Twenty entities, each ten times as large as the one before.
    private static string Bomb(string secret)
    {
        var entities = Enumerable.Range('b', 20).Select(c => $"<!ENTITY {(char)c} \"{Many($"&{(char)(c - 1)};", 10)}\">");
        return $"<!DOCTYPE r [<!ENTITY a \"{secret}\">{string.Concat(entities)}]><r><Error><Code>&u;</Code></Error></r>";
    }

    private static string Many(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
