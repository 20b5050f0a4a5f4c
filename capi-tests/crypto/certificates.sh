#!/bin/sh
# Makes the certificates of the tests in the directory $1, with a CA of their own.
set -eu
cd "$1"

ca() { # name subject
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" \
    -days 30 -subj "/CN=$2" -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
}

signed() { # name issuer subject extensions openssl-req-key-options...
  name=$1 issuer=$2 subject=$3 extensions=$4
  shift 4
  [ "$1" != -key ] || cp "$2" "$name.key"
  openssl req -new "$@" -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$subject" 2>/dev/null
  printf '%b' "$extensions" >"$name.ext"
  openssl x509 -req -in "$name.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -CAcreateserial \
    -days 30 -extfile "$name.ext" -out "$name.pem" 2>/dev/null
}

EC="-newkey ec -pkeyopt ec_paramgen_curve:P-256"
LEAF='subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n'
CA='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n'

ca ca "Test CA"
ca other-ca "Another CA"
signed server ca localhost "$LEAF" $EC
signed untrusted other-ca localhost "$LEAF" $EC
signed wrong-name ca elsewhere.example 'subjectAltName=DNS:elsewhere.example\nextendedKeyUsage=serverAuth\n' $EC
signed one ca one.example 'subjectAltName=DNS:one.example\nextendedKeyUsage=serverAuth\n' $EC
signed one-again ca one.example 'subjectAltName=DNS:one.example\nextendedKeyUsage=serverAuth\n' $EC
signed many ca many.example 'subjectAltName=DNS:*.many.example\nextendedKeyUsage=serverAuth\n' $EC
signed client ca "A client" 'extendedKeyUsage=clientAuth\n' $EC
signed wrong-client other-ca "A stranger" 'extendedKeyUsage=clientAuth\n' $EC
signed rsa ca localhost "$LEAF" -newkey rsa:2048
signed p384 ca localhost "$LEAF" -newkey ec -pkeyopt ec_paramgen_curve:P-384
signed ed25519 ca localhost "$LEAF" -newkey ed25519

# A certificate that is over.
openssl req -new $EC -nodes -keyout expired.key -out expired.csr -subj "/CN=localhost" 2>/dev/null
printf '%b' "$LEAF" >expired.ext
mkdir -p demo
: >demo/index.txt
echo 01 >demo/serial
cat >demo/ca.cnf <<CNF
[ca]
default_ca = demo
[demo]
database = demo/index.txt
serial = demo/serial
new_certs_dir = demo
default_md = sha256
policy = anything
[anything]
commonName = supplied
CNF
openssl ca -batch -config demo/ca.cnf -cert ca.pem -keyfile ca.key -in expired.csr -out expired.pem \
  -extfile expired.ext -startdate 20200101000000Z -enddate 20200201000000Z -notext 2>/dev/null

# A chain of two RSA CAs with bulky names. One key for all, as making it takes seconds.
openssl genrsa -out bulky.key 4096 2>/dev/null
bulk=$(printf 'DNS:%040d.example,' $(seq 1 40))
signed long-ca1 ca "Long CA 1" "$CA" -key bulky.key
signed long-ca2 long-ca1 "Long CA 2" "$CA" -key bulky.key
signed longchain long-ca2 localhost "subjectAltName=${bulk}DNS:localhost\nextendedKeyUsage=serverAuth\n" -key bulky.key
cat long-ca2.pem long-ca1.pem >>longchain.pem

# Keys that do not work.
openssl pkcs8 -topk8 -in server.key -out encrypted.key -passout pass:secret
openssl ec -in server.key -aes256 -passout pass:secret -out encrypted-old.key 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out unsupported.key 2>/dev/null
openssl genpkey -algorithm X25519 -out x25519.key
openssl pkey -in server.key -pubout -out public.key
head -c 150 server.key >truncated.key
printf -- '-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n' >broken.pem
head -c 300 server.pem >truncated.pem

# The same as DER.
for name in ca server one one-again many client wrong-client; do
  openssl x509 -in $name.pem -outform DER -out $name.der
done
openssl pkcs8 -topk8 -nocrypt -in one.key -outform DER -out one-pkcs8.der
openssl ec -in one.key -outform DER -out one-sec1.der 2>/dev/null
