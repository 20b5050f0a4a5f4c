# Reads ngtcp2.h and prints, as C, a call of each function with arguments that nonsense.c draws by their type.
#
# Left out are the functions whose arguments nonsense cannot own: those that make or free objects.

function trim(s) {
  gsub(/^[ \t]+|[ \t]+$/, "", s)
  return s
}

function argument(parameter, position,    type) {
  parameter = trim(parameter)
  if (parameter ~ /ngtcp2_conn \*[a-z_]+$/) return "connection()"
  type = parameter
  if (type ~ /\*/) {
    sub(/[A-Za-z0-9_]+$/, "", type)
    if (type ~ /uint8_t/) return "(" type ")bytes(" position ")"
    if (type ~ /ngtcp2_cid \*/) return "(" type ")bytes(" position ")"
    return "(" type ")pointer(" position ")"
  }
  sub(/ [A-Za-z0-9_]+$/, "", type)
  if (type == "ngtcp2_encrypt") return "encrypt_or_null()"
  if (type == "ngtcp2_hp_mask") return "hp_mask_or_null()"
  if (type == "ngtcp2_write_pkt") return "write_pkt_or_null()"
  if (type == "size_t" || type == "ngtcp2_socklen") return "(" type ")length()"
  if (type == "ngtcp2_tstamp") return "point_in_time()"
  return "(" type ")number()"
}

function emit(prototype,    name, list, count, parameters, i, call) {
  name = prototype
  sub(/\(.*/, "", name)
  sub(/.*[ *]/, "", name)
  if (name ~ /_(client|server)_new_versioned$|_conn_del$|_params_(decode_new|del)$/) return
  list = prototype
  sub(/^[^(]*\(/, "", list)
  sub(/\)[^)]*$/, "", list)
  count = trim(list) == "void" ? 0 : split(list, parameters, ",")
  call = name "("
  for (i = 1; i <= count; i++) call = call (i > 1 ? ", " : "") argument(parameters[i], i - 1)
  print "static void call_" name "(void) { (void)" call "); }"
  names[++total] = name
}

/^NGTCP2_EXTERN / { collecting = 1; prototype = "" }
collecting {
  prototype = prototype " " $0
  if (/;/) {
    collecting = 0
    sub(/.*NGTCP2_EXTERN/, "", prototype)
    sub(/;.*/, "", prototype)
    emit(prototype)
  }
}

END {
  print "static const struct { const char *name; void (*call)(void); } calls[] = {"
  for (i = 1; i <= total; i++) print "    {\"" names[i] "\", call_" names[i] "},"
  print "};"
}
