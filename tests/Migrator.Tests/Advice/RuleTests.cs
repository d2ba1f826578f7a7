using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Migrator.Advice;
using Migrator.Advice.Rules;
using Migrator.Advice.Values;

namespace Migrator.Tests.Advice;

/// <summary>The rules that Kong's schemas have in functions.</summary>
internal sealed class RuleTests
{
    [TestCase("/a%20b", "non-normalized path, consider use '/a b' instead")]
    [TestCase("/a/../b", "non-normalized path, consider use '/b' instead")]
    [TestCase("/a/./b/..", "non-normalized path, consider use '/a/' instead")]
    [TestCase("/%C3%A9", "non-normalized path, consider use '/é' instead")]
    [TestCase("/a%2fb", "non-normalized path, consider use '/a%2Fb' instead")]
    [TestCase("/a%", "invalid url-encoded value: '%'")]
    [TestCase("/a%zz", "invalid url-encoded value: '%zz'")]
    [TestCase("~/(a", "invalid regex: '/(a' (PCRE returned: pcre2_compile() failed: missing closing parenthesis in \"/(a\")")]
    public void A_path_of_a_route_is_in_normal_form(string path, string problem) =>
        Assert.That(PathRules.RoutePath(path), Is.EqualTo(problem));

    [TestCase("/")]
    [TestCase("/a b/é")]
    [TestCase("/a%2Fb")]
    [TestCase("~/a%/(?<id>\\d+)$")]
    public void A_path_in_normal_form_is_let_through(string path) => Assert.That(PathRules.RoutePath(path), Is.Null);

    [TestCase("a.example.test", null)]
    [TestCase("10.0.0.1", null)]
    [TestCase("::1", null)]
    [TestCase("a_b.", null)]
    [TestCase("a..b", "invalid value: a..b")]
    [TestCase("a-.b", "invalid value: a-.b")]
    [TestCase("256.1.1.1", "invalid value: 256.1.1.1")]
    [TestCase("a:80", "must not have a port")]
    [TestCase("a:99999", "must not have a port")]
    public void A_host_of_a_service_has_no_port(string host, string? problem) => Assert.That(HostRules.Host(host), Is.EqualTo(problem));

    [TestCase("*.example.test", null)]
    [TestCase("example.*", null)]
    [TestCase("a*b", "wildcard must be leftmost or rightmost character")]
    [TestCase("*.*", "only one wildcard must be specified")]
    [TestCase("10.0.0.1", "must not be an IP")]
    public void A_server_name_has_at_most_one_asterisk(string name, string? problem) =>
        Assert.That(HostRules.WildcardHost(name), Is.EqualTo(problem));

    [TestCase("[::1]:8080", null)]
    [TestCase("Host.TEST:443", null)]
    [TestCase("1.2.3", "Invalid target ('1.2.3'); not a valid hostname or ip address")]
    public void A_target_is_a_host_with_or_without_a_port(string target, string? problem) =>
        Assert.That(HostRules.Target(target), Is.EqualTo(problem));

    [TestCase("10.0.0.0/8", null)]
    [TestCase("::/0", null)]
    [TestCase("1.2.3.4/33", "invalid ip or cidr range: '1.2.3.4/33'")]
    [TestCase("1.2.3.04", "invalid ip or cidr range: '1.2.3.04'")]
    [TestCase("::1/129", "invalid ip or cidr range: '::1/129'")]
    public void An_address_or_range_is_checked(string range, string? problem) => Assert.That(IpRules.IpOrCidr(range), Is.EqualTo(problem));

    [TestCase("http://a.test/x", null)]
    [TestCase("http://[::1]:80", null)]
    [TestCase("a.test:80", "missing host in url")]
    [TestCase("//a.test", "missing scheme in url")]
    [TestCase("http://u@", "missing host in url")]
    public void A_URL_has_a_scheme_and_a_host(string url, string? problem) => Assert.That(UrlRules.Absolute(url), Is.EqualTo(problem));

    [TestCase("https://a.test/cb", null)]
    [TestCase("https://a.test/cb#x", "fragment not allowed in 'https://a.test/cb#x'")]
    [TestCase("/cb", "cannot parse '/cb'")]
    public void A_redirection_has_no_fragment(string url, string? problem) => Assert.That(UrlRules.Redirect(url), Is.EqualTo(problem));

