package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.manifest.SampleRow.row;
import static org.assetstager.manifest.SampleRow.with;
import static org.assetstager.manifest.SampleRow.without;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestFieldsTest {
  private static final Object AN_ARRAY = List.of(1);

  @Test
  void row_allFields_areCarriedOver() {
    Map<String, Object> values = SampleRow.values();
    values.put("state", "staging");
    values.put("proxy", false);
    values.put("md5", "XUFAKrxLKna5cZ2REBfFkg==");
    values.put("class_id", "class");
    values.put("asset", "asset");
    values.put("content_id", "s3:md5_XUFAKrxLKna5cZ2REBfFkg==");
    values.put("mime_type", "text/plain");
    values.put("created_by", "user1");
    values.put("created_at", "2026-11-22");

    assertThat(row(values))
        .isEqualTo(
            new ManifestRow(
                "m.jsonl",
                7,
                null,
                false,
                null,
                false,
                "class-1",
                "/data/asset",
                "a/b.txt",
                "staging",
                5L,
                BigInteger.valueOf(1_795_362_024_559_918_601L),
                BigInteger.valueOf(1_795_362_024_559_918_602L),
                null,
                null,
                1L,
                2_156_760L,
                "5d41402abc4b2a76b9719d911017c592",
                "class",
                "asset",
                "s3:md5_XUFAKrxLKna5cZ2REBfFkg==",
                "text/plain",
                "user1",
                "2026-11-22"));
  }

  @Test
  void row_noState_isPendingAndAdded() {
    assertThat(row(SampleRow.values()))
        .returns("pending", ManifestRow::state)
        .returns(true, ManifestRow::added);
  }

  @ParameterizedTest
  @ValueSource(strings = {"top_hash", "path", "st_size", "st_nlink", "st_ino"})
  void row_neededFieldMissing_isFault(String name) {
    assertThat(row(without(name)).fault()).isEqualTo("'" + name + "' is missing");
    assertThat(row(with(name, null)).fault()).isEqualTo("'" + name + "' is missing");
  }

  @Test
  void row_rootMissing_isFaultUnlessThereIsADefault() {
    assertThat(row(without("root")).fault()).isEqualTo("'root' is missing, and --root isn't given");
    assertThat(
            new ManifestFields("/default/", List.of(), FolderColumns.NONE)
                .row(RawRow.whole("m", 0, without("root"))))
        .returns(null, ManifestRow::fault)
        .returns("/default", ManifestRow::root);
    assertThat(
            new ManifestFields("/default/", List.of(), FolderColumns.NONE)
                .row(RawRow.whole("m", 0, SampleRow.values()))
                .root())
        .isEqualTo("/data/asset");
  }

  @ParameterizedTest
  @ValueSource(strings = {"st_mtime", "st_ctime"})
  void row_noFormOfATime_isFault(String name) {
    assertThat(row(without(name + "_ns")).fault())
        .isEqualTo("'" + name + "_ns' (or '" + name + "') is missing");
  }

  @Test
  void row_timesInSeconds_areKeptAsDoubles() {
    Map<String, Object> values = without("st_mtime_ns", "st_ctime_ns");
    values.put("st_mtime", 1795362024.5599186);
    values.put("st_ctime", 1795362024L);

    assertThat(row(values))
        .returns(null, ManifestRow::fault)
        .returns(null, ManifestRow::storedMtimeNanos)
        .returns(1795362024.5599186, ManifestRow::storedMtimeSeconds)
        .returns(1795362024.0, ManifestRow::storedCtimeSeconds);
  }

  @Test
  void row_bothFormsOfATime_keepsTheExactOne() {
    assertThat(row(with("st_mtime", 1.5)))
        .returns(null, ManifestRow::fault)
        .returns(BigInteger.valueOf(1_795_362_024_559_918_601L), ManifestRow::storedMtimeNanos)
        .returns(null, ManifestRow::storedMtimeSeconds);
  }

  @Test
  void row_manyProblems_areAllNamed() {
    Map<String, Object> values = without("st_ino");
    values.put("path", "/abs");
    values.put("st_size", -1L);
    values.put("md5", "xyz");
    values.put("asset", "kept");

    assertThat(row(values))
        .returns("kept", ManifestRow::asset)
        .returns("/abs", ManifestRow::path)
        .returns(null, ManifestRow::storedSize)
        .returns(false, ManifestRow::added)
        .returns(
            "'st_ino' is missing; 'path' must be relative to the root, not the absolute path"
                + " '/abs'; 'st_size' must be an integer from 0 to 2^63 - 1, not the number -1;"
                + " 'md5': 'xyz' is not an MD5: expected 32 hex digits, or 24 characters of base64"
                + " with '=='",
            ManifestRow::fault);
  }

  static List<Object[]> wrongTypes() {
    List<Object[]> cases = new ArrayList<>();
    for (String name :
        List.of(
            "top_hash",
            "root",
            "path",
            "state",
            "md5",
            "class_id",
            "asset",
            "content_id",
            "mime_type",
            "created_by",
            "created_at")) {
      cases.add(new Object[] {name, 5L, "must be a string, not the number 5"});
      cases.add(new Object[] {name, true, "must be a string, not true"});
      cases.add(new Object[] {name, AN_ARRAY, "must be a string, not [1]"});
    }
    for (String name : List.of("st_size", "st_nlink", "st_ino", "st_mtime_ns", "st_ctime_ns")) {
      cases.add(new Object[] {name, "5", "not the string '5'"});
      cases.add(new Object[] {name, 5.0, "not the number 5.0"});
      cases.add(new Object[] {name, Double.NaN, "not the number NaN"});
      cases.add(new Object[] {name, new BigDecimal("5.0"), "not the number 5.0"});
      cases.add(new Object[] {name, false, "not false"});
      cases.add(new Object[] {name, AN_ARRAY, "not [1]"});
    }
    for (String name : List.of("st_size", "st_nlink", "st_ino")) {
      cases.add(new Object[] {name, BigInteger.TEN.pow(300), "not the number 1000"});
    }
    for (String name : List.of("st_mtime", "st_ctime")) {
      cases.add(new Object[] {name, "5", "must be a finite number of seconds, not the string '5'"});
      cases.add(new Object[] {name, Double.NaN, "not the number NaN"});
      cases.add(new Object[] {name, Double.NEGATIVE_INFINITY, "not the number -Infinity"});
      cases.add(new Object[] {name, BigInteger.TEN.pow(400), "not the number 1000"});
      cases.add(new Object[] {name, true, "not true"});
    }
    cases.add(new Object[] {"proxy", "true", "must be true or false, not the string 'true'"});
    cases.add(new Object[] {"proxy", 1L, "must be true or false, not the number 1"});
    return cases;
  }

  @ParameterizedTest
  @MethodSource("wrongTypes")
  void row_wrongType_isFaultThatNamesFieldAndValue(String name, Object value, String expected) {
    assertThat(row(with(name, value)).fault())
        .startsWith("'" + name + "' must be ")
        .contains(expected)
        .doesNotContain(";")
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @CsvSource({
    "st_size, -1, false",
    "st_size, 0, true",
    "st_size, 9223372036854775807, true",
    "st_size, 9223372036854775808, false",
    "st_nlink, -1, false",
    "st_nlink, 0, true",
    "st_nlink, 9223372036854775808, false",
    "st_ino, -1, false",
    "st_ino, 0, true",
    "st_ino, 18446744073709551615, true",
    "st_ino, 18446744073709551616, false",
    "st_mtime_ns, -9223372036854775808, true",
    "st_mtime_ns, -9223372036854775809, true",
    "st_ctime_ns, 9223372036854775807, true",
    "st_ctime_ns, 9223372036854775808, true",
    "st_ctime_ns, 10413792000123456789, true",
    "st_ctime_ns, 1000000000000000000000000000000000000000000000000000000, true",
  })
  void row_integerAtALimit_isFaultOutsideOnly(String name, BigInteger value, boolean good) {
    assertThat(row(with(name, value)).fault() == null).isEqualTo(good);
    assertThat(row(with(name, new BigDecimal(value))).fault() == null).isEqualTo(good);
    if (value.bitLength() < Long.SIZE) {
      assertThat(row(with(name, value.longValue())).fault() == null).isEqualTo(good);
    }
  }

  @Test
  void row_timeAsDigitsInParquet_isRead() {
    assertThat(row(with("st_mtime_ns", bytes("10413792000123456789"))))
        .returns(null, ManifestRow::fault)
        .returns(new BigInteger("10413792000123456789"), ManifestRow::storedMtimeNanos);
    assertThat(row(with("st_mtime_ns", bytes("-1"))))
        .returns(BigInteger.ONE.negate(), ManifestRow::storedMtimeNanos);
    for (String text : List.of("", "1.0", " 1", "1e9", "9".repeat(1001))) {
      assertThat(row(with("st_mtime_ns", bytes(text))).fault())
          .startsWith("'st_mtime_ns' must be an integer, not the string ");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Property
  void row_anyUnsignedInode_isKeptExactly(@ForAll long bits) {
    BigInteger inode = new BigInteger(Long.toUnsignedString(bits));

    assertThat(row(with("st_ino", inode)))
        .returns(null, ManifestRow::fault)
        .returns(bits, ManifestRow::storedInode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"st_mode", "st_atime", "st_atime_ns", "st_birthtime", "st_flags", "x"})
  void row_otherFieldsOfStatAndUnknownOnes_areIgnored(String name) {
    assertThat(row(with(name, AN_ARRAY)).fault()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "st_sise, ': did you mean ''st_size''?'",
    "st_mtime_n, ': did you mean ''st_mtime_ns''?'",
    "st_SIZE, ': did you mean ''st_size''?'",
    "st_inode, ': did you mean ''st_ino''?'",
    "st_checksum, ''",
    "st_, ''",
  })
  void row_unknownStatField_isFaultWithTheNearestName(String name, String suggestion) {
    assertThat(row(with(name, 1L)).fault())
        .isEqualTo("'" + name + "' is not a field of os.stat" + suggestion);
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", "proxy", "st_mtime", "md5", "class_id", "created_at"})
  void row_nameInOtherLetters_isFaultUnlessBesideTheField(String name) {
    String other = name.toUpperCase(Locale.ROOT);

    assertThat(row(with(other, "x")).fault())
        .isEqualTo("'" + other + "' is not a field: did you mean '" + name + "'?");
    assertThat(row(with("PATH", "x")).fault()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "pending, ",
    "staging, ",
    "staged, its state is staged",
    "committing, its state is committing",
    "committed, its state is committed",
  })
  void row_stateOfTheVocabulary_decidesWhetherAdded(String state, String reason) {
    assertThat(row(with("state", state)))
        .returns(null, ManifestRow::fault)
        .returns(reason, ManifestRow::notAddedReason)
        .returns(reason == null, ManifestRow::added);
  }

  @Test
  void row_unknownState_isFault() {
    assertThat(row(with("state", "Pending")).fault())
        .isEqualTo(
            "'state' must be one of [pending, staging, staged, committing, committed], not"
                + " 'Pending'");
  }

  @Test
  void row_notAdded_needsNoFactsButGoodOnes() {
    Map<String, Object> values = Map.of("top_hash", "t", "root", "/r", "path", "p", "proxy", true);
    assertThat(row(values))
        .returns(null, ManifestRow::fault)
        .returns("a proxy: someone else stores its content", ManifestRow::notAddedReason);

    Map<String, Object> spoilt = with("st_size", "x");
    spoilt.put("state", "committed");
    assertThat(row(spoilt))
        .returns(null, ManifestRow::notAddedReason)
        .extracting(ManifestRow::fault)
        .asString()
        .contains("'st_size' must be");
  }

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "a//b, a/b",
    "./a, a",
    "a/./b/, a/b",
    "' ', ' '",
    "a\\b, a\\b",
    "..., ...",
    "..a/b.., ..a/b..",
    "a?b#c%20+d::e, a?b#c%20+d::e",
    "données/é.txt, données/é.txt",
    "\"'\", \"'\"",
  })
  void row_goodPath_isNormalisedAndElseVerbatim(String path, String expected) {
    assertThat(row(with("path", path)))
        .returns(null, ManifestRow::fault)
        .returns(expected, ManifestRow::path);
  }

  @Test
  void row_pathWithNewlineAndLongName_isVerbatim() {
    String path = "a\nb\t/" + "é".repeat(127) + "x/\uD83D\uDE00";

    assertThat(row(with("path", path)))
        .returns(null, ManifestRow::fault)
        .returns(path, ManifestRow::path);
  }

  @ParameterizedTest
  @CsvSource({
    "'', names no file: ''",
    "., names no file: '.'",
    "./, names no file: './'",
    "/, must be relative to the root",
    "/a, must be relative to the root",
    ".., must have no '..' in it: '..'",
    "../a, must have no '..' in it: '../a'",
    "a/../b, must have no '..' in it",
    "a/.., must have no '..' in it",
  })
  void row_badPath_isFault(String path, String expected) {
    assertThat(row(with("path", path)).fault()).startsWith("'path' " + expected);
  }

  @Test
  void row_nulInPathOrRoot_isFault() {
    assertThat(row(with("path", "a\0b")).fault())
        .isEqualTo("'path' has a NUL, which no file name can have: 'a\\u0000b'");
    assertThat(row(with("root", "/a\0b")).fault()).startsWith("'root' has a NUL");
  }

  @ParameterizedTest
  @CsvSource({"//data//x/, /data/x", "/, /", "/./data/., /data", "/ #?%, '/ #?%'"})
  void row_goodRoot_isNormalised(String root, String expected) {
    assertThat(row(with("root", root)))
        .returns(null, ManifestRow::fault)
        .returns(expected, ManifestRow::root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "data", "./data", "file:/data", "/data/..", "/data/../x"})
  void row_badRoot_isFault(String root) {
    assertThat(row(with("root", root)).fault()).startsWith("'root' must ").contains(root);
  }

  @ParameterizedTest
  @CsvSource({
    "/data, true",
    "/data/x, true",
    "//data/./x, true",
    "/database, false",
    "/dat, false",
    "/other, false",
    "/, false",
  })
  void row_allowedRoots_areComparedByComponents(String root, boolean allowed) {
    ManifestFields fields = new ManifestFields(null, List.of("/srv", "/data/"), FolderColumns.NONE);

    assertThat(fields.row(RawRow.whole("m", 0, with("root", root))).fault() == null)
        .isEqualTo(allowed);
  }

  @Test
  void row_rootNotAllowed_saysSo() {
    assertThat(
            new ManifestFields(null, List.of("/srv"), FolderColumns.NONE)
                .row(RawRow.whole("m", 0, with("root", "//a/x")))
                .fault())
        .isEqualTo("'root' is '/a/x', not below one of manifest.allowed-roots");
    assertThat(
            new ManifestFields(null, List.of("/"), FolderColumns.NONE)
                .row(RawRow.whole("m", 0, SampleRow.values()))
                .fault())
        .isNull();
    assertThat(
            new ManifestFields("/a", List.of("/srv"), FolderColumns.NONE)
                .row(RawRow.whole("m", 0, without("root")))
                .fault())
        .contains("'/a', not below");
  }

  @Test
  void new_relativeRoots_failNamingTheOption() {
    assertThatThrownBy(() -> new ManifestFields("data", List.of(), FolderColumns.NONE))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("--root must be an absolute path, beginning with '/', not 'data'");
    assertThatThrownBy(
            () -> new ManifestFields(null, List.of("/ok", "/a/../b"), FolderColumns.NONE))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("manifest.allowed-roots must have no '..' in it: '/a/../b'");
  }

  @Test
  void row_nameThatIsNoUnicode_isUnrepresentableAndStaysVisible() {
    assertThat(row(with("path", "a\udcff/\uD83D\uDE00\ud800")))
        .returns(true, ManifestRow::unrepresentable)
        .returns("a\\udcff/\uD83D\uDE00\\ud800", ManifestRow::path)
        .returns(
            "'path' is not valid Unicode (a lone surrogate): 'a\\udcff/\uD83D\uDE00\\ud800'",
            ManifestRow::fault)
        .returns(false, ManifestRow::added);
    assertThat(row(with("root", "/\udcff"))).returns(true, ManifestRow::unrepresentable);
  }

  @Test
  void row_notAddedWithANameThatIsNoUnicode_isNoFault() {
    Map<String, Object> values = with("path", "a\udcff");
    values.put("state", "committed");

    assertThat(row(values))
        .returns(null, ManifestRow::fault)
        .returns("its state is committed", ManifestRow::notAddedReason)
        .returns("a\\udcff", ManifestRow::path);
  }

  @Test
  void row_nameThatIsNoUnicodeAndAnotherFault_isABadRow() {
    Map<String, Object> values = with("path", "a\udcff");
    values.remove("st_size");

    assertThat(row(values))
        .returns(false, ManifestRow::unrepresentable)
        .extracting(ManifestRow::fault)
        .asString()
        .contains("'st_size' is missing; 'path' is not valid Unicode");
  }

  @ParameterizedTest
  @ValueSource(strings = {"created_by", "mime_type", "content_id", "asset", "class_id"})
  void row_otherTextThatIsNoUnicode_isFault(String name) {
    assertThat(row(with(name, "x\udc80")))
        .returns(false, ManifestRow::unrepresentable)
        .returns(
            "'" + name + "' is not valid Unicode (a lone surrogate): 'x\\udc80'",
            ManifestRow::fault);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "a b", "é", "a\nb"})
  void row_badTopHash_isFaultOnOneLine(String topHash) {
    assertThat(row(with("top_hash", topHash)).fault())
        .startsWith("'top_hash': '")
        .contains("is not a top hash")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5d41402abc4b2a76b9719d911017c592",
        "5D41402ABC4B2A76B9719D911017C592",
        "XUFAKrxLKna5cZ2REBfFkg=="
      })
  void row_md5InAnyForm_isKeptAsHex(String md5) {
    assertThat(row(with("md5", md5)).storedMd5()).isEqualTo("5d41402abc4b2a76b9719d911017c592");
  }

  @Test
  void row_longOffendingValue_isCut() {
    assertThat(row(with("root", "x".repeat(1_000_000))).fault())
        .endsWith("x...'")
        .hasSizeLessThan(200);
  }

  @Test
  void row_textAsBytes_isDecodedStrictly() {
    assertThat(row(with("path", "é".getBytes(StandardCharsets.UTF_8))).path()).isEqualTo("é");
    assertThat(row(with("path", new byte[] {'a', (byte) 0xE9})).fault())
        .isEqualTo("'path' is not UTF-8 at byte 2");
  }
}
