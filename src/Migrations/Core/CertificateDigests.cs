namespace Migrations.Core;

/// <summary>
/// The rewrite of <see cref="M009_200_to_210"/>: <c>cert_digest</c> becomes the SHA-256 of each CA certificate (of its DER form, in lower
/// case hex), which is what makes a certificate unique from 2.1 on.
/// </summary>
internal static class CertificateDigests
{
    // Kong: a certificate that cannot be read ends the finish phase for good, as the column must not be NULL. Here its digest is that of
    // the stored text, and a warning names it: it is as unique, and the gateway could not use such a certificate anyway.
    // sha256() came with PostgreSQL 11; on 10 the extension pgcrypto has to help.
    public const string Sql =
        """
        DO $$
        DECLARE
          authority record;
          der bytea;
          digest text;
        BEGIN
          FOR authority IN SELECT id, cert, cert_digest FROM ca_certificates LOOP
            BEGIN
              der := decode(regexp_replace(
                substring(authority.cert FROM '-----BEGIN [A-Z0-9 ]*CERTIFICATE-----(.*?)-----END'), '\s', '', 'g'), 'base64');
            EXCEPTION WHEN data_exception THEN
              der := NULL;
            END;

            IF coalesce(length(der), 0) = 0 OR get_byte(der, 0) <> 48 THEN
              RAISE WARNING USING MESSAGE = format('ca_certificates %s: the certificate cannot be read', authority.id),
                HINT = 'Its digest was taken from the stored text. Delete the CA certificate, or upload it again as PEM.';
              der := convert_to(authority.cert, 'UTF8');
            END IF;

            IF current_setting('server_version_num')::int >= 110000 THEN
              digest := encode(sha256(der), 'hex');
            ELSE
              digest := encode(digest(der, 'sha256'), 'hex');
            END IF;

            UPDATE ca_certificates SET cert_digest = digest
             WHERE id = authority.id AND cert_digest IS DISTINCT FROM digest;
          END LOOP;
        END
        $$
        """;
}
