// Notes seals notes and opens envelopes through libexchange. The library is found as the dynamic linker finds it.
using System;
using System.IO;
using System.Text;

static class Notes {
  const string kUsage =
      "usage: notes seal HOME PASSPHRASE-FILE REQUEST.json FOLDER   seal, one file per envelope into FOLDER\n" +
      "       notes open HOME PASSPHRASE-FILE ENVELOPE...           open, each answer as a line of JSON\n" +
      "       notes version                                         which library this is";

  static int Main(string[] arguments) {
    try {
      return Run(arguments);
    } catch (Exchange.Failure failure) {
      Console.Error.WriteLine(failure.Message + "\n  " + failure.Fix);
      return failure.Exit;
    } catch (IOException missing) {
      Console.Error.WriteLine(missing.Message);
      return 4;
    } catch (ArgumentException request) {
      Console.Error.WriteLine(request.Message);
      return 2;
    }
  }

  static int Run(string[] arguments) {
    string command = arguments.Length == 0 ? "" : arguments[0];
    if (command == "version" && arguments.Length == 1) {
      using (var nobody = Exchange.Home.Open(null, null)) Print(nobody.Call("version", "{}"));
      return 0;
    }
    if (!(command == "seal" && arguments.Length == 5) && !(command == "open" && arguments.Length >= 4)) {
      Console.Error.WriteLine(kUsage);
      return 2;
    }
    using (var home = Exchange.Home.Open(arguments[1], what => Line(arguments[2]))) {
      if (command == "open") {
        for (int i = 3; i < arguments.Length; ++i) Print(home.OpenEnvelope(File.ReadAllBytes(arguments[i])));
        return 0;
      }
      foreach (var envelope in home.Seal(Encoding.UTF8.GetString(File.ReadAllBytes(arguments[3])))) {
        File.WriteAllBytes(Path.Combine(arguments[4], envelope.Mailbox + ".lxe"), envelope.Data);
        Print("to " + envelope.Mailbox + ": " + envelope.Data.Length + " bytes");
      }
    }
    return 0;
  }

  // A file's content without its last line break, or null.
  static byte[] Line(string file) {
    if (!File.Exists(file)) return null;
    byte[] all = File.ReadAllBytes(file);
    int n = all.Length;
    while (n > 0 && (all[n - 1] == '\n' || all[n - 1] == '\r')) --n;
    var line = new byte[n];
    Array.Copy(all, line, n);
    Array.Clear(all, 0, all.Length);
    return line;
  }

  // UTF-8 whatever the locale is.
  static void Print(string text) {
    byte[] bytes = Encoding.UTF8.GetBytes(text + "\n");
    using (var out_ = Console.OpenStandardOutput()) out_.Write(bytes, 0, bytes.Length);
  }
}
