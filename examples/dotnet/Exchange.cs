// libexchange for .NET: a thin layer over exchange.h by P/Invoke, for .NET Standard 2.0 and later, .NET Framework and
// Mono.
//
//     using (var home = Exchange.Home.Open("case-management", what => Passphrase())) {
//       foreach (var envelope in home.Seal("{\"type\":\"progress.engagement\", ...}")) ...
//     }
//
// Requests and answers are JSON texts (docs/verbs.md); use the JSON library of your program. Any number of threads may
// use one Home at once; callbacks run on the thread that makes the call. .NET cannot wipe a string: keep an opened note
// no longer than you need it.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Exchange {

/// <summary>A call that did not do what it should; Code > 0 is a true answer (denied, revoked), below 0 a
/// failure.</summary>
public sealed class Failure : Exception {
  public readonly int Code, Exit;
  public readonly string Id, Text, Path, Fix;

  internal Failure(int code, string id, string text, string path, string fix, int exit)
      : base(id + ": " + text + (path.Length == 0 ? "" : " at " + path)) {
    Code = code;
    Id = id;
    Text = text;
    Path = path;
    Fix = fix;
    Exit = exit;
  }
}

/// <summary>One sealed envelope and the mailbox (the recipient's name) that it goes to.</summary>
public sealed class Envelope {
  public readonly string Mailbox;
  public readonly byte[] Data;

  internal Envelope(string mailbox, byte[] data) {
    Mailbox = mailbox;
    Data = data;
  }
}

/// <summary>Gives the passphrase that is asked for, or null for none. The array is wiped after use.</summary>
public delegate byte[] Secret(string what);

/// <summary>One open home.</summary>
public sealed class Home : IDisposable {
  /// <summary>Opens a home, which takes about half a second, on purpose; null: for the verbs that need none.</summary>
  public static Home Open(string home, Secret secret) {
    return new Home(home, secret);
  }

  /// <summary>Runs an administration verb (docs/verbs.md) and gives its answer.</summary>
  public string Call(string verb, string request) {
    IntPtr answer, error;
    Check(Abi.xch_call(context_, Utf8(verb), Utf8(request), out answer, out error), error);
    return Take(answer);
  }

  /// <summary>Seals the notes of a request (docs/verbs.md, "The data calls"); they are durable in the outbox
  /// then.</summary>
  public IList<Envelope> Seal(string request) {
    IntPtr sealed_, error;
    Check(Abi.xch_seal_json(context_, Utf8(request), out sealed_, out error), error);
    try {
      var envelopes = new List<Envelope>();
      ulong count = Abi.xch_sealed_count(sealed_).ToUInt64();
      for (ulong i = 0; i < count; ++i) {
        Slice data, mailbox;
        Abi.xch_sealed_envelope(sealed_, new UIntPtr(i), out data, out mailbox);
        envelopes.Add(new Envelope(Encoding.UTF8.GetString(mailbox.Copy()), data.Copy()));
      }
      return envelopes;
    } finally {
      Abi.xch_sealed_free(sealed_);
    }
  }

  /// <summary>Opens one envelope addressed to this home.</summary>
  public string OpenEnvelope(byte[] envelope) {
    IntPtr answer, error;
    var pinned = GCHandle.Alloc(envelope, GCHandleType.Pinned);
    try {
      var slice = new Slice { p = pinned.AddrOfPinnedObject(), n = new UIntPtr((ulong)envelope.Length) };
      Check(Abi.xch_open_json(context_, slice, Utf8("{}"), out answer, out error), error);
    } finally {
      pinned.Free();
    }
    return Take(answer);
  }

  /// <summary>Frees the home and its keys. No other call may be under way.</summary>
  public void Dispose() {
    context_.Dispose();
    GC.KeepAlive(secret_);
  }

  const uint kAbiMajor = 1;
  readonly Context context_;
  readonly SecretFn secret_;  // a delegate that C holds must be kept from the collector as long as the context lives

  Home(string home, Secret secret) {
    if (Abi.xch_abi_version() >> 16 != kAbiMajor) throw new DllNotFoundException("this class is for another C ABI");
    var options = new Options { size = (uint)Marshal.SizeOf(typeof(Options)) };
    if (secret != null) {
      secret_ = Callback(secret);
      options.secret = Marshal.GetFunctionPointerForDelegate(secret_);
    }
    IntPtr error;
    Check(Abi.xch_open(home == null ? null : Utf8(home), ref options, out context_, out error), error);
  }

  static SecretFn Callback(Secret secret) {
    return (what, room, size, user) => {
      try {  // an exception must not cross the C frames below: the library then says that there was none
        byte[] passphrase = secret(Text(what));
        if (passphrase == null || passphrase.LongLength > Marshal.ReadIntPtr(size).ToInt64()) return 1;
        Marshal.Copy(passphrase, 0, room, passphrase.Length);
        Marshal.WriteIntPtr(size, new IntPtr(passphrase.Length));
        Array.Clear(passphrase, 0, passphrase.Length);
        return 0;
      } catch (Exception) {
        return 1;
      }
    };
  }

