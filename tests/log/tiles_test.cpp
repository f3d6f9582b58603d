#include "log/tiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "base/file.hpp"
#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "log/folder.hpp"
#include "log/sample.hpp"
#include "log/vectors.hpp"

namespace xch::log {
namespace {

TEST(ParseTilePath, AgreesWithTheSumdbPaths) {
  // Theirs have the height of a tile (H) as their first number, ours is always 8; "data" is "entries" here.
  XCH_VECTORS(file, "sumdb/tlog.json");
  int good = 0, bad = 0;
  for (const auto& test : file["paths"]) {
    std::string path = text(test["path"]);
    path = "tile/" + path.substr(path.find('/', 5) + 1);
    if (path.rfind("tile/data/", 0) == 0) path = "tile/entries/" + path.substr(10);
    const auto name = parse_tile_path(path);
    const auto& expected = test["tile_H_L_N_W"];
    EXPECT_EQ(name.has_value(), !expected.is_null()) << path;
    ++(name ? good : bad);
    if (!name) continue;
    EXPECT_EQ(name->kind == TileKind::entries ? -1 : static_cast<int>(name->level), expected[1].get<int>()) << path;
    EXPECT_EQ(name->index, expected[2].get<std::uint64_t>()) << path;
    const int full = 1 << expected[0].get<int>();
    EXPECT_EQ(name->width, expected[3] == full ? 256 : expected[3].get<unsigned>()) << path;
    EXPECT_EQ(tile_path(*name), path);
  }
  EXPECT_EQ(good, 6);
  EXPECT_EQ(bad, 2);
}

TEST(TilePath, IsThatOfTheSpecification) {
  EXPECT_EQ(tile_path({TileKind::hashes, 0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({TileKind::hashes, 1, 0, 17}), "tile/1/000.p/17");
  EXPECT_EQ(tile_path({TileKind::entries, 0, 1000, 1}), "tile/entries/x001/000.p/1");
}

TEST(ParseTilePath, TakesOneSpellingOnly) {
  for (const char* bad :
       {"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/0000", "tile/64/000", "tile/00/000",
        "tile/0/x000/000", "tile/0/001/002", "tile/0/x1/000", "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/01",
        "tile/0/001.p/", "tile/0/001.p", "tile/0/001/", "/tile/0/001", "tile/-1/001",
        "tile/0/00x", "tile/0/../001", "tile/0/001.p/5/",
        "tile/entries/1", "tile/entry/001", "tile/0/x001", "tile/0/x999/x999/x999/x999/x999/x999/999"})
    EXPECT_TRUE(refuses(parse_tile_path(bad), Code::log_tile)) << bad;
  for (const std::string good : {"tile/0/x001/x234/067.p/200", "tile/entries/999", "tile/63/000"}) {
    ASSERT_TRUE(passes(parse_tile_path(good)));
    EXPECT_EQ(tile_path(*parse_tile_path(good)), good);
    for_every_change(good, [](const std::string& t) {
      const auto name = parse_tile_path(t);
      if (name) { ASSERT_EQ(tile_path(*name), t); }
    });
  }
}

TEST(TileWidth, IsThatOfTheSpecification) {
  // "a log of size 70,000": 273 full tiles and one of 112 at level 0, one full and one of 17 at level 1, one of 1.
  for (std::uint64_t i = 0; i < 273; ++i) ASSERT_EQ(tile_width(0, i, 70000), 256u);
  EXPECT_EQ(tile_width(0, 273, 70000), 112u);
  EXPECT_EQ(tile_width(0, 274, 70000), 0u);
  EXPECT_EQ(tile_width(1, 0, 70000), 256u);
  EXPECT_EQ(tile_width(1, 1, 70000), 17u);
  EXPECT_EQ(tile_width(1, 2, 70000), 0u);
  EXPECT_EQ(tile_width(2, 0, 70000), 1u);
  EXPECT_EQ(tile_width(3, 0, 70000), 0u);
  EXPECT_EQ(tile_width(0, 0, 256), 256u);
  EXPECT_EQ(tile_width(0, 1, 256), 0u);
  EXPECT_EQ(tile_width(1, 0, 256), 1u);
  EXPECT_EQ(tile_width(0, 0, 0), 0u);
  EXPECT_EQ(tile_width(63, 0, kSizeMax), 0u);
  EXPECT_EQ(tile_width(0, ~0ull, 1), 0u);
}

TEST(Bundle, AndTileAreThoseOfTessera) {
  XCH_VECTORS(file, "tessera-testdata/log15.json");
  std::vector<Bytes> entries;
  Hashes hashes;
  for (const auto& entry : file["entries_utf8"]) {
    entries.push_back(ByteView(std::string_view(text(entry))).copy());
    hashes.push_back(crypto::leaf_hash(entries.back()));
  }
  ASSERT_EQ(entries.size(), 15u);
  EXPECT_EQ(to_hex(encode_bundle(entries)), text(file["entry_bundle_000_p_15_hex"]));
  EXPECT_EQ(to_hex(encode_tile(hashes)), text(file["level0_tile_000_p_15_hex"]));
  EXPECT_EQ(*parse_bundle(*from_hex(text(file["entry_bundle_000_p_15_hex"])), 15), entries);
  EXPECT_EQ(*parse_tile(*from_hex(text(file["level0_tile_000_p_15_hex"])), 15), hashes);
}

TEST(CheckFolder, AcceptsTesserasLogAtEachOfItsSizes) {
  XCH_VECTORS(file, "tessera-testdata/log15.json");
  TempFolder temp;
  LogFolder folder(temp.path());
  const Bytes bundle = *from_hex(text(file["entry_bundle_000_p_15_hex"]));
  const Bytes tile = *from_hex(text(file["level0_tile_000_p_15_hex"]));
  temp.write("tile/entries/000.p/15", bundle);
  temp.write("tile/0/000.p/15", tile);
  const auto trust = *LogTrust::make(*VerifierKey::parse(text(file["vkey"])));
  int run = 0;
  for (const auto& test : file["checkpoints"]) {
    const Checkpoint checkpoint = open_checkpoint(text(test["checkpoint"]), trust)->checkpoint;
    // Of the smaller sizes the partial tiles are not there; as files they are the first part of this one.
    if (checkpoint.size != 0 && checkpoint.size != 15) {
      const auto n = static_cast<unsigned>(checkpoint.size);
      auto entries = *parse_bundle(bundle, 15);
      entries.resize(n);
      EXPECT_TRUE(refuses(check_folder(folder, checkpoint), Code::log_tile_missing));
      temp.write(tile_path({TileKind::entries, 0, 0, n}), encode_bundle(entries));
      temp.write(tile_path({TileKind::hashes, 0, 0, n}), ByteView(tile).sub(0, 32 * n));
    }
    EXPECT_TRUE(passes(check_folder(folder, checkpoint))) << checkpoint.size;
    ++run;
  }
  EXPECT_EQ(run, 16);
}

TEST(ParseBundle, RefusesEveryTruncationAndReencodesWhateverItTakes) {
  const Bytes bytes = encode_bundle({Bytes{1, 2, 3}, Bytes(), Bytes(20, 7)});
  const std::string whole(ByteView(bytes).text());
  for_every_truncation(
      whole, [](const std::string& t) { ASSERT_TRUE(refuses(parse_bundle(ByteView(t), 3), Code::log_tile)); });
  for_every_change(whole, [](const std::string& t) {
    const auto entries = parse_bundle(ByteView(t), 3);
    if (entries) { ASSERT_EQ(std::string(ByteView(encode_bundle(*entries)).text()), t); }
  });
  EXPECT_TRUE(refuses(parse_bundle(bytes, 2), Code::log_tile));
  EXPECT_TRUE(refuses(parse_bundle(bytes, 4), Code::log_tile));
}

// A log of `size` small entries, written without the writer.
struct SmallLog {
  explicit SmallLog(std::uint64_t size) {
    std::vector<Bytes> bundle;
    std::vector<Hashes> levels(3);
    for (std::uint64_t i = 0; i < size; ++i) {
      bundle.push_back(ByteWriter().u64(i).bytes());
      tree.add(crypto::leaf_hash(bundle.back()));
      if (bundle.size() < 256 && i + 1 != size) continue;
      const auto width = static_cast<unsigned>(bundle.size());
      temp.write(tile_path({TileKind::entries, 0, i / 256, width}), encode_bundle(bundle));
      bundle.clear();
    }
    for (unsigned level = 0; level < 3; ++level) {
      for (std::uint64_t index = 0; tile_width(level, index, size) != 0; ++index) {
        Hashes hashes;
        for (unsigned i = 0; i < tile_width(level, index, size); ++i)
          hashes.push_back(*tree.hash(8 * level, index * 256 + i));
        const auto width = static_cast<unsigned>(hashes.size());
        temp.write(tile_path({TileKind::hashes, level, index, width}), encode_tile(hashes));
      }
    }
    checkpoint = {"police.example/log", size, *tree_root(tree, size), {}};
  }
  TempFolder temp;
  MemoryTree tree;
  Checkpoint checkpoint;
  LogFolder folder{temp.path()};
};

TEST(TileSource, GivesRootsAndProofsOfEverySizeFromTilesAlone) {
  SmallLog log(700);
  std::filesystem::remove_all(log.temp.path() / "tile/entries");
  TileSource tiles(log.folder, 700);
  for (std::uint64_t n = 1; n <= 700; n += n < 520 ? 37 : 1) {
    ASSERT_EQ(*tree_root(tiles, n), *tree_root(log.tree, n)) << n;
    ASSERT_EQ(*consistency_proof(tiles, n, 700), *consistency_proof(log.tree, n, 700));
    ASSERT_EQ(*inclusion_proof(tiles, n - 1, 700), *inclusion_proof(log.tree, n - 1, 700));
  }
  EXPECT_TRUE(refuses(tree_root(tiles, 701), Code::usage));
}

TEST(CheckFolder, HandsOutEveryEntryInOrder) {
  SmallLog log(513);
  std::uint64_t next = 0;
  EXPECT_TRUE(passes(check_folder(log.folder, log.checkpoint, [&](std::uint64_t index, ByteView entry) -> Status {
    EXPECT_EQ(index, next++);
    EXPECT_EQ(load_u64(entry.data()), index);
    return Ok{};
  })));
  EXPECT_EQ(next, 513u);
  EXPECT_TRUE(refuses(check_folder(log.folder, log.checkpoint, [](std::uint64_t, ByteView) -> Status {
    return fail(Code::log_entry);
  }), Code::log_entry));
}

TEST(CheckFolder, CJ_AU9_AcceptsALogAsItWasWritten) {
  SmallLog log(300);
  EXPECT_TRUE(passes(check_folder(log.folder, log.checkpoint)));
}

TEST(CheckFolder, FallsBackFromAPartialTileToTheFullOne) {
  SmallLog log(256);
  const Checkpoint smaller{"police.example/log", 200, *tree_root(log.tree, 200), {}};
  EXPECT_TRUE(passes(check_folder(log.folder, smaller)));
  SmallLog partial(200);
  EXPECT_TRUE(refuses(check_folder(partial.folder, log.checkpoint), Code::log_tile_missing));
}

TEST(CheckFolder, CJ_AU9_RefusesALogWithAnyFileCutOrWithABitOfItChanged) {
  SmallLog log(300);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(log.temp.path() / "tile")) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const Bytes was = *read_file(entry.path(), 1 << 20);
    for (std::size_t at = 0; at < was.size(); at += was.size() > 200 ? 97 : 1) {
      Bytes changed = was;
      changed[at] ^= 0x10;
      log.temp.write(entry.path(), changed);
      const auto got = check_folder(log.folder, log.checkpoint);
      ASSERT_FALSE(got) << entry.path() << " " << at;
      ASSERT_TRUE(got.error().code == Code::log_root || got.error().code == Code::log_tile);
    }
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, was.size() / 2, was.size() - 1}) {
      log.temp.write(entry.path(), ByteView(was).sub(0, size));
      ASSERT_TRUE(refuses(check_folder(log.folder, log.checkpoint), Code::log_tile)) << entry.path();
    }
    std::filesystem::remove(entry.path());
    ASSERT_TRUE(refuses(check_folder(log.folder, log.checkpoint), Code::log_tile_missing)) << entry.path();
    log.temp.write(entry.path(), Bytes(kBundleMaxBytes + 1));
    ASSERT_TRUE(refuses(check_folder(log.folder, log.checkpoint), Code::log_tile)) << entry.path();
    log.temp.write(entry.path(), was);
  }
  EXPECT_EQ(files, 5);  // two bundles, two tiles of level 0, one of level 1
  EXPECT_TRUE(passes(check_folder(log.folder, log.checkpoint)));
  Checkpoint other = log.checkpoint;
  other.root.bytes[31] ^= 1;
  EXPECT_TRUE(refuses(check_folder(log.folder, other), Code::log_root));
}

