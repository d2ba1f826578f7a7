#!/usr/bin/env bash
# AWSSDK.Core 4.1.0 (.NET): a profile disappears because of a setting that only other SDKs know the value of.
#
# "retry_mode = legacy" is a value of the AWS CLI and of boto3, in the file that all of them share. The .NET SDK has no such mode. It
# neither ignores the line nor throws: TryGetProfile returns false for the whole profile, as if its name were wrong, and the profile is
# missing from ListProfiles. The same profile without the line is found. The SDK for JavaScript (@smithy/shared-ini-file-loader 4.7.2)
# reads it.
#
# Seen:
#   plain True
#   legacy False
#   listed: plain
#   JavaScript: AKIAI44QH8DHBEXAMPLE
#
# Needs the .NET SDK 10 and Node.js with npm. Ends with 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit @smithy/shared-ini-file-loader@4.7.2 >npm.log 2>&1 || { cat npm.log; exit 2; }
cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="AWSSDK.Core" Version="[4.1.0]" /></ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using System.Linq;
var chain = new Amazon.Runtime.CredentialManagement.CredentialProfileStoreChain();
foreach (var name in new[] { "plain", "legacy" })
{
    System.Console.WriteLine(name + " " + chain.TryGetProfile(name, out _));
}

System.Console.WriteLine("listed: " + string.Join(", ", chain.ListProfiles().Select(p => p.Name)));
CS
dotnet build --tl:off -v quiet -o out >build.log 2>&1 || { cat build.log; exit 2; }

mkdir -p home/.aws
cat >home/.aws/config <<'INI'
[profile plain]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example

[profile legacy]
aws_access_key_id = AKIAI44QH8DHBEXAMPLE
aws_secret_access_key = example
retry_mode = legacy
INI
export HOME=$folder/home
unset AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_PROFILE AWS_DEFAULT_PROFILE

sdk=$(dotnet out/finding.dll)
javascript=$(node --input-type=module --eval "
  import { parseKnownFiles } from '@smithy/shared-ini-file-loader';
  console.log((await parseKnownFiles({})).legacy.aws_access_key_id);")
printf '%s\nJavaScript: %s\n' "$sdk" "$javascript"
[[ "$sdk|$javascript" == $'plain True\nlegacy False\nlisted: plain|AKIAI44QH8DHBEXAMPLE' ]]
