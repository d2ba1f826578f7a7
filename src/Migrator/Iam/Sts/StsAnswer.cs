using System.Security;
using System.Text;
using System.Xml;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>
/// Looks at what answers in the place of STS before the SDK does. Where that finds no error of STS in a refusal, it quotes the whole body
/// in its exception; so it gets to see the known fields of an error only.
/// </summary>
internal static class StsAnswer
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = AwsAnswer.Largest,
    };

    /// <summary>Refuses what is not an answer of STS, and takes everything out of a refusal but code, message and number.</summary>
    /// <exception cref="AnswerException">It is not an answer of STS.</exception>
    public static void Check(HttpResponseMessage response, AwsAnswer answer)
    {
        var fields = Fields(answer.Body) ?? throw answer.Unusable(answer.Body.Length == 0 ? "it is empty" : "it is not XML");
        if (!response.IsSuccessStatusCode)
        {
            var code = Escaped("Code") is { Length: > 0 } known ? known : throw answer.Unusable("it is not an error of STS");
            var message = Escaped("Message") is { Length: > 0 } said ? said : "no message";
            response.Content = new StringContent(
                $"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error>" +
                $"<RequestId>{Escaped("RequestId")}</RequestId></ErrorResponse>",
                Encoding.UTF8,
                "text/xml");
        }

        string Escaped(string name) => SecurityElement.Escape(fields.GetValueOrDefault(name)) ?? "";
    }

    // The text of each element, by its name: the names of STS are unambiguous. Null where it is not XML; entities are not XML here.
    private static Dictionary<string, string>? Fields(byte[] body)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body), Settings);
            var name = "";
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    name = reader.LocalName;
                }
                else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                {
                    fields.TryAdd(name, reader.Value.Trim());
                }
            }

            return fields;
        }
        catch (Exception e) when (e is XmlException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