TEST(CheckFolder, SaysTheSameWithAnyNumberOfThreads) {
  SmallLog log(40 * 256 + 17);
  const auto checked = [&](unsigned threads, std::uint64_t& seen) {
    FolderCheck how;
    how.threads = threads;
    how.each = [&](std::uint64_t index, ByteView entry) -> Status {
      EXPECT_EQ(index, seen++);
      EXPECT_EQ(load_u64(entry.data()), index);
      return Ok{};
    };
    return check_folder(log.folder, log.checkpoint, how);
  };
  for (const unsigned threads : {0u, 1u, 2u, 3u, 64u}) {
    std::uint64_t seen = 0;
    EXPECT_TRUE(passes(checked(threads, seen))) << threads;
    EXPECT_EQ(seen, log.checkpoint.size) << threads;
  }
  // The first thing that is wrong counts, in the order of the entries, whichever thread has met it.
  log.temp.write("tile/0/020", Bytes(kTileWidth * Digest::kSize, 1));
  std::filesystem::remove(log.temp.path() / "tile/entries/033");
  std::filesystem::remove(log.temp.path() / "tile/entries/038");
  for (const unsigned threads : {1u, 2u, 3u, 64u}) {
    std::uint64_t seen = 0;
    EXPECT_TRUE(refuses(checked(threads, seen), Code::log_root)) << threads;
    EXPECT_EQ(seen, 21u * 256) << threads;
  }
}

