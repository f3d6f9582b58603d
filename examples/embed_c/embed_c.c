/* embed_c HOME PASSPHRASE-FILE NOTE.json [GRANT] - the C ABI from plain C99: seals one progress note to the prosecutor
 * and opens the copy that goes to this agency's own archive. */
#include <exchange/exchange.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The passphrase goes from the file straight into the library's memory, which wipes it; no copy stays here. */
static int32_t passphrase(const char *what, uint8_t *out, size_t *n, void *user) {
  FILE *file = fopen((const char *)user, "rb");
  (void)what;
  if (file == NULL) return 1;
  setvbuf(file, NULL, _IONBF, 0);
  *n = fread(out, 1, *n, file);
  fclose(file);
  while (*n > 0 && (out[*n - 1] == '\n' || out[*n - 1] == '\r')) --*n;
  return *n > 0 ? 0 : 1;
}

/* Prints what went wrong and gives the exit status for it. */
static int failed(xch_error *error, int32_t code) {
  int status = 1;
  if (error == NULL) {
    fprintf(stderr, "failed with %d\n", (int)code);
    return status;
  }
  fprintf(stderr, "%s: %s %s\n  %s\n", xch_error_id(error), xch_error_text(error), xch_error_path(error),
          xch_error_fix(error));
  status = xch_error_exit(error);
  xch_error_free(error);
  return status;
}

/* Copies the text from `at` up to the next quote. Enough for the names and hex digests read here: inside a JSON string a
 * quote is always escaped, so no value can look like a member. A program that reads more uses a JSON library. */
static void copy_quoted(const char *at, char *out, size_t room) {
  size_t n = strcspn(at, "\"");
  if (n >= room) n = room - 1;
  memcpy(out, at, n);
  out[n] = 0;
}

/* Finds the first grant for a justice condition: the last "grant" member before that basis. */
static int find_grant(xch_ctx *ctx, char *out, size_t room) {
  static const char member[] = "\"grant\":\"";
  xch_buf *answer = NULL;
  xch_error *error = NULL;
  const int32_t code = xch_call(ctx, "grants.list", "{}", &answer, &error);
  const char *text, *basis, *at, *last = NULL;
  if (code != XCH_OK) return failed(error, code);
  text = (const char *)xch_buf_data(answer); /* a zero byte follows the JSON */
  basis = strstr(text, "\"basis\":\"justice-condition\"");
  for (at = text; basis != NULL && (at = strstr(at, member)) != NULL && at < basis; at += sizeof member - 1) last = at;
  if (last != NULL) copy_quoted(last + sizeof member - 1, out, room);
  xch_buf_free(answer);
  if (last == NULL) fprintf(stderr, "this agency holds no grant for a justice condition\n");
  return last == NULL ? 4 : 0;
}

/* Finds this agency's name. */
static int find_name(xch_ctx *ctx, const char *home, char *out, size_t room) {
  static const char member[] = "\"name\":\"";
  char request[2048];
  xch_buf *answer = NULL;
  xch_error *error = NULL;
  int32_t code;
  if (strpbrk(home, "\"\\") != NULL || strlen(home) > sizeof request - 32) {
    fprintf(stderr, "the path of the home is too long, or has a quote in it\n");
    return 2;
  }
  snprintf(request, sizeof request, "{\"home\":\"%s\"}", home);
  code = xch_call(ctx, "home.info", request, &answer, &error);
  if (code != XCH_OK) return failed(error, code);
  copy_quoted(strstr((const char *)xch_buf_data(answer), member) + sizeof member - 1, out, room);
  xch_buf_free(answer);
  return 0;
}

/* Reads the note and makes the request around it; NULL when there is no such file. */
static char *seal_request(const char *path, const char *grant) {
  static const char head[] = "{\"v\":1,\"type\":\"progress.engagement\",\"note\":";
  static const char tail[] = ",\"grant\":\"%s\",\"purpose\":\"FILING\",\"to\":[\"prosecutor\"],\"deliver\":false}";
  enum { kMaxNote = 1 << 20 };
  FILE *file = fopen(path, "rb");
  const size_t room = sizeof head + kMaxNote + sizeof tail + strlen(grant);
  char *out = malloc(room);
  size_t n;
  if (file == NULL || out == NULL) {
    if (file != NULL) fclose(file);
    free(out);
    return NULL;
  }
  memcpy(out, head, sizeof head - 1);
  n = sizeof head - 1 + fread(out + sizeof head - 1, 1, kMaxNote, file);
  fclose(file);
  snprintf(out + n, room - n, tail, grant);
  return out;
}

static int open_own_copy(xch_ctx *ctx, xch_slice envelope) {
  static const char member[] = "{\"field\":\"";
  char field[128];
  xch_buf *answer = NULL;
  xch_error *error = NULL;
  const char *at;
  const int32_t code = xch_open_json(ctx, envelope, "{}", &answer, &error);
  if (code != XCH_OK) return failed(error, code);
  for (at = (const char *)xch_buf_data(answer); (at = strstr(at, member)) != NULL; at += sizeof member - 1) {
    copy_quoted(at + sizeof member - 1, field, sizeof field);
    printf("field %s\n", field);
  }
  xch_buf_free(answer); /* wiped */
  return 0;
}

static int seal_and_open(xch_ctx *ctx, const char *home, const char *note, const char *given_grant) {
  char grant[65] = "", name[256] = "";
  char *request;
  xch_sealed *sealed = NULL;
  xch_error *error = NULL;
  int32_t code;
  size_t i;
  int status = 0;
  if (given_grant != NULL) copy_quoted(given_grant, grant, sizeof grant);
  if (given_grant == NULL) status = find_grant(ctx, grant, sizeof grant);
  if (status == 0) status = find_name(ctx, home, name, sizeof name);
  if (status != 0) return status;
  request = seal_request(note, grant);
  if (request == NULL) {
    fprintf(stderr, "the note cannot be read\n");
    return 4;
  }
  code = xch_seal_json(ctx, request, &sealed, &error);
  free(request);
  if (code != XCH_OK) return failed(error, code);
  printf("envelopes: %u\n", (unsigned)xch_sealed_count(sealed));
  for (i = 0; i < xch_sealed_count(sealed) && status == 0; ++i) {
    xch_slice envelope, mailbox;
    xch_sealed_envelope(sealed, i, &envelope, &mailbox);
    printf("to %.*s: %u bytes\n", (int)mailbox.n, (const char *)mailbox.p, (unsigned)envelope.n);
    if (mailbox.n == strlen(name) && memcmp(mailbox.p, name, mailbox.n) == 0) status = open_own_copy(ctx, envelope);
  }
  xch_sealed_free(sealed);
  return status;
}

int main(int argc, char **argv) {
  xch_options options;
  xch_ctx *ctx = NULL;
  xch_error *error = NULL;
  int32_t code;
  int status;
  if (argc < 4) {
    fprintf(stderr, "usage: embed_c HOME PASSPHRASE-FILE NOTE.json [GRANT]\n");
    return 2;
  }
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.secret = passphrase;
  options.user = argv[2];
  code = xch_open(argv[1], &options, &ctx, &error);
  if (code != XCH_OK) return failed(error, code);
  status = seal_and_open(ctx, argv[1], argv[3], argc > 4 ? argv[4] : NULL);
  xch_close(ctx);
  return status;
}
