# shellcheck shell=bash
# A PostgreSQL server for benchmarks, with TLS, of its own, on a free port: start_server, stop_server and what uses them. Source this file
# after scripts/prerequisites.sh. FOLDER is the folder of the benchmark.

forget_settings MIGRATOR_BINARY MIGRATOR_TEST_PG_BIN

# The names of databases decide about the login (pg_hba.conf): scram asks for a password, trust for none, and so does iam, over TLS only.
# shellcheck disable=SC2034 # used by scripts that source this file
readonly DATABASES=(scram trust iam)
PASSWORD=$(od -An -N 16 -tx1 /dev/urandom | tr -d ' \n')
SERVER_USER=$(server_user)
PORT=

# start_server [OPTION...]: options of postgres, for example -c fsync=off.
start_server() {
  local options
  chmod 755 "$FOLDER"
  mkdir "$FOLDER/data"
  is_root && chown "$SERVER_USER" "$FOLDER/data"
  as_user "$SERVER_USER" "$POSTGRES_BIN/initdb" -D "$FOLDER/data" -U postgres --auth=trust --locale=C --encoding=UTF8 >"$FOLDER/log"
  make_certificates
  cat >"$FOLDER/data/pg_hba.conf" <<'HBA'
local     all   postgres                trust
host      scram kong     127.0.0.1/32   scram-sha-256
hostnossl trust kong     127.0.0.1/32   trust
hostssl   iam   kong     127.0.0.1/32   trust
HBA
  PORT=$((20000 + RANDOM % 20000))
  printf -v options ' %q' -p "$PORT" -c listen_addresses=127.0.0.1 -c "unix_socket_directories=$FOLDER/data" -c ssl=on \
    -c password_encryption=scram-sha-256 "$@"
  as_user "$SERVER_USER" "$POSTGRES_BIN/pg_ctl" -D "$FOLDER/data" -w -l "$FOLDER/data/server.log" -o "$options" start \
    >"$FOLDER/log" </dev/null || fail "PostgreSQL did not start on port $PORT." "Run this again."
  sql postgres -c "CREATE ROLE kong LOGIN PASSWORD '$PASSWORD'"
}

stop_server() {
  as_user "$SERVER_USER" "$POSTGRES_BIN/pg_ctl" -D "$FOLDER/data" -m immediate stop >/dev/null 2>&1 || true
}

postgres_version() {
  "$POSTGRES_BIN/postgres" --version | sed -E 's/^[^)]*\) ([^ ]+).*/PostgreSQL \1/'
}

# A root and a certificate for localhost, of the kind that RDS has: RSA, 2048 bits.
make_certificates() {
  local data=$FOLDER/data
  {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=benchmark root' -keyout "$FOLDER/ca.key" -out "$FOLDER/ca.pem"
    openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout "$data/server.key" -out "$FOLDER/server.csr"
    openssl x509 -req -in "$FOLDER/server.csr" -CA "$FOLDER/ca.pem" -CAkey "$FOLDER/ca.key" -CAcreateserial -days 2 \
      -extfile <(printf 'subjectAltName = DNS:localhost') -out "$data/server.crt"
  } >"$FOLDER/log" 2>&1 || fail "openssl could not make certificates: $(tail -n 1 "$FOLDER/log")"
  chmod 600 "$data/server.key"
  is_root && chown "$SERVER_USER" "$data/server.key" "$data/server.crt"
  chmod 644 "$FOLDER/ca.pem"
}

# sql DATABASE ARGUMENT...: psql as a superuser.
sql() {
  local database=$1
  shift
  PGOPTIONS='-c client_min_messages=warning' "$POSTGRES_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$FOLDER/data" -p "$PORT" -U postgres \
    "$database" "$@"
}

# renew DATABASE [TEMPLATE]
renew() {
  sql postgres -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1 OWNER kong TEMPLATE ${2-template0}"
  # The rights of a new database up to PostgreSQL 14, for all versions.
  sql "$1" -c 'GRANT ALL ON SCHEMA public TO PUBLIC'
}

# write_conf FILE DATABASE PORT plain|tls
write_conf() {
  cat >"$1" <<CONF
pg_host = localhost
pg_port = $3
pg_user = kong
pg_database = $2
CONF
  [[ $2 != scram ]] || printf 'pg_password = %s\n' "$PASSWORD" >>"$1"
  [[ $2 != iam ]] || printf 'pg_iam_auth = on\n' >>"$1"
  [[ $4 != tls ]] || printf 'pg_ssl = on\npg_ssl_verify = on\nlua_ssl_trusted_certificate = %s\n' "$FOLDER/ca.pem" >>"$1"
}

# psql_address DATABASE PORT plain|tls: prints the same settings for psql.
psql_address() {
  local password='' tls="sslmode=disable"
  [[ $1 != scram ]] || password="password=$PASSWORD"
  [[ $3 != tls ]] || tls="sslmode=verify-full sslrootcert=$FOLDER/ca.pem"
  printf 'host=localhost port=%s user=kong dbname=%s gssencmode=disable connect_timeout=30 %s %s' "$2" "$1" "$tls" "$password"
}
