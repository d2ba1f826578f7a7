namespace Migrations.Core;

/// <summary>The rewrite of <see cref="M009_200_to_210"/> that fills <c>ca_certificates.cert_digest</c>.</summary>
/// <remarks>
/// The digest is the SHA-256 of the certificate's DER form, in lower-case hex. From 2.1 on it is the unique key of a CA certificate.
/// </remarks>
internal static class CertificateDigests
{
    /// <summary>The SQL of the rewrite.</summary>
    // Kong: a certificate that cannot be read, or that two rows hold, makes the finish phase fail every time: the column is NOT NULL and
    // unique. Here such a row gets a digest of the stored text instead, and a warning names the row.
    // sha256() exists from PostgreSQL 11 on; PostgreSQL 10 needs the extension pgcrypto, in whatever schema it is.
    public static string Rewrite(GatewaySchema schema) => Write(
        schema,
        $"""
        UPDATE {schema.Qualify("ca_certificates")} SET cert_digest = digest
               WHERE id = authority.id AND cert_digest IS DISTINCT FROM digest;
            IF is_watched AND NOT EXISTS (SELECT FROM {schema.Qualify("ca_certificates")} WHERE id = authority.id AND cert_digest = digest)
              THEN
              {new WatchedRewrite(schema, "ca_certificates").Fail("'certificate ', authority.id")}
            END IF;
        """);

    /// <summary>SQL that raises the warnings of the rewrite and changes nothing.</summary>
    public static string Check(GatewaySchema schema) => Write(schema, update: "");

    private static string Write(GatewaySchema schema, string update) =>
        $"""
        DO $$
        DECLARE
          authority record;
          der bytea;
          digest text;
          problem text;
          digests text[] := ARRAY[]::text[];
          is_watched boolean := {new WatchedRewrite(schema, "ca_certificates").IsNeeded};
          sha256 text := coalesce(
            CASE WHEN to_regprocedure('pg_catalog.sha256(bytea)') IS NOT NULL THEN 'sha256($1)' END,
            (SELECT format('%I.digest($1::bytea, ''sha256''::text)', nspname)
               FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
              WHERE extname = 'pgcrypto'));
        BEGIN
          FOR authority IN SELECT id, cert, cert_digest FROM {schema.Qualify("ca_certificates")} ORDER BY id LOOP
            IF sha256 IS NULL THEN
              RAISE EXCEPTION USING
                MESSAGE = 'ca_certificates needs SHA-256, which this server does not have',
                HINT = 'Run CREATE EXTENSION pgcrypto as a superuser, or upgrade to PostgreSQL 11 or later.';
            END IF;

            problem := NULL;
            BEGIN
              der := decode(regexp_replace(
                substring(authority.cert FROM '-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([^-]*)-----END'), '\s', '', 'g'), 'base64');
            EXCEPTION WHEN data_exception THEN
              der := NULL;
            END;

            IF coalesce(length(der), 0) = 0 OR get_byte(der, 0) <> 48 THEN
              problem := 'the certificate cannot be read';
            ELSE
              EXECUTE format('SELECT encode(%s, ''hex'')', sha256) INTO digest USING der;
              IF digest = ANY (digests)
                  OR EXISTS (SELECT FROM {schema.Qualify("ca_certificates")} WHERE cert_digest = digest AND id <> authority.id) THEN
                problem := 'another row holds the same certificate';
              END IF;
            END IF;

            IF problem IS NOT NULL THEN
              EXECUTE format('SELECT encode(%s, ''hex'')', sha256) INTO digest USING convert_to(authority.id || authority.cert, 'UTF8');
              {RowWarning.Raise(
                  "ca_certificates",
                  "authority.id::text",
                  "concat('ca_certificates ', authority.id, ': ', problem, '; cert_digest was made from the stored text, which has ', "
                      + "length(authority.cert), ' characters')",
                  "Delete the CA certificate, or upload it again as PEM.")}
            END IF;

            digests := array_append(digests, digest);
            {update}
          END LOOP;
        END
        $$
        """;
}
