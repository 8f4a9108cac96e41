package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.catalog.ListFixture.contents;
import static org.assetstager.catalog.ListFixture.key;
import static org.assetstager.catalog.ListFixture.md5;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assetstager.catalog.ListFixture.Found;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server moves contents from staging to the remote between any two requests. */
@Tag("server")
@Tag("spark")
class ListOrderTest {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final String PREFIX = EmbeddedS3.uniquePrefix();

  /** More than a page. */
  private static final int MANY = 1_030;

  /** Few enough for HEAD to be cheaper than a listing of two pages a side, where that may be. */
  private static final int MOVING = 1;

  /** More are sent by no run here but those that ask. */
  private static final int MOST_REQUESTS = 8;

  @TempDir Path ledgers;

  @BeforeAll
  static void fill() {
    IntStream.range(0, MANY)
        .parallel()
        .forEach(
            i -> {
              put(EmbeddedS3.STAGING, "large-staging", i);
              put(EmbeddedS3.REMOTE, "large-remote", i);
              put(EmbeddedS3.STAGING, "large", i);
              put(EmbeddedS3.REMOTE, "large", i);
            });
  }

  private static void put(String bucket, String topHash, int i) {
    SERVER.put(bucket, key(PREFIX, topHash, md5(i)), new byte[1]);
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO, AUTO, small large-staging large-remote large",
    "LIST, LIST, large-staging large",
    "HEAD, HEAD, small",
    "HEAD, LIST, small large-remote",
    "LIST, HEAD, small large-staging",
    "HEAD, AUTO, large-remote",
    "AUTO, HEAD, large-staging",
    "AUTO, LIST, large",
    "LIST, AUTO, large"
  })
  void run_contentThatMovesMeanwhile_isSeenOnASide(
      Listing staging, Listing remote, String topHashes) throws IOException {
    for (String topHash : topHashes.split(" ", -1)) {
      int last = MOST_REQUESTS;
      for (int after = 0; after < last; after++) {
        last = Math.min(last, moveAfter(after, topHash, staging, remote));
      }
    }
  }

  /** Returns how many requests there were. */
  private int moveAfter(int after, String topHash, Listing staging, Listing remote)
      throws IOException {
    List<Integer> moving = IntStream.range(0, MOVING).mapToObj(i -> MANY + i).toList();
    moving.forEach(i -> put(EmbeddedS3.STAGING, topHash, i));
    Set<String> moved = new HashSet<>();
    AtomicInteger requests = new AtomicInteger();
    ListFixture step = new ListFixture(ledgers.resolve(topHash + after));
    step.staging = staging;
    step.remote = remote;
    try (FaultyS3 proxy =
        new FaultyS3(
            SERVER,
            request -> {
              synchronized (moved) {
                if (requests.getAndIncrement() == after) {
                  moving.forEach(i -> move(topHash, i));
                }
                return request.forward();
              }
            })) {
      step.endpoint = proxy.endpoint();
      Found found = step.list(PREFIX, contents(moving.stream().map(i -> topHash + "/" + md5(i))));

      Set<String> seen = new HashSet<>();
      found.all(Side.STAGING).forEach(content -> seen.add(content.md5()));
      found.all(Side.REMOTE).forEach(content -> seen.add(content.md5()));
      assertThat(seen)
          .as("%s, moved after %d requests", topHash, after)
          .containsAll(moving.stream().map(ListFixture::md5).toList());
    } finally {
      moving.forEach(
          i -> {
            SERVER.delete(EmbeddedS3.STAGING, key(PREFIX, topHash, md5(i)));
            SERVER.delete(EmbeddedS3.REMOTE, key(PREFIX, topHash, md5(i)));
          });
    }
    return requests.get();
  }

  private static void move(String topHash, int i) {
    put(EmbeddedS3.REMOTE, topHash, i);
    SERVER.delete(EmbeddedS3.STAGING, key(PREFIX, topHash, md5(i)));
  }
}
