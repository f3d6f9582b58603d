import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;

/** Notes seals notes and opens envelopes through libexchange. The library is found as the dynamic linker finds it. */
public final class Notes {
  private static final String USAGE =
      "usage: Notes seal HOME PASSPHRASE-FILE REQUEST.json FOLDER   seal, one file per envelope into FOLDER\n"
      + "       Notes open HOME PASSPHRASE-FILE ENVELOPE...           open, each answer as a line of JSON\n"
      + "       Notes version                                         which library this is";

  public static void main(String[] arguments) {
    try {
      System.exit(run(arguments));
    } catch (Exchange.Failure failure) {
      System.err.println(failure.getMessage() + "\n  " + failure.fix);
      System.exit(failure.exit);
    } catch (IOException missing) {
      System.err.println(missing);
      System.exit(4);
    } catch (IllegalArgumentException request) {
      System.err.println(request.getMessage());
      System.exit(2);
    }
  }

  private static int run(String[] arguments) throws Exchange.Failure, IOException {
    String command = arguments.length == 0 ? "" : arguments[0];
    if (command.equals("version") && arguments.length == 1) {
      try (Exchange nobody = Exchange.open(null, null)) {
        print(nobody.call("version", "{}"));
      }
      return 0;
    }
    if (!(command.equals("seal") && arguments.length == 5) && !(command.equals("open") && arguments.length >= 4)) {
      System.err.println(USAGE);
      return 2;
    }
    Path passphrase = Paths.get(arguments[2]);
    try (Exchange home = Exchange.open(arguments[1], what -> line(passphrase))) {
      if (command.equals("open")) {
        for (int i = 3; i < arguments.length; ++i)
          print(home.openEnvelope(Files.readAllBytes(Paths.get(arguments[i]))));
        return 0;
      }
      String request = new String(Files.readAllBytes(Paths.get(arguments[3])), StandardCharsets.UTF_8);
      for (Exchange.Envelope envelope : home.seal(request)) {
        Files.write(Paths.get(arguments[4], envelope.mailbox + ".lxe"), envelope.data);
        print("to " + envelope.mailbox + ": " + envelope.data.length + " bytes");
      }
    }
    return 0;
  }

  /** line is a file's content without its last line break, or null. */
  private static byte[] line(Path file) {
    try {
      byte[] all = Files.readAllBytes(file);
      int n = all.length;
      while (n > 0 && (all[n - 1] == '\n' || all[n - 1] == '\r')) --n;
      byte[] out = Arrays.copyOf(all, n);
      Arrays.fill(all, (byte) 0);
      return out;
    } catch (IOException missing) {
      return null;
    }
  }

  /** print writes UTF-8 whatever the locale is. */
  private static void print(String text) throws IOException {
    System.out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }
}
