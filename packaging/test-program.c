/* The smallest program that needs both libraries: built by the checks in each way that a user would. */
#include <stdio.h>
#include <string.h>

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto_rustls.h>
#include <ngtcp2/rngtcp2.h>

int main(void)
{
  ngtcp2_crypto_rustls_client *client;
  const ngtcp2_info *info = ngtcp2_version(NGTCP2_VERSION_NUM);
  if (info == NULL || strcmp(info->version_str, NGTCP2_VERSION) != 0 ||
      rngtcp2_version(RNGTCP2_VERSION_NUM) == NULL || ngtcp2_crypto_rustls_version(RNGTCP2_VERSION_NUM) == NULL) {
    fprintf(stderr, "header and library are of different versions\n");
    return 1;
  }
  if (ngtcp2_crypto_rustls_client_new(&client) != 0) {
    return 1;
  }
  ngtcp2_crypto_rustls_client_del(client);
  printf("ngtcp2 %s\n", info->version_str);
  return 0;
}
