#!/bin/sh
# Makes what NATS and the nodes prove themselves with, in a new folder:
#
#     sh deploy/three-nodes/secrets.sh FOLDER [ADDRESS ADDRESS ADDRESS]
#
# ca/                     the authority: its key signs further certificates and is kept off these machines
# nats-1/ nats-2/ nats-3/ for /etc/nharong-nats of one machine each: certificate for its address, who may sign in
# nats/                   for /etc/nharong/nats of all nodes: certificate, and the seed they sign in with
#
# The certificates hold for 825 days; the addresses are of the NATS machines, 10.0.0.21 to 10.0.0.23 where none are given.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?"secrets.sh FOLDER [ADDRESS ADDRESS ADDRESS]"}
shift
[ $# -gt 0 ] || set -- 10.0.0.21 10.0.0.22 10.0.0.23
[ $# -eq 3 ] || { echo "three addresses, one for each NATS" >&2; exit 2; }
# Two halves of different makings would not fit together.
mkdir "$folder" || { echo "$folder must not be there yet" >&2; exit 1; }
folder=$(cd "$folder" && pwd)
mkdir "$folder/ca" "$folder/nats"

curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $curve -days 3650 -subj "/CN=Nha Rong NATS" -keyout "$folder/ca/ca.key" -out "$folder/ca/ca.pem" \
  -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" 2>/dev/null

# sign PLACE NAME USES [ADDRESS]
sign() {
  openssl req -new $curve -subj "/CN=$(basename "$1")" -keyout "$1/$2.key" -out "$1/$2.csr" 2>/dev/null
  {
    echo "basicConstraints=critical,CA:FALSE"
    echo "keyUsage=critical,digitalSignature"
    echo "extendedKeyUsage=$3"
    case ${4:-} in
      '') ;;
      *[!0-9.]*) case $4 in *:*) echo "subjectAltName=IP:$4" ;; *) echo "subjectAltName=DNS:$4" ;; esac ;;
      *) echo "subjectAltName=IP:$4" ;;
    esac
  } >"$1/$2.ext"
  openssl x509 -req -in "$1/$2.csr" -CA "$folder/ca/ca.pem" -CAkey "$folder/ca/ca.key" -CAcreateserial -days 825 \
    -extfile "$1/$2.ext" -out "$1/$2.pem" 2>/dev/null
  rm "$1/$2.csr" "$1/$2.ext"
  cp "$folder/ca/ca.pem" "$1/ca.pem"
}

# The seed stays with the nodes; the servers get the public half.
cd "$here/../.."
node=node_modules/.bin/node
[ -x "$node" ] || node=node
public=$("$node" --input-type=module -e '
  import { writeFileSync } from "node:fs";
  import { nkeys } from "@nats-io/transport-node";
  const user = nkeys.createUser();
  writeFileSync(process.argv[1], Buffer.concat([user.getSeed(), Buffer.from("\n")]), { mode: 0o600 });
  process.stdout.write(user.getPublicKey());
' "$folder/nats/node.nk")

sign "$folder/nats" node clientAuth
at=0
for address in "$@"; do
  at=$((at + 1))
  mkdir "$folder/nats-$at"
  # Servers call each other, too.
  sign "$folder/nats-$at" server serverAuth,clientAuth "$address"
  cat >"$folder/nats-$at/users.conf" <<EOF
users: [
  { nkey: "$public", permissions: { publish: "nharong.>", subscribe: "nharong.>" } }
]
EOF
done
echo "$folder: nats-1, nats-2, nats-3 to a NATS machine each, nats to all nodes; put ca away"
