import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * libexchange for Java 8 and later: a thin layer over exchange.h by JNA.
 *
 * <pre>
 * try (Exchange home = Exchange.open("case-management", what -&gt; passphrase())) {
 *   for (Exchange.Envelope envelope : home.seal("{\"type\":\"progress.engagement\", ...}")) ...
 * }
 * </pre>
 *
 * Requests and answers are JSON texts (docs/verbs.md); use the JSON library of your program. Any number of threads may
 * use one Exchange at once; callbacks run on the thread that makes the call. Java cannot wipe a String: keep an opened
 * note no longer than you need it.
 */
public final class Exchange implements AutoCloseable {
  /** Secret gives the passphrase that is asked for, or null for none. The array is wiped after use. */
  public interface Secret {
    byte[] give(String what);
  }

  /** Failure is a call that did not do what it should; code above 0: an answer (denied, revoked), below 0: a failure. */
  public static final class Failure extends Exception {
    private static final long serialVersionUID = 1;
    public final int code, exit;
    public final String id, text, path, fix;

    Failure(int code, String id, String text, String path, String fix, int exit) {
      super(id + ": " + text + (path.isEmpty() ? "" : " at " + path));
      this.code = code;
      this.id = id;
      this.text = text;
      this.path = path;
      this.fix = fix;
      this.exit = exit;
    }
  }

  /** Envelope is one sealed envelope and the mailbox (the recipient's name) that it goes to. */
  public static final class Envelope {
    public final String mailbox;
    public final byte[] data;

    Envelope(String mailbox, byte[] data) {
      this.mailbox = mailbox;
      this.data = data;
    }
  }

  /** open opens a home, which takes about half a second, on purpose; home null: for the verbs that need none. */
  public static Exchange open(String home, Secret secret) throws Failure {
    return new Exchange(home, secret);
  }

  /** call runs an administration verb (docs/verbs.md) and gives its answer. */
  public String call(String verb, String request) throws Failure {
    PointerByReference answer = new PointerByReference(), error = new PointerByReference();
    check(ABI.xch_call(opened(), utf8(verb), utf8(request), answer, error), error);
    return take(answer);
  }

  /** seal seals the notes of a request (docs/verbs.md, "The data calls"); the envelopes are durable in the outbox. */
  public List<Envelope> seal(String request) throws Failure {
    PointerByReference out = new PointerByReference(), error = new PointerByReference();
    check(ABI.xch_seal_json(opened(), utf8(request), out, error), error);
    Pointer sealed = out.getValue();
    try {
      List<Envelope> envelopes = new ArrayList<>();
      for (long i = 0; i < ABI.xch_sealed_count(sealed).longValue(); ++i) {
        Slice data = new Slice(), mailbox = new Slice();
        ABI.xch_sealed_envelope(sealed, new SizeT(i), data, mailbox);
        envelopes.add(new Envelope(new String(mailbox.copy(), StandardCharsets.UTF_8), data.copy()));
      }
      return envelopes;
    } finally {
      ABI.xch_sealed_free(sealed);
    }
  }

  /** openEnvelope opens one envelope addressed to this home. */
  public String openEnvelope(byte[] envelope) throws Failure {
    PointerByReference answer = new PointerByReference(), error = new PointerByReference();
    Memory copy = new Memory(Math.max(1, envelope.length));
    copy.write(0, envelope, 0, envelope.length);
    Slice.ByValue slice = new Slice.ByValue();
    slice.p = copy;
    slice.n = new SizeT(envelope.length);
    check(ABI.xch_open_json(opened(), slice, utf8("{}"), answer, error), error);
    return take(answer);
  }

  /** close frees the home and its keys. A second call does nothing. No other call may be under way. */
  @Override
  public synchronized void close() {
    if (context != null) ABI.xch_close(context);
    context = null;
  }

  // ---- exchange.h

  private static final int ABI_MAJOR = 1;
  private static final Abi ABI = load();
  private final SecretFn secretFn;  // lives as long as the context: the library may ask again
  private Pointer context;

  private Exchange(String home, Secret secret) throws Failure {
    Options options = new Options();
    secretFn = secret == null ? null : callback(secret);
    options.secret = secretFn;
    options.size = options.size();
    PointerByReference out = new PointerByReference(), error = new PointerByReference();
    check(ABI.xch_open(home == null ? null : utf8(home), options, out, error), error);
    context = out.getValue();
  }

