#!/usr/bin/env bash
# AWSSDK.SecurityToken 4.0.101.10 (.NET 10): NO_PROXY=internal.test does not cover sts.internal.test.
#
# For curl, an entry of NO_PROXY covers the name and every name below it. The .NET SDK leaves the variables to HttpClient, for which an
# entry without a leading dot is one host. With the same environment, curl reaches the endpoint directly, and the SDK asks the proxy, which
# often may not reach a private endpoint of STS.
#
# Seen, for http://sts.internal.test and a proxy that counts what it gets:
#   .NET SDK, NO_PROXY=internal.test:  asked the proxy
#   .NET SDK, NO_PROXY=.internal.test: did not
#   curl, NO_PROXY=internal.test:      did not
#
# Needs the .NET SDK 10, Python 3 and curl. Ends with 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "$proxy" 2>/dev/null || true; rm -rf "$folder"' EXIT
proxy=
cd "$folder"
cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="AWSSDK.SecurityToken" Version="[4.0.101.10]" /></ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

using var sts = new AmazonSecurityTokenServiceClient(
    new BasicAWSCredentials("AKIAIOSFODNN7EXAMPLE", "example"),
    new AmazonSecurityTokenServiceConfig
    {
        ServiceURL = "http://sts.internal.test", AuthenticationRegion = "eu-central-1", MaxErrorRetry = 0,
    });
try { await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest()); } catch (System.Exception) { }
CS
cat >proxy.py <<'PY'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        open('asked', 'a').write(self.path + '\n')
        self.send_error(502)
    def log_message(self, *arguments): pass
server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
open('port', 'w').write(str(server.server_port))
server.serve_forever()
PY
dotnet build --tl:off -v quiet -o out >build.log 2>&1 || { cat build.log; exit 2; }
python3 proxy.py &
proxy=$!
until [[ -s port ]]; do sleep 0.1; done
unset "${!HTTP@}" "${!http_@}" "${!HTTPS@}" "${!https_@}" ALL_PROXY all_proxy NO_PROXY no_proxy
http_proxy=http://127.0.0.1:$(<port)
export http_proxy

# asks NO_PROXY COMMAND...: whether the proxy gets the request of the command.
asks() {
  rm -f asked
  NO_PROXY=$1 no_proxy=$1 "${@:2}" >/dev/null 2>&1 || true
  if [[ -s asked ]]; then echo 'asked the proxy'; else echo 'did not'; fi
}

plain=$(asks internal.test dotnet out/finding.dll)
dotted=$(asks .internal.test dotnet out/finding.dll)
curl=$(asks internal.test curl --silent --max-time 10 --data "" http://sts.internal.test/)
printf '.NET SDK, NO_PROXY=internal.test:  %s\n' "$plain"
printf '.NET SDK, NO_PROXY=.internal.test: %s\n' "$dotted"
printf 'curl, NO_PROXY=internal.test:      %s\n' "$curl"
[[ "$plain|$dotted|$curl" == 'asked the proxy|did not|did not' ]]
