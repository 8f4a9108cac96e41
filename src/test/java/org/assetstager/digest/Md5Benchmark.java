package org.assetstager.digest;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.assetstager.asset.Md5;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Each operation hashes {@link #BYTES}, on one core. {@code scripts/bench md5} runs it. */
@State(Scope.Thread)
public class Md5Benchmark {
  /** Bytes of an operation: 64 KiB in each of 16 chains. */
  public static final int BYTES = 1 << 20;

  private static final int CHAIN_BYTES = 64 << 10;

  private final byte[][] chains = new byte[BYTES / CHAIN_BYTES][CHAIN_BYTES];
  private final MessageDigest messageDigest = Md5.newDigest();
  private final int[] whole = Md5Steps.initialState();
  private final int[] part = Md5Steps.initialState();
  private BlockHasher lanes;
  private int[] offsets;
  private int[] laneStates;

  /** Makes the bytes. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (byte[] chain : chains) {
      random.nextBytes(chain);
    }
    lanes = new Md5Lanes();
    offsets = new int[lanes.lanes()];
    laneStates = new int[4 * lanes.lanes()];
  }

  /** The peer: one chain, by the JDK. */
  @Benchmark
  public MessageDigest messageDigest() {
    for (byte[] chain : chains) {
      messageDigest.update(chain);
    }
    return messageDigest;
  }

  /** One chain, as a file alone. */
  @Benchmark
  public int[] oneChain() {
    for (byte[] chain : chains) {
      Md5Steps.hash(chain, 0, CHAIN_BYTES / Md5Steps.BLOCK_BYTES, whole);
    }
    return whole;
  }

  /** Two chains over the same bytes, as a giant and its parts. */
  @Benchmark
  public int[] wholeAndPart() {
    for (byte[] chain : chains) {
      Md5Steps.hashTwo(chain, 0, CHAIN_BYTES / Md5Steps.BLOCK_BYTES, whole, part);
    }
    return whole;
  }

  /** As many chains as there are lanes. */
  @Benchmark
  public int[] lanes() {
    for (int from = 0; from < chains.length; from += lanes.lanes()) {
      byte[][] inputs = Arrays.copyOfRange(chains, from, from + lanes.lanes());
      lanes.hash(inputs, offsets, CHAIN_BYTES / Md5Steps.BLOCK_BYTES, laneStates);
    }
    return laneStates;
  }
}