TEST(CheckFolder, AsksOfEveryEntryOnceInWhateverOrder) {
  SmallLog log(40 * 256 + 17);
  for (const unsigned threads : {1u, 3u}) {
    std::vector<std::atomic<int>> asked(log.checkpoint.size);
    FolderCheck how;
    how.threads = threads;
    how.any = [&](std::uint64_t index, ByteView entry) -> Status {
      EXPECT_EQ(load_u64(entry.data()), index);
      ++asked[index];
      return Ok{};
    };
    EXPECT_TRUE(passes(check_folder(log.folder, log.checkpoint, how)));
    EXPECT_TRUE(std::all_of(asked.begin(), asked.end(), [](const auto& n) { return n == 1; }));
    how.any = [](std::uint64_t index, ByteView) -> Status {
      if (index >= 7000) return fail(Code::log_entry);
      return Ok{};
    };
    EXPECT_TRUE(refuses(check_folder(log.folder, log.checkpoint, how), Code::log_entry));
  }
}

TEST(CheckFolder, TellsHowManyEntriesItHasChecked) {
  SmallLog log(40 * 256 + 17);
  FolderCheck how;
  std::vector<std::uint64_t> told;
  how.tell = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, log.checkpoint.size);
    told.push_back(done);
  };
  EXPECT_TRUE(passes(check_folder(log.folder, log.checkpoint, how)));
  ASSERT_GE(told.size(), 3u);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), log.checkpoint.size);
}