  static void Check(int code, IntPtr error) {
    if (code == 0) return;
    if (error == IntPtr.Zero) throw new OutOfMemoryException("libexchange: " + code);
    var failure = new Failure(code, Text(Abi.xch_error_id(error)), Text(Abi.xch_error_text(error)),
                              Text(Abi.xch_error_path(error)), Text(Abi.xch_error_fix(error)),
                              Abi.xch_error_exit(error));
    Abi.xch_error_free(error);
    throw failure;
  }

  static string Take(IntPtr buffer) {
    try {
      var bytes = new byte[Abi.xch_buf_size(buffer).ToUInt64()];
      Marshal.Copy(Abi.xch_buf_data(buffer), bytes, 0, bytes.Length);
      return Encoding.UTF8.GetString(bytes);
    } finally {
      Abi.xch_buf_free(buffer);
    }
  }

  /// The text with the zero byte that C reads up to; one inside it would cut it short.
  static byte[] Utf8(string text) {
    if (text.IndexOf('\0') >= 0) throw new ArgumentException("a request must not hold a zero character");
    return Encoding.UTF8.GetBytes(text + '\0');
  }

  static string Text(IntPtr utf8) {
    int n = 0;
    while (Marshal.ReadByte(utf8, n) != 0) ++n;
    var bytes = new byte[n];
    Marshal.Copy(utf8, bytes, 0, n);
    return Encoding.UTF8.GetString(bytes);
  }
}

// ---- exchange.h

[StructLayout(LayoutKind.Sequential)]
struct Slice {
  public IntPtr p;
  public UIntPtr n;

  public byte[] Copy() {
    var out_ = new byte[n.ToUInt64()];
    if (out_.Length > 0) Marshal.Copy(p, out_, 0, out_.Length);
    return out_;
  }
}

[UnmanagedFunctionPointer(CallingConvention.Cdecl)]
delegate int SecretFn(IntPtr what, IntPtr room, IntPtr size, IntPtr user);

[StructLayout(LayoutKind.Sequential)]
struct Options {
  public uint size, flags;
  public IntPtr clock, log, secret, key, get, put, user, drop_user;
}

// The runtime closes a SafeHandle once, even when the program forgets to, and never while a call uses it.
sealed class Context : SafeHandle {
  Context() : base(IntPtr.Zero, true) {}
  public override bool IsInvalid { get { return handle == IntPtr.Zero; } }
  protected override bool ReleaseHandle() {
    Abi.xch_close(handle);
    return true;
  }
}

static class Abi {
  const string kLibrary = "libexchange.so.1";
  [DllImport(kLibrary)] public static extern IntPtr xch_error_id(IntPtr error);
  [DllImport(kLibrary)] public static extern IntPtr xch_error_text(IntPtr error);
  [DllImport(kLibrary)] public static extern IntPtr xch_error_path(IntPtr error);
  [DllImport(kLibrary)] public static extern IntPtr xch_error_fix(IntPtr error);
  [DllImport(kLibrary)] public static extern int xch_error_exit(IntPtr error);
  [DllImport(kLibrary)] public static extern void xch_error_free(IntPtr error);
  [DllImport(kLibrary)] public static extern IntPtr xch_buf_data(IntPtr buffer);
  [DllImport(kLibrary)] public static extern UIntPtr xch_buf_size(IntPtr buffer);
  [DllImport(kLibrary)] public static extern void xch_buf_free(IntPtr buffer);
  [DllImport(kLibrary)] public static extern uint xch_abi_version();
  [DllImport(kLibrary)]
  public static extern int xch_open(byte[] home, ref Options options, out Context context, out IntPtr error);
  [DllImport(kLibrary)] public static extern void xch_close(IntPtr context);
  [DllImport(kLibrary)] public static extern UIntPtr xch_sealed_count(IntPtr sealed_);
  [DllImport(kLibrary)]
  public static extern int xch_sealed_envelope(IntPtr sealed_, UIntPtr i, out Slice envelope, out Slice mailbox);
  [DllImport(kLibrary)] public static extern void xch_sealed_free(IntPtr sealed_);
  [DllImport(kLibrary)]
  public static extern int xch_seal_json(Context context, byte[] request, out IntPtr sealed_, out IntPtr error);
  [DllImport(kLibrary)]
  public static extern int xch_open_json(Context context, Slice envelope, byte[] request, out IntPtr answer,
                                         out IntPtr error);
  [DllImport(kLibrary)]
  public static extern int xch_call(Context context, byte[] verb, byte[] request, out IntPtr answer, out IntPtr error);
}

}  // namespace Exchange
