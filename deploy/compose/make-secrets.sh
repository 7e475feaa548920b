#!/bin/sh
# make-secrets.sh [folder]: makes the secrets that are missing, once. Keep a copy apart from backups of the database: without
# them its secrets cannot be read.
set -eu
umask 077
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"

# Containers run as users of their own: the folder keeps everybody else out, not the files.
put() {
  [ -s "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"
  chmod 0444 "$folder/$1"
}
random() { openssl rand -base64 32 | tr -d '\n'; }

put database_password "$(openssl rand -hex 24)"
put database_url "postgresql://nexus:$(cat "$folder/database_password")@postgres:5432/nexus"
put nexus_encryption_keys "k1:$(random)"
put nexus_token_pepper "$(random)"
put nextauth_secret "$(random)"
put auth_encryption_key "$(random)"
put topolo_auth_client_secret "$(random)"
echo "The secrets are in $folder."