TEST(CheckGrowth, AcceptsEveryBeginningOfTheLogAndNoOther) {
  SmallLog log(700);
  for (const std::uint64_t size : {0u, 1u, 255u, 256u, 257u, 511u, 512u, 699u, 700u}) {
    Checkpoint old{"police.example/log", size, *tree_root(log.tree, size), {}};
    EXPECT_TRUE(passes(check_growth(log.folder, old, log.checkpoint))) << size;
    if (size == 0) continue;
    old.root.bytes[0] ^= 1;
    EXPECT_TRUE(refuses(check_growth(log.folder, old, log.checkpoint),
                        size == 700 ? Code::log_fork : Code::log_consistency));
  }
  const Checkpoint longer{"police.example/log", 701, {}, {}};
  EXPECT_TRUE(refuses(check_growth(log.folder, longer, log.checkpoint), Code::log_behind));
}

TEST(CheckGrowth, LooksAtEveryEntryThatIsNewAndAtNoOther) {
  SmallLog log(700);
  const Checkpoint old{"police.example/log", 300, *tree_root(log.tree, 300), {}};
  const auto change = [&](const std::string& name, std::size_t entry) {
    Bytes bytes = *read_file(log.temp.path() / name, kBundleMaxBytes);
    bytes[entry * 10 + 9] ^= 1;
    log.temp.write(name, bytes);
  };
  change("tile/entries/000", 17);
  EXPECT_TRUE(passes(check_growth(log.folder, old, log.checkpoint))) << "it was checked when it was new";
  for (const auto& [name, entry] : {std::pair{"tile/entries/001", 44u}, {"tile/entries/002.p/188", 187u}}) {
    change(name, entry);
    EXPECT_TRUE(refuses(check_growth(log.folder, old, log.checkpoint), Code::log_root)) << name;
    change(name, entry);
  }
  EXPECT_TRUE(passes(check_growth(log.folder, old, log.checkpoint)));
  std::filesystem::remove(log.temp.path() / "tile/entries/001");
  EXPECT_TRUE(refuses(check_growth(log.folder, old, log.checkpoint), Code::log_tile_missing));
}

TEST(CheckFolder, ReadsThroughThreeLevels) {
  SmallLog log(65536 + 300);
  EXPECT_TRUE(passes(check_folder(log.folder, log.checkpoint)));
  log.temp.write("tile/2/000.p/1", Bytes(32, 1));
  EXPECT_TRUE(refuses(check_folder(log.folder, log.checkpoint), Code::log_root));
}

}  // namespace
}  // namespace xch::log
