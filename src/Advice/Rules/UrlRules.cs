namespace Migrator.Advice.Rules;

/// <summary>URLs of plugins and of OAuth 2.0 applications.</summary>
internal static class UrlRules
{
    /// <summary>A URL with a scheme and a host.</summary>
    public static string? Absolute(object value)
    {
        var url = Url.Parse((string)value);
        if (url.Host is null)
        {
            return "missing host in url";
        }

        return url.Scheme is null ? "missing scheme in url" : null;
    }

    /// <summary>A URL to which OAuth 2.0 may redirect.</summary>
    public static string? Redirect(object value)
    {
        var url = Url.Parse((string)value);
        if (url.Host is null || url.Scheme is null)
        {
            return $"cannot parse '{value}'";
        }

        return url.Fragment is null ? null : $"fragment not allowed in '{value}'";
    }
}
