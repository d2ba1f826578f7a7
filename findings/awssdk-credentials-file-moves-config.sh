#!/usr/bin/env bash
# AWSSDK.Core 4.1.0 (.NET): AWS_SHARED_CREDENTIALS_FILE moves the config file too.
#
# The variable names the file of credentials; AWS_CONFIG_FILE names the other one, ~/.aws/config by default. The SDK for JavaScript
# (@smithy/shared-ini-file-loader 4.7.2) and the AWS CLI read them like that. With AWS_SHARED_CREDENTIALS_FILE alone, the .NET SDK no longer
# looks at ~/.aws/config: a profile with a role that is there is not found, and nothing says so. A program that falls back to the next
# source of credentials then signs as another identity.
#
# Seen:
#   SDK, without the variable: role True
#   SDK, with the variable:    role False
#   JavaScript, with it:       arn:aws:iam::123456789012:role/example
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
var chain = new Amazon.Runtime.CredentialManagement.CredentialProfileStoreChain();
System.Console.WriteLine("role " + chain.TryGetProfile("role", out _));
CS
dotnet build --tl:off -v quiet -o out >build.log 2>&1 || { cat build.log; exit 2; }

mkdir -p home/.aws secrets
printf '[profile role]\nrole_arn = arn:aws:iam::123456789012:role/example\nsource_profile = keys\n' >home/.aws/config
printf '[keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\n' >secrets/credentials
export HOME=$folder/home
unset AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_PROFILE AWS_DEFAULT_PROFILE

without=$(dotnet out/finding.dll)
export AWS_SHARED_CREDENTIALS_FILE=$folder/secrets/credentials
with=$(dotnet out/finding.dll)
javascript=$(node --input-type=module --eval "
  import { parseKnownFiles } from '@smithy/shared-ini-file-loader';
  console.log((await parseKnownFiles({})).role.role_arn);")
printf 'SDK, without the variable: %s\nSDK, with the variable:    %s\nJavaScript, with it:       %s\n' "$without" "$with" "$javascript"
[[ "$without|$with|$javascript" == 'role True|role False|arn:aws:iam::123456789012:role/example' ]]