    [TestCase("X-Header_1", null)]
    [TestCase("a b", "bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'")]
    public void A_header_has_a_name_that_nginx_accepts(string name, string? problem) =>
        Assert.That(HeaderRules.HeaderName(name), Is.EqualTo(problem));

    [TestCase("a", null)]
    [TestCase("a b é", null)]
    [TestCase("a,b", "invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences")]
    public void A_tag_has_no_comma_and_no_slash(string tag, string? problem) => Assert.That(NameRules.Tag(tag), Is.EqualTo(problem));

    [Test]
    public void A_name_has_no_spaces() => Assert.That(
        Messages("services", """{"id": "00000001-0000-4000-8000-000000000001", "name": "a b", "host": "h", "protocol": "http"}"""),
        Is.EqualTo(new[] { "name: invalid value 'a b': the only accepted ascii characters are alphanumerics or ., -, _, and ~" }));

    [TestCase("rate-limiting", """{"second": 5, "minute": 2}""",
        "config: The limit for minute(2.0) cannot be lower than the limit for second(5.0)")]
    [TestCase("rate-limiting", """{"minute": 2, "sync_rate": 1}""", "config: sync_rate can only be used with the redis policy")]
    [TestCase("rate-limiting", """{"minute": 2, "path": "a"}""", "config.path: should start with: /")]
    [TestCase("response-ratelimiting", """{"limits": {"a": {"hour": 3, "day": 2}}}""",
        "config.limits: the limit for day(2.0) cannot be lower than the limit for hour(3.0)")]
    [TestCase("pre-function", """{"access": ["x y"]}""",
        "config.access: error parsing pre-function: [string \"x y\"]:1: '=' expected near 'y'")]
    [TestCase("cors", """{"origins": ["*", "("]}""", "config.origins: '(' is not a valid regex")]
    [TestCase("bot-detection", """{"allow": ["["]}""", "config.allow: not a valid regex: [")]
    [TestCase("ip-restriction", """{"allow": ["x"]}""", "config.allow: invalid ip or cidr range: 'x'")]
    [TestCase("request-transformer", """{"add": {"headers": ["a b:c"]}}""", "config.add.headers: 'a b' is not a valid header")]
    [TestCase("request-transformer", """{"rename": {"body": ["a:"]}}""", "config.rename.body: key 'a' has no value")]
    [TestCase("request-transformer", """{"add": {"body": ["a:$(x y)"]}}""",
        "config.add.body: value '$(x y)' is not in supported format, error:[string \"TMP\"]:1: ')' expected near 'y'")]
    [TestCase("oauth2", """{"provision_key": "x"}""", "config: at least one of these fields must be true: enable_authorization_code, "
        + "enable_implicit_grant, enable_client_credentials, enable_password_grant")]
    [TestCase("request-termination", """{"message": "a", "body": "b"}""", "config: message cannot be used with content_type or body")]
    [TestCase("zipkin", """{"static_tags": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]}""",
        "config.static_tags: repeated tags are not allowed: a")]
    [TestCase("http-log", """{"http_endpoint": "http://u:p@h/", "headers": {"Authorization": "x"}}""",
        "config: specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed")]
    [TestCase("aws-lambda", """{"proxy_url": "https://h"}""", "@entity: proxy_url scheme must be http")]
    [TestCase("file-log", """{"path": "a*b"}""", "config.path: not a valid filename")]
    public void A_plugin_is_checked_as_its_schema_checks_it(string plugin, string config, string problem) =>
        Assert.That(
            AdviceData.ExaminePlugin(plugin, config).Where(f => f.Effect is not Effect.Behaviour).Select(Text),
            Is.EqualTo(new[] { problem }));

    [Test]
    public void A_reference_to_a_vault_is_not_looked_at() => Assert.That(
        AdviceData.ExaminePlugin("http-log", """{"http_endpoint": "{vault://env/endpoint}"}"""), Is.Empty);

