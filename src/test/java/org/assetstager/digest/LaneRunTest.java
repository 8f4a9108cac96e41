package org.assetstager.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assetstager.asset.Md5;
import org.assetstager.digest.LaneRequest.Caller;
import org.junit.jupiter.api.Test;

class LaneRunTest {
  private final Md5Lanes hasher = new Md5Lanes();

  /** More and fewer than any machine has lanes, so that lanes stay empty and are filled again. */
  @Property(tries = 200)
  void run_anyLengths_givesEachItsMd5(
      @ForAll @Size(max = 70) List<@IntRange(max = 4000) Integer> lengths,
      @ForAll @IntRange(max = 70) int offset)
      throws Exception {
    assertRun(lengths, offset);
  }

  @Test
  void run_oneLongAmongShortOnes_givesEachItsMd5() throws Exception {
    List<Integer> lengths = new ArrayList<>(IntStream.range(0, 200).boxed().toList());
    lengths.add(3, 1_000_003);

    assertRun(lengths, 1);
  }

  @Test
  void run_lanesAsManyAsChains_areAllUsed() throws Exception {
    for (int chains = 0; chains <= 2 * hasher.lanes() + 1; chains++) {
      assertRun(IntStream.range(0, chains).map(i -> 640 + 64 * (i % 3)).boxed().toList(), 0);
    }
  }

  private void assertRun(List<Integer> lengths, int offset) throws Exception {
    List<byte[]> contents =
        lengths.stream().map(length -> Md5ChainTest.random(offset + length)).toList();
    List<Md5Chain> chains = lengths.stream().map(length -> new Md5Chain()).toList();
    Deque<LaneRequest> queue = new ArrayDeque<>();
    Caller caller = new Caller(new ReentrantLock().newCondition(), lengths.size());
    for (int i = 0; i < lengths.size(); i++) {
      queue.add(
          new LaneRequest(chains.get(i).take(contents.get(i), offset, lengths.get(i)), caller));
    }
    List<LaneRequest> all = List.copyOf(queue);
    List<LaneRequest> done = new ArrayList<>();
    LaneRun run = new LaneRun(hasher);

    run.run(queue::poll, done::add);

    assertThat(done).containsExactlyInAnyOrderElementsOf(all);
    assertThat(run.clear()).isEmpty();
    for (int i = 0; i < lengths.size(); i++) {
      Md5 expected = Md5ChainTest.md5(contents.get(i), offset, lengths.get(i));
      assertThat(chains.get(i).finish()).as("chain %d", i).isEqualTo(expected);
    }
  }
}