  public interface Abi extends Library {
    String xch_error_id(Pointer error);
    String xch_error_text(Pointer error);
    String xch_error_path(Pointer error);
    String xch_error_fix(Pointer error);
    int xch_error_exit(Pointer error);
    void xch_error_free(Pointer error);
    Pointer xch_buf_data(Pointer buffer);
    SizeT xch_buf_size(Pointer buffer);
    void xch_buf_free(Pointer buffer);
    int xch_abi_version();
    int xch_open(byte[] home, Options options, PointerByReference out, PointerByReference error);
    void xch_close(Pointer context);
    SizeT xch_sealed_count(Pointer sealed);
    int xch_sealed_envelope(Pointer sealed, SizeT i, Slice envelope, Slice mailbox);
    void xch_sealed_free(Pointer sealed);
    int xch_seal_json(Pointer context, byte[] request, PointerByReference sealed, PointerByReference error);
    int xch_open_json(Pointer context, Slice.ByValue envelope, byte[] request, PointerByReference answer,
        PointerByReference error);
    int xch_call(Pointer context, byte[] verb, byte[] request, PointerByReference answer, PointerByReference error);
  }

  /** SizeT is size_t. */
  public static final class SizeT extends com.sun.jna.IntegerType {
    private static final long serialVersionUID = 1;

    public SizeT() {
      this(0);
    }
    public SizeT(long value) {
      super(Native.SIZE_T_SIZE, value, true);
    }
  }

  /** Slice is xch_slice, bytes borrowed for the length of a call. */
  public static class Slice extends Structure {
    public Pointer p;
    public SizeT n = new SizeT();

    public static final class ByValue extends Slice implements Structure.ByValue {}

    byte[] copy() {
      return n.intValue() == 0 ? new byte[0] : p.getByteArray(0, n.intValue());
    }
    @Override
    protected List<String> getFieldOrder() {
      return Arrays.asList("p", "n");
    }
  }

  public interface SecretFn extends Callback {
    int invoke(String what, Pointer out, Pointer n, Pointer user);
  }

  /** Options is xch_options; the callbacks that are not used here are plain pointers and NULL. */
  public static final class Options extends Structure {
    public int size, flags;
    public Pointer clock, log;
    public SecretFn secret;
    public Pointer key, get, put, user, dropUser;

    @Override
    protected List<String> getFieldOrder() {
      return Arrays.asList("size", "flags", "clock", "log", "secret", "key", "get", "put", "user", "dropUser");
    }
  }

  private static Abi load() {
    Abi abi = Native.load("libexchange.so.1", Abi.class,
        java.util.Collections.singletonMap(Library.OPTION_STRING_ENCODING, "UTF-8"));
    if (abi.xch_abi_version() >>> 16 != ABI_MAJOR)
      throw new UnsatisfiedLinkError("this class is for version " + ABI_MAJOR + " of the C ABI");
    return abi;
  }

  private static SecretFn callback(Secret secret) {
    return (what, out, n, user) -> {
      try {  // an exception must not cross the C frames below: the library then says that there was none
        byte[] passphrase = secret.give(what);
        long room = Native.SIZE_T_SIZE == 8 ? n.getLong(0) : n.getInt(0);
        if (passphrase == null || passphrase.length > room) return 1;
        out.write(0, passphrase, 0, passphrase.length);
        if (Native.SIZE_T_SIZE == 8) n.setLong(0, passphrase.length);
        else n.setInt(0, passphrase.length);
        Arrays.fill(passphrase, (byte) 0);
        return 0;
      } catch (RuntimeException | Error none) {
        return 1;
      }
    };
  }

  private Pointer opened() {
    if (context == null) throw new IllegalStateException("this home is closed");
    return context;
  }

  private static String take(PointerByReference answer) {
    Pointer buffer = answer.getValue();
    try {
      int size = ABI.xch_buf_size(buffer).intValue();
      return new String(ABI.xch_buf_data(buffer).getByteArray(0, size), StandardCharsets.UTF_8);
    } finally {
      ABI.xch_buf_free(buffer);
    }
  }

  private static void check(int code, PointerByReference given) throws Failure {
    if (code == 0) return;
    Pointer error = given.getValue();
    if (error == null) throw new OutOfMemoryError("libexchange: " + code);
    Failure failure = new Failure(code, ABI.xch_error_id(error), ABI.xch_error_text(error), ABI.xch_error_path(error),
        ABI.xch_error_fix(error), ABI.xch_error_exit(error));
    ABI.xch_error_free(error);
    throw failure;
  }

  /** utf8 ends a text with the zero byte that C reads up to; one inside it would cut it short. */
  private static byte[] utf8(String text) {
    if (text.indexOf('\0') >= 0) throw new IllegalArgumentException("a request must not hold a zero character");
    return (text + '\0').getBytes(StandardCharsets.UTF_8);
  }
}