    [TestCase("""{"protocols": ["http"], "sources": [{"ip": "10.0.0.1"}], "paths": ["/"]}""",
        "sources: cannot set 'sources' when 'protocols' is 'http' or 'https'")]
    [TestCase("""{"protocols": ["grpc"], "strip_path": true, "paths": ["/"]}""",
        "strip_path: cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'")]
    [TestCase("""{"protocols": ["tcp"], "paths": ["/"], "snis": null, "sources": [{"port": 1}]}""",
        "paths: cannot set 'paths' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'")]
    [TestCase("""{"protocols": ["tls_passthrough"], "strip_path": false}""",
        "@entity: must set snis when 'protocols' is 'tls_passthrough'")]
    [TestCase("""{"protocols": ["http", "tcp"], "paths": ["/"]}""",
        "protocols: these sets are mutually exclusive: ('http', 'https'), ('tcp', 'tls', 'udp')")]
    public void A_route_has_the_fields_of_its_protocols(string route, string problem) =>
        Assert.That(Messages("routes", route), Is.EqualTo(new[] { problem }));

    [Test]
    public void An_unknown_plugin_stops_the_gateway()
    {
        var finding = AdviceData.ExaminePlugin("my-custom", "{}").Single();
        Assert.Multiple(() =>
        {
            Assert.That(finding.Effect, Is.EqualTo(Effect.StopsGateway));
            Assert.That(finding.Message, Is.EqualTo("my-custom plugin is in use but not enabled"));
            Assert.That(finding.Why, Does.StartWith("plugin 'my-custom' not enabled; add it to the 'plugins' configuration property"));
            Assert.That(finding.Remedy, Does.EndWith("in kong.conf: plugins = bundled,my-custom"));
        });
    }

    [Test]
    public void A_plugin_that_is_configured_but_has_no_schema_here_is_let_through()
    {
        var advisor = new RowAdvisor(new(RouterFlavor.Traditional, ["my-custom"]));
        Assert.That(advisor.Examine("plugins", JsonNode.Parse("""{"name": "my-custom", "config": {"a": 1}}""")!.AsObject()), Is.Empty);
    }

    [Test]
    public void The_newer_routers_leave_out_a_route_with_a_regular_expression_that_they_do_not_have()
    {
        var finding = AdviceData.Examine(
            "routes", """{"id": "r", "protocols": ["http"], "paths": ["~/a(?=b)"]}""", RouterFlavor.TraditionalCompatible)
            .Single(f => f.Effect is Effect.Behaviour);
        Assert.That(finding.Message, Is.EqualTo(
            $"could not add route: {AdviceData.Id}, err: look-around, including look-ahead and look-behind, is not supported"));
    }

    [Test]
    public void The_newer_routers_handle_paths_in_one_way_only() => Assert.That(
        AdviceData.Examine(
            "routes",
            """{"id": "00000002-0000-4000-8000-000000000001", "protocols": ["http"], "paths": ["/"], "path_handling": "v1"}""",
            RouterFlavor.Expressions).Select(f => (f.Effect, f.Field)),
        Is.EqualTo(new[] { (Effect.Behaviour, "path_handling") }));

    [Test]
    public void A_route_may_be_an_expression_where_the_router_has_them() => Assert.Multiple(() =>
    {
        const string route =
            """{"id": "00000002-0000-4000-8000-000000000001", "protocols": ["http"], "expression": "http.path == \"/\"", "priority": 1}""";
        Assert.That(AdviceData.Examine("routes", route, RouterFlavor.Expressions), Is.Empty);
        Assert.That(AdviceData.Examine("routes", route).Single().Effect, Is.EqualTo(Effect.StopsGateway));
    });

