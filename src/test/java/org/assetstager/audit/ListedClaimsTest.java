package org.assetstager.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.assetstager.asset.Outcome;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.catalog.KnownContent;
import org.assetstager.spark.ByteKeys;
import org.assetstager.testing.SampleRows;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.Tuple2;

class ListedClaimsTest {
  private static final String MD5 = SampleRows.md5(1);
  private static final String OTHER = SampleRows.md5(2);

  private final List<Tuple2<byte[], byte[]>> rows = new ArrayList<>();

  private void claim(ClaimRow row) {
    rows.add(new Tuple2<>(row.key(), ClaimRow.CODEC.toBytes(row)));
  }

  private static ClaimRow row(
      @Nullable String topHash,
      @Nullable String md5,
      @Nullable Long size,
      Outcome outcome,
      @Nullable String etag,
      String path) {
    return new ClaimRow(topHash, "/r", path, size, md5, outcome, etag);
  }

  private void listed(byte side, String topHash, String md5, long size) {
    KnownContent known = new KnownContent(topHash, md5, size, md5, false);
    rows.add(new Tuple2<>(ContentOrder.keyOf(side, known), KnownContent.CODEC.toBytes(known)));
  }

  private List<ListedClaim> claims() {
    rows.sort(Comparator.comparing(Tuple2::_1, new ByteKeys()));
    List<ListedClaim> claims = new ArrayList<>();
    new ListedClaims(rows.iterator()).forEachRemaining(claims::add);
    return claims;
  }

  @Test
  void claims_equalRows_areOneWithWhatWasListedOfIt() {
    claim(row("top", MD5, 5L, Outcome.DUPLICATE, "etag", "b"));
    claim(row("top", MD5, 5L, Outcome.STAGED, "etag", "a"));
    claim(row("top", MD5, 5L, Outcome.KNOWN_REMOTE, "of the remote", "c"));
    claim(row("other", MD5, 5L, Outcome.STAGED, null, "d"));
    listed(ContentOrder.REMOTE, "top", MD5, 5);
    listed(ContentOrder.STAGING, "top", MD5, 6);
    listed(ContentOrder.STAGING, "top", OTHER, 7);
    listed(ContentOrder.STAGING, "unclaimed", MD5, 8);

    List<ListedClaim> claims = claims();

    assertThat(claims)
        .extracting(ListedClaim::claim)
        .containsExactlyInAnyOrder(
            new ClaimedContent("top", MD5, 5L, false, "etag", 3, "/r", "a"),
            new ClaimedContent("other", MD5, 5L, false, null, 1, "/r", "d"));
    ListedClaim top =
        claims.stream().filter(one -> one.claim().rows() == 3).findFirst().orElseThrow();
    assertThat(top.remote()).isEqualTo(new KnownContent("top", MD5, 5, MD5, false));
    assertThat(top.staging()).isEqualTo(new KnownContent("top", MD5, 6, MD5, false));
    assertThat(claims)
        .filteredOn(one -> one.claim().rows() == 1)
        .extracting(ListedClaim::staging)
        .containsNull();
  }

  @Test
  void claims_otherSizesOrDamagedRows_areClaimsOfTheirOwn() {
    claim(row("top", MD5, 5L, Outcome.STAGED, null, "a"));
    claim(row("top", MD5, 6L, Outcome.STAGED, null, "b"));
    claim(row("top", null, 5L, Outcome.STAGED, null, "c"));
    claim(row("top", null, 5L, Outcome.STAGED, null, "d"));
    claim(row(null, MD5, 5L, Outcome.STAGED, null, "e"));
    claim(row("to/p\0", MD5, -5L, Outcome.STAGED, null, "f"));
    claim(row("top", "no MD5", null, Outcome.STAGED, null, "g"));
    listed(ContentOrder.STAGING, "top", MD5, 5);

    assertThat(claims())
        .extracting(one -> one.claim().examplePath() + one.claim().rows() + (one.staging() != null))
        .containsExactlyInAnyOrder("a1true", "b1true", "c2false", "e1false", "f1false", "g1false");
  }

  @ParameterizedTest
  @CsvSource({
    // claimed in the remote, size and ETag in the remote, in staging, recorded ETag, found
    "false,  ,        , 5, MD5,   ,     staging ETAG",
    "false, 5, MD5,    5, other, ,     ",
    "false, 5, MD5,     ,      , ,     remote ETAG",
    "true,  5, MD5,    5, MD5,   ,     remote ETAG",
    "true,   ,        , 5, MD5,   ,     staging ETAG",
    "true,  6, MD5,    5, MD5,   ,     ",
    "false,  ,        , 5, x-2,   x-2,  staging RECORDED_ETAG",
    "false,  ,        , 5, x-2,   y-2,  ",
    "false,  ,        , 5, other, ,     ",
    "false,  ,        , 6, MD5,   ,     ",
    "false,  ,        ,  ,      , ,     ",
  })
  void proved_listings_proveEtagsOfTheRightSizeOnly(
      boolean inRemote,
      @Nullable Long remoteSize,
      @Nullable String remoteEtag,
      @Nullable Long stagingSize,
      @Nullable String stagingEtag,
      @Nullable String recorded,
      @Nullable String expected) {
    ClaimedContent claim = new ClaimedContent("top", MD5, 5L, inRemote, recorded, 1, "/r", "a");

    AuditedContent proved =
        new ListedClaim(claim, known(remoteSize, remoteEtag), known(stagingSize, stagingEtag))
            .proved();

    assertThat(proved == null ? null : proved.foundIn() + " " + proved.proof()).isEqualTo(expected);
  }

  private static @Nullable KnownContent known(@Nullable Long size, @Nullable String etag) {
    String given = "MD5".equals(etag) ? MD5 : "other".equals(etag) ? OTHER : etag;
    return size == null ? null : new KnownContent("top", MD5, size, given, false);
  }

  @Test
  void proved_etagThatTheStoreCallsNoMd5_isNoProof() {
    ClaimedContent claim = new ClaimedContent("top", MD5, 5L, false, null, 1, "/r", "a");

    assertThat(new ListedClaim(claim, null, new KnownContent("top", MD5, 5, MD5, true)).proved())
        .isNull();
  }
}
