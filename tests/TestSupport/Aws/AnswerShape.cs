using System.Text;

namespace TestSupport.Aws;

/// <summary>An answer that is not what AWS answers, with a secret in it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Reply">Makes it of the secret and of an address to send the client to.</param>
public sealed record AnswerShape(string Name, Func<string, string, HttpReply> Reply)
{
    private const int Megabytes = 10 << 20;

    /// <summary>All that end by themselves.</summary>
    public static IReadOnlyList<AnswerShape> All { get; } =
    [
        .. new[] { 200, 403 }.SelectMany(Bodies),
        Of("HTML 502", 502, "text/html", s => $"<html>{s}</html>"),
        Of("JSON of wrong types", 200, "application/json", s => $$"""{"AccessKeyId":{"a":"{{s}}"},"SecretAccessKey":["{{s}}"],"Token":1,"Expiration":false,"AvailabilityZone":7,"roleCredentials":"{{s}}"}"""),
        Of("JSON with an empty key id", 200, "application/json", s => $$"""{"AccessKeyId":" ","SecretAccessKey":"{{s}}","Token":"{{s}}"}"""),
        Of("JSON with a key id that is a text", 200, "application/json", s => $$"""{"AccessKeyId":"id {{s}}","SecretAccessKey":"{{s}}","Token":"{{s}}"}"""),
        Of("JSON with a huge key id", 200, "application/json", s => $$"""{"AccessKeyId":"{{string.Concat(Enumerable.Repeat(s, 1000))}}","SecretAccessKey":"{{s}}"}"""),
        Of("JSON with a token of two lines", 200, "application/json", s => $$"""{"AccessKeyId":"AKIA1","SecretAccessKey":"{{s}}","Token":"{{s}}\nHost: x"}"""),
        Of("JSON with an expiration that is none", 200, "application/json", s => $$"""{"AccessKeyId":"AKIA1","SecretAccessKey":"{{s}}","Token":"{{s}}","Expiration":"{{s}}"}"""),
        Of("JSON of Identity Center with an expiration that is none", 200, "application/json",
            s => $$$"""{"roleCredentials":{"accessKeyId":"AKIA1","secretAccessKey":"{{{s}}}","sessionToken":"{{{s}}}","expiration":"{{{s}}}"}}"""),
        Of("JSON of Identity Center with an empty key id", 200, "application/json",
            s => $$$"""{"roleCredentials":{"accessKeyId":"","secretAccessKey":"{{{s}}}","sessionToken":"{{{s}}}","expiration":99999999999999}}"""),
        Of("XML without keys", 200, "text/xml", s => Xml($"<Note>{s}</Note>")),
        Of("XML with an empty key id", 200, "text/xml", s => Xml($"<Credentials><AccessKeyId/><SecretAccessKey>{s}</SecretAccessKey><SessionToken>{s}</SessionToken></Credentials>")),
        Of("XML with an expiration that is none", 200, "text/xml",
            s => Xml($"<Credentials><AccessKeyId>AKIA1</AccessKeyId><SecretAccessKey>{s}</SecretAccessKey><SessionToken>{s}</SessionToken><Expiration>{s}</Expiration></Credentials>")),
        Of("an error without a code", 403, "text/xml", s => $"<ErrorResponse><Error><Message>{s}</Message></Error></ErrorResponse>"),
        Of("an error without a message", 403, "text/xml", s => $"<ErrorResponse><Error><Code>Odd</Code></Error><Note>{s}</Note></ErrorResponse>"),
        Of("an error that quotes", 403, "text/xml", s => $"<ErrorResponse><Error><Code>AccessDenied</Code><Message>No: {s}, and X-Amz-Signature={s}</Message></Error><RequestId>{s}</RequestId></ErrorResponse>"),
        Of("an error that quotes a piece", 403, "text/xml", s => $"<ErrorResponse><Error><Code>AccessDenied</Code><Message>No: '{s[..30]}'...</Message></Error></ErrorResponse>"),
        Raw("10 MB without a length", s => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + s.PadRight(Megabytes)),
        Raw("less than its length", s => $"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n{{\"AccessKeyId\":\"{s}\""),
        Raw("no HTTP", s => s + "\r\n\r\n"),
        Raw("a header that is none", s => $"HTTP/1.1 200 OK\r\n{s}\r\n\r\n"),
        new("a redirect", (s, trap) => new(302, "") { Raw = Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: {trap}/?{s}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") }),
        new("a redirect that keeps the method", (s, trap) => new(307, "") { Raw = Encoding.ASCII.GetBytes($"HTTP/1.1 307 X\r\nLocation: {trap}/?{s}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") }),
    ];

    /// <summary>One that never ends.</summary>
    public static AnswerShape Dripping { get; } =
        new("dripping", (s, _) => new(200, "") { Raw = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{s}"), Drips = true });

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
        Of($"an entity bomb {status}", status, "text/xml",
            s => $"<!DOCTYPE r [<!ENTITY a \"{s}\">{string.Concat(Enumerable.Range('b', 20).Select(c => $"<!ENTITY {(char)c} \"{string.Concat(Enumerable.Repeat($"&{(char)(c - 1)};", 10))}\">"))}]><r><Error><Code>&u;</Code></Error></r>"),
    ];

    private static AnswerShape Of(string name, int status, string type, Func<string, string> body) => new(name, (s, _) => new(status, body(s), type));

    private static AnswerShape Raw(string name, Func<string, string> text) => new(name, (s, _) => new(200, "") { Raw = Encoding.ASCII.GetBytes(text(s)) });

    private static string Xml(string result) => $"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>{result}</AssumeRoleResult></AssumeRoleResponse>";
}