    [Test]
    public void A_certificate_belongs_to_its_key()
    {
        var (cert, key) = Certificate(isAuthority: false, DateTimeOffset.UnixEpoch.AddYears(100));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var otherKind = RSA.Create(2048);
        Assert.Multiple(() =>
        {
            Assert.That(Messages("certificates", Row(("cert", cert), ("key", key))), Is.Empty);
            Assert.That(
                Messages("certificates", Row(("cert", cert), ("key", other.ExportPkcs8PrivateKeyPem()))),
                Is.EqualTo(new[] { "@entity: certificate does not match key" }));
            Assert.That(
                Messages("certificates", Row(("cert", cert), ("key", otherKind.ExportPkcs8PrivateKeyPem()))),
                Is.EqualTo(new[] { "@entity: certificate does not match key" }));
            Assert.That(
                Messages("certificates", Row(("cert", "x"), ("key", "y"))),
                Is.EqualTo(new[] { "cert: invalid certificate", "key: invalid key" }));
            Assert.That(
                Messages("certificates", Row(("cert", cert), ("key", key), ("cert_alt", cert), ("key_alt", key))),
                Has.Some.StartsWith("@entity: certificate and alternative certificate need to have different type"));
            Assert.That(Messages("certificates", Row(("cert", "{vault://env/c}"), ("key", "{vault://env/k}"))), Is.Empty);
        });
    }

    [Test]
    public void A_certificate_has_lines_of_its_own()
    {
        var (cert, _) = Certificate(isAuthority: false, DateTimeOffset.UnixEpoch.AddYears(100));
        var lines = cert.TrimEnd().Split('\n');
        using (Assert.EnterMultipleScope())
        {
            foreach (var text in new[] { cert, cert.TrimEnd(), "a text\n" + cert, string.Join("\r\n", lines) })
            {
                Assert.That(CertificateRules.Certificate(text), Is.Null, text);
            }

            foreach (var text in new[]
                { "0", " " + cert, string.Join(' ', lines), string.Join("\\n", lines), string.Join("\n ", lines),
                  string.Join("\n\n", lines), string.Join('\n', lines[..^1]), string.Join('\n', lines[..^2].Append(lines[^1])),
                  cert.Replace("CERTIFICATE", "PUBLIC KEY", StringComparison.Ordinal) })
            {
                Assert.That(CertificateRules.Certificate(text), Is.EqualTo("invalid certificate"), text);
            }
        }
    }

