using System.Security;
using System.Text;
using System.Xml;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>Checks answers of STS before the SDK sees them.</summary>
/// <remarks>
/// If a refusal does not contain an STS error, the SDK quotes the whole body in its exception. So it receives only the known fields of an
/// error.
/// </remarks>
internal static class StsAnswer
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = AwsAnswer.Largest,
    };

    /// <summary>Checks an answer, and reduces a refusal to its code, message and request id.</summary>
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

    // The text of each element by its name: STS uses each name once. Null if it is not XML; a document type is not accepted as XML.
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
