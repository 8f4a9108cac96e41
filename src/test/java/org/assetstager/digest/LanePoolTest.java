package org.assetstager.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Md5Chain.Blocks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LanePoolTest {
  private static final int THREADS = 24;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final AtomicInteger laneCalls = new AtomicInteger();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void hash_manyThreads_goSideBySideAndGiveTheirMd5s() throws Exception {
    LanePool pool = pool();

    assertMd5s(pool, THREADS, 3 * THREADS);

    assertThat(laneCalls).hasPositiveValue();
  }

  @Test
  void hash_oneThread_isHashedAlone() throws Exception {
    assertMd5s(pool(), 1, 3);

    assertThat(laneCalls).hasValue(0);
  }

  @Test
  void hash_moreMembersThanBringBytes_goesOnWithoutThem() throws Exception {
    LanePool pool = pool();
    for (int i = 0; i < 20; i++) {
      pool.join();
    }

    assertMd5s(pool, 2, 3);
  }

  @Test
  void hash_interruptedThread_isHashedAndStaysInterrupted() throws Exception {
    LanePool pool = pool();
    for (int i = 0; i < 20; i++) {
      pool.join();
    }
    byte[] bytes = Md5ChainTest.random(100_000);
    Md5Chain chain = new Md5Chain();
    Thread.currentThread().interrupt();

    pool.hash(List.of(chain.take(bytes, 0, bytes.length)));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(chain.finish()).isEqualTo(Md5ChainTest.md5(bytes, 0, bytes.length));
  }

  @Test
  void hashMany_oneThread_goesSideBySideAndGivesTheirMd5s() throws Exception {
    LanePool pool = pool();
    List<byte[]> contents = new ArrayList<>();
    List<Md5Chain> chains = new ArrayList<>();
    List<Blocks> blocks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      contents.add(Md5ChainTest.random(i * 777));
      chains.add(new Md5Chain());
      blocks.add(chains.get(i).take(contents.get(i), 0, i * 777));
    }

    pool.hashMany(blocks);

    for (int i = 0; i < 40; i++) {
      assertThat(chains.get(i).finish()).isEqualTo(Md5ChainTest.md5(contents.get(i), 0, i * 777));
    }
    assertThat(laneCalls).hasPositiveValue();
  }

  @Test
  void hashMany_hasherFails_isNoMd5() {
    List<Blocks> eight = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      eight.add(new Md5Chain().take(Md5ChainTest.random(100_000), 0, 100_000));
    }

    assertThatThrownBy(() -> brokenPool().hashMany(eight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("broken");
  }

  private static LanePool brokenPool() {
    return new LanePool(
        8,
        () ->
            new BlockHasher() {
              @Override
              public int lanes() {
                return 8;
              }

              @Override
              public void hash(byte[][] bytes, int[] offsets, int blocks, int[] state) {
                throw new IllegalArgumentException("broken");
              }
            });
  }

  @Test
  void hash_hasherFails_isNoMd5() {
    LanePool pool = brokenPool();
    List<Blocks> eight = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      pool.join();
      eight.add(new Md5Chain().take(Md5ChainTest.random(100_000), 0, 100_000));
    }

    assertThatThrownBy(() -> pool.hash(eight))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("MD5s side by side failed")
        .hasRootCauseMessage("broken");
  }

  /** Each thread hashes contents of its own, in several pieces, and its parts beside them. */
  private void assertMd5s(LanePool pool, int threadCount, int contents) throws Exception {
    AtomicInteger next = new AtomicInteger();
    Callable<Void> work =
        () -> {
          while (true) {
            int number = next.getAndIncrement();
            if (number >= contents) {
              return null;
            }
            assertMd5(pool, number);
          }
        };
    List<Future<Void>> futures = new ArrayList<>();
    for (int i = 0; i < threadCount; i++) {
      futures.add(threads.submit(work));
    }
    for (Future<Void> future : futures) {
      future.get();
    }
  }

  private static void assertMd5(LanePool pool, int number) throws Exception {
    byte[] bytes = Md5ChainTest.random(10_000 + number * 7919 % 400_000);
    Md5Chain whole = new Md5Chain();
    Md5Chain half = new Md5Chain();
    int middle = bytes.length / 2;
    try (Membership member = pool.join()) {
      pool.hash(List.of(whole.take(bytes, 0, middle)));
      int rest = bytes.length - middle;
      pool.hash(List.of(whole.take(bytes, middle, rest), half.take(bytes, middle, rest)));
    }
    Md5 expected = Md5ChainTest.md5(bytes, 0, bytes.length);
    assertThat(whole.finish()).as("content %d", number).isEqualTo(expected);
    assertThat(half.finish()).isEqualTo(Md5ChainTest.md5(bytes, middle, bytes.length - middle));
  }

  private LanePool pool() {
    Md5Lanes lanes = new Md5Lanes();
    return new LanePool(
        lanes.lanes(),
        () -> {
          Md5Lanes own = new Md5Lanes();
          return new BlockHasher() {
            @Override
            public int lanes() {
              return own.lanes();
            }

            @Override
            public void hash(byte[][] bytes, int[] offsets, int blocks, int[] state) {
              laneCalls.incrementAndGet();
              own.hash(bytes, offsets, blocks, state);
            }
          };
        });
  }
}