    [Test]
    public void A_key_is_read_without_a_passphrase()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1);
        var secret = key.ExportEncryptedPkcs8PrivateKeyPem("a", encryption);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CertificateRules.Key(key.ExportECPrivateKeyPem()), Is.Null);
            Assert.That(CertificateRules.Key(secret), Is.EqualTo("invalid key"));
            Assert.That(CertificateRules.Key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), Is.EqualTo("invalid key"));
        }
    }

    [TestCase("headers", """{"x-a": "b"}""", "header values must be a table for header 'x-a'")]
    [TestCase("headers", """{"host": "b"}""", "header values must be a table for header 'host'")]
    [TestCase("headers", """["b"]""", "header values must be a table for header '1'")]
    [TestCase("headers", """{"x-a": null}""", "header values must be a table for header 'x-a'")]
    [TestCase("hosts", """["b", null]""", "hosts values must be strings")]
    [TestCase("paths", """["/a", null]""", "bad argument #1 to 'sub' (string expected, got userdata)")]
    [TestCase("headers", """{"x-a": ["b", true]}""", "bad argument #1 to 'lower' (string expected, got boolean)")]
    [TestCase("headers", "\"b\"", "headers field must be a table")]
    [TestCase("hosts", """[null, "b"]""", "hosts values must be strings")]
    [TestCase("methods", """[null, "GET"]""", "bad argument #1 to 'upper' (string expected, got userdata)")]
    [TestCase("sources", """["10.0.0.1"]""", "sources elements must be tables")]
    [TestCase("destinations", """[{"ip": ["10.0.0.1"]}]""", "bad argument #1 to 'find' (string expected, got table)")]
    public void A_route_on_which_the_traditional_router_fails_stops_the_gateway(string field, string value, string problem)
    {
        var row = $$"""{"protocols": ["http"], "paths": ["/a"], "{{field}}": {{value}}}""";
        var finding = AdviceData.Examine("routes", row)[0];
        Assert.That(
            (finding.Effect, finding.Field, finding.Message),
            Is.EqualTo((Effect.StopsGateway, field, "could not create router: " + problem)));
    }

    [TestCase("tcp", """{"x-a": "b"}""")]
    [TestCase("http", """{"x-a": [1], "x-b": []}""")]
    public void A_route_that_the_traditional_router_leaves_alone_does_not_stop_the_gateway(string protocol, string headers)
    {
        var row = $$"""{"protocols": ["{{protocol}}"], "paths": ["/a"], "headers": {{headers}}}""";
        Assert.That(AdviceData.Examine("routes", row).Select(f => f.Effect), Has.All.EqualTo(Effect.CannotEdit));
    }

    [Test]
    public void A_list_in_place_of_a_map_is_found() => Assert.That(
        AdviceData.ExaminePlugin("http-log", """{"http_endpoint": "http://a.example.test", "headers": [null, "b"]}""").Select(Text),
        Is.EqualTo(new[] { "config.headers: expected a string" }));

    [Test]
    public void A_certificate_of_an_authority_is_one_and_has_not_expired()
    {
        var end = DateTimeOffset.UnixEpoch.AddYears(100);
        var (cert, _) = Certificate(isAuthority: true, end);
        var (leaf, _) = Certificate(isAuthority: false, end);
        Assert.Multiple(() =>
        {
            Assert.That(Check(cert, end.AddDays(-1)), Is.Null);
            Assert.That(Check(cert, end.AddDays(1)), Does.StartWith("certificate expired"));
            Assert.That(Check(cert + cert, end.AddDays(-1)), Is.EqualTo("please submit only one certificate at a time"));
            Assert.That(Check(leaf, end.AddDays(-1)), Does.StartWith("certificate does not appear to be a CA"));
        });

        static string? Check(string pem, DateTimeOffset now) =>
            CertificateRules.Authority(new FakeTimeProvider(now))(new KongTable { ["cert"] = pem });
    }

    [TestCase("""{"kid": "a", "jwk": "{\"kid\":\"b\"}"}""", "@entity: kid in jwk.kid must be equal to keys.kid")]
    [TestCase("""{"kid": "a", "jwk": "{"}""", "@entity: could not json decode jwk string")]
    [TestCase("""{"kid": "a", "jwk": "{\"kid\":\"a\"}"}""", "@entity: could not load JWK, likely not a valid key")]
    [TestCase("""{"kid": "a", "pem": {"public_key": "x"}}""", "pem: could not load public key")]
    public void A_key_has_the_identifier_of_its_row(string row, string problem) =>
        Assert.That(Messages("keys", row), Is.EqualTo(new[] { problem }));

    [TestCase("RSA", """ "n":"AQAB" """)]
    [TestCase("RSA", """ "n":"AQAB","e":"A+/=" """)]
    [TestCase("EC", """ "crv":"P-256","x":"AQAB","y":"AQAB" """)]
    [TestCase("EC", """ "crv":"P-1","x":"AQAB","y":"AQAB" """)]
    [TestCase("OKP", """ "crv":"Ed25519","x":"AQAB" """)]
    [TestCase("oct", """ "k":"AQAB" """)]
    public void A_key_as_JSON_has_the_numbers_of_its_kind(string kind, string members)
    {
        var key = $$"""{"kid":"a","kty":"{{kind}}",{{members}}}""";
        Assert.That(
            Messages("keys", Row(("kid", "a"), ("jwk", key))),
            Is.EqualTo(new[] { "@entity: could not load JWK, likely not a valid key" }));
    }

    [Test]
    public void A_key_as_JSON_that_OpenSSL_reads_is_let_through()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = ec.ExportParameters(false).Q;
        var (x, y) = (Convert.ToBase64String(point.X!), Convert.ToBase64String(point.Y!));
        var members = $$""" "crv":"P-256","x":"{{x}}","y":"{{y}}" """.Replace('+', '-').Replace('/', '_');
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Messages("keys", Row(("kid", "a"), ("jwk", $$"""{"kid":"a","kty":"EC",{{members}}}"""))), Is.Empty);
            Assert.That(
                Messages("keys", Row(("kid", "a"), ("jwk", """{"kid":"a","kty":"RSA","n":"AQAB","e":"AQAB"}"""))), Is.Empty);
        }
    }

    [Test]
    public void A_key_in_the_place_of_another_kind_is_found()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (secret, open) = (key.ExportPkcs8PrivateKeyPem(), key.ExportSubjectPublicKeyInfoPem());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Check(open, secret), Is.Null);
            Assert.That(Check(secret, secret), Is.EqualTo("could not load public key"));
            Assert.That(Check(open, open), Is.EqualTo("could not load private key"));
        }

        static string? Check(string publicKey, string privateKey) =>
            KeyRules.PemPair(new KongTable { ["public_key"] = publicKey, ["private_key"] = privateKey });
    }

    [Test]
    public void A_JWT_credential_of_an_RSA_algorithm_needs_a_public_key() => Assert.That(
        Messages("jwt_secrets", """{"consumer_id": "00000003-0000-4000-8000-000000000000", "algorithm": "RS256", "rsa_public_key": "x"}"""),
        Is.EquivalentTo(new[]
        {
            "@entity: failed conditional validation given value of field 'algorithm'",
            "rsa_public_key: invalid key",
        }));

    [Test]
    public void A_vault_that_is_not_installed_is_found() => Assert.That(
        Messages("sm_vaults", """{"name": "aws", "prefix": "a-b", "config": {}}"""),
        Is.EqualTo(new[] { "name: vault 'aws' is not installed" }));

    [TestCase("rate-limiting", """{"minute": 1, "redis_host": "a", "redis": {"host": "b"}}""", "config.redis_host",
        "schema violation (redis_host: both deprecated and new field are used but their values mismatch: "
        + "redis_host = a vs redis.host = b)")]
    [TestCase("opentelemetry", """{"endpoint": "x"}""", "config.endpoint", "schema violation (endpoint: missing host in url)")]
    public void An_older_field_that_cannot_be_read_stops_the_gateway(string plugin, string config, string field, string message)
    {
        var finding = AdviceData.ExaminePlugin(plugin, config).Single();
        Assert.That((finding.Effect, finding.Field, finding.Message), Is.EqualTo((Effect.StopsGateway, field, message)));
    }

    [Test]
    public void An_older_field_that_agrees_with_the_newer_one_is_let_through() => Assert.That(
        AdviceData.ExaminePlugin(
            "rate-limiting", """{"minute": 1, "policy": "redis", "redis_host": "a", "redis": {"host": "a", "port": 1, "timeout": 2}}"""),
        Is.Empty);

    [TestCase("kong", true)]
    [TestCase("prometheus_metrics", true)]
    [TestCase("added_in_kong_conf", true)]
    [TestCase("elsewhere", false)]
    public void A_plugin_may_name_only_shared_memory_that_the_gateway_has(string name, bool isKnown)
    {
        var options = new AdvisorOptions(RouterFlavor.Traditional, RowAdvisor.BundledPlugins) { Dictionaries = ["added_in_kong_conf"] };
        var advisor = new RowAdvisor(options);
        var acme = Row(
            "acme",
            $$"""{"account_email": "a@example.com", "tos_accepted": true, "storage_config": {"shm": {"shm_name": "{{name}}"} } }""");
        var cache = Row("proxy-cache", $$"""{"strategy": "memory", "memory": {"dictionary_name": "{{name}}"} }""");
        Assert.That(advisor.Examine("plugins", acme).Concat(advisor.Examine("plugins", cache)).Select(Text), Is.EqualTo(isKnown ? [] : new[]
        {
            $"config.storage_config.shm.shm_name: failed validating: {name}", $"@entity: missing shared dict '{name}'",
        }));

        static JsonObject Row(string plugin, string config) =>
            JsonNode.Parse($$"""{"name": "{{plugin}}", "config": {{config}} }""")!.AsObject();
    }

    private static IEnumerable<string> Messages(string table, string row) => AdviceData.Examine(table, row).Select(Text);

    private static string Text(Finding finding) => $"{finding.Field}: {finding.Message}";

    private static string Row(params (string Name, string Value)[] columns) =>
        new JsonObject(columns.Select(c => KeyValuePair.Create<string, JsonNode?>(c.Name, JsonValue.Create(c.Value)))).ToJsonString();

    private static (string Cert, string Key) Certificate(bool isAuthority, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a.example.test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, end);
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem());
    }
}
