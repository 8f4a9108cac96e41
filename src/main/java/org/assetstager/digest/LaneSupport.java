package org.assetstager.digest;

import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.assetstager.asset.Md5;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether this JVM hashes several chains side by side: it does when it was started with {@code
 * --add-modules jdk.incubator.vector}, its vectors have at least eight lanes, the JIT has made them
 * faster than {@link MessageDigest}, and what it has made of them gives the MD5s that are known.
 * That is tried in the background, and only in JVMs that hash much.
 */
final class LaneSupport {
  private static final Logger LOG = LoggerFactory.getLogger(LaneSupport.class);
  private static final String MODULE = "jdk.incubator.vector";

  /** Vectors of four lanes run at the speed of one chain alone. */
  private static final int LEAST_LANES = 8;

  /** The trial takes a core some seconds: for as long {@link MessageDigest} is good enough. */
  private static final long WORTH_A_TRIAL_BYTES = 512 << 20;

  private static final double LEAST_SPEED_UP = 1.5;
  private static final long LONGEST_TRIAL_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final int TRIAL_BYTES = 16 << 10;

  private static final LaneSupport OF_THIS_JVM =
      new LaneSupport(Vectors::hasher, hasOptimisingCompiler());

  private final Supplier<BlockHasher> hashers;
  private final boolean optimised;
  private final AtomicLong digestedBytes = new AtomicLong();
  private final AtomicBoolean tried = new AtomicBoolean();
  private volatile int lanes;

  /**
   * Makes one for a kind of lanes.
   *
   * @param hashers of the lanes, which are touched only where the JVM has the module
   * @param optimised whether the JVM has its optimising compiler
   */
  LaneSupport(Supplier<BlockHasher> hashers, boolean optimised) {
    this.hashers = hashers;
    this.optimised = optimised;
  }

  static LaneSupport ofThisJvm() {
    return OF_THIS_JVM;
  }

  /**
   * Makes a pool for the threads of a task; null where chains don't go side by side, or not yet.
   */
  @Nullable LanePool newPool() {
    int ready = lanes;
    return ready == 0 ? null : new LanePool(ready, hashers);
  }

  /** Takes note of bytes that were hashed; enough of them start the trial. */
  void digested(long bytes) {
    if (digestedBytes.addAndGet(bytes) >= WORTH_A_TRIAL_BYTES) {
      startTrial();
    }
  }

  /**
   * Starts the trial in the background.
   *
   * @return its thread; null where it was started before, or isn't needed
   */
  @Nullable Thread startTrial() {
    if (!tried.compareAndSet(false, true)) {
      return null;
    }
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      LOG.info("MD5s are computed one by one: the JVM runs without --add-modules {}", MODULE);
      return null;
    }
    Thread trial = new Thread(this::tryLanes, "md5-lanes-trial");
    trial.setDaemon(true);
    trial.start();
    return trial;
  }

  /** Where the JVM has no such compiler, vectors stay slow, and the trial would be long. */
  private static boolean hasOptimisingCompiler() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .noneMatch(argument -> argument.matches("-XX:TieredStopAtLevel=[0-3]"));
  }

  private void tryLanes() {
    try {
      if (!optimised) {
        LOG.info("MD5s are computed one by one: the JVM runs without its optimising compiler");
        return;
      }
      BlockHasher hasher = hashers.get();
      if (hasher.lanes() < LEAST_LANES) {
        LOG.info("MD5s are computed one by one: vectors have {} lanes here", hasher.lanes());
        return;
      }
      long end = System.nanoTime() + LONGEST_TRIAL_NANOS;
      double speedUp = 0;
      while (speedUp < LEAST_SPEED_UP && System.nanoTime() < end) {
        speedUp = speedUp(hasher);
      }
      // Now, of what the JIT has made of them: contents are hashed by the same code.
      String wrong = KnownAnswers.wrong(hasher);
      if (wrong != null) {
        LOG.warn("MD5s are computed one by one: side by side they are wrong here, {}", wrong);
        return;
      }
      boolean good = speedUp >= LEAST_SPEED_UP;
      LOG.info(
          "MD5s are computed {}: {} lanes were {} times as fast as one chain",
          good ? "side by side" : "one by one",
          hasher.lanes(),
          Math.round(10 * speedUp) / 10.0);
      lanes = good ? hasher.lanes() : 0;
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("MD5s are computed one by one: the vectors of this JVM don't work", e);
    }
  }

  /** Compares the quicker of two tries each, since other threads take time from any. */
  private static double speedUp(BlockHasher hasher) {
    byte[] bytes = new byte[TRIAL_BYTES];
    new Random(1).nextBytes(bytes);
    byte[][] inputs = new byte[hasher.lanes()][];
    Arrays.fill(inputs, bytes);
    int[] offsets = new int[hasher.lanes()];
    int[] state = new int[4 * hasher.lanes()];
    int[] spare = new int[4];
    MessageDigest peer = Md5.newDigest();
    long lanes = Long.MAX_VALUE;
    long one = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long start = System.nanoTime();
      hasher.hash(inputs, offsets, TRIAL_BYTES / Md5Steps.BLOCK_BYTES, state);
      long middle = System.nanoTime();
      peer.update(bytes);
      lanes = Math.min(lanes, middle - start);
      one = Math.min(one, System.nanoTime() - middle);
      // The JIT compiles them meanwhile too: chains that are left over go one by one.
      Md5Steps.hash(bytes, 0, TRIAL_BYTES / Md5Steps.BLOCK_BYTES, state);
      Md5Steps.hashTwo(bytes, 0, TRIAL_BYTES / Md5Steps.BLOCK_BYTES, state, spare);
    }
    return (double) one * hasher.lanes() / lanes;
  }

  /** The only class that touches {@link Md5Lanes}, so that a JVM without the module never does. */
  private static final class Vectors {
    static BlockHasher hasher() {
      return new Md5Lanes();
    }
  }
}
