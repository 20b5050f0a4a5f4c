#!/bin/sh
# The compiler as cargo calls it for fuzz/build.sh: puts libFuzzer's counters into our libraries and into nothing else. The
# simulator around them is not what is searched, and its counters cost more than all that it does.
case " $* " in
  *" --crate-name ngtcp2 "* | *" --crate-name ngtcp2_crypto_rustls "*) exec "$@" $FUZZ_COUNTERS ;;
  *) exec "$@" ;;
esac
