package org.assetstager.digest;

import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * As many MD5s side by side as the machine's vectors have lanes: 16 of 512 bits, 8 of 256. Only for
 * JVMs that were started with {@code --add-modules jdk.incubator.vector}: no other class may be the
 * first to touch this one but LaneSupport. For one thread at a time.
 *
 * <p>A call that the JIT doesn't inline costs up to thirty times the speed, and at 18,000 nodes
 * ({@code NodeCountInliningCutoff}) it stops to inline what isn't the module's own. So each round
 * is compiled by itself, as a loop of four steps, and a step is one method that calls only the
 * module's.
 */
final class Md5Lanes implements BlockHasher {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES = INTS.withLanes(byte.class);
  private static final int LANES = INTS.length();
  private static final Round[] ROUNDS = {
    Md5Lanes::roundOne,
    (state, work, words) -> roundTwo(work, words),
    (state, work, words) -> roundThree(work, words),
    Md5Lanes::roundFour
  };
  private static final int[] CONSTANTS = Md5Steps.CONSTANTS;

  // The transposition swaps half of the bits of row and column numbers at a time: of 1, 2, 4 and 8.
  private static final VectorShuffle<Integer> SWAP_1 = swap(1);
  private static final VectorShuffle<Integer> SWAP_2 = swap(2);
  private static final VectorShuffle<Integer> SWAP_4 = swap(4);
  private static final VectorShuffle<Integer> SWAP_8 = swap(8);
  private static final VectorMask<Integer> UPPER_1 = upper(1);
  private static final VectorMask<Integer> UPPER_2 = upper(2);
  private static final VectorMask<Integer> UPPER_4 = upper(4);
  private static final VectorMask<Integer> UPPER_8 = upper(8);

  /** Called through an array of four so that the JIT compiles each by itself. */
  private interface Round {
    void hash(int[] state, int[] work, int[] words);
  }

  /** The block's 16 words, each of all lanes. */
  private final int[] words = new int[16 * LANES];

  /** The states between two rounds. */
  private final int[] work = new int[4 * LANES];

  private static VectorShuffle<Integer> swap(int distance) {
    return VectorShuffle.fromOp(INTS, lane -> (lane ^ distance) & (LANES - 1));
  }

  private static VectorMask<Integer> upper(int bit) {
    boolean[] set = new boolean[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      set[lane] = (lane & bit) != 0;
    }
    return VectorMask.fromArray(INTS, set, 0);
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void hash(byte[][] bytes, int[] offsets, int blocks, int[] state) {
    for (int block = 0; block < blocks; block++) {
      int skip = block * Md5Steps.BLOCK_BYTES;
      if (LANES == 16) {
        loadSixteen(bytes, offsets, skip, words);
      } else {
        loadEight(bytes, offsets, skip, words, 0);
        loadEight(bytes, offsets, skip + BYTES.length(), words, 8 * LANES);
      }
      transposeFours(words);
      for (Round round : ROUNDS) {
        round.hash(state, work, words);
      }
    }
  }

  /** Loads a block of each of 16 lanes, and transposes what is 4 and more rows apart. */
  private static void loadSixteen(byte[][] bytes, int[] offsets, int skip, int[] rows) {
    for (int i = 0; i < 4; i++) {
      IntVector a = ByteVector.fromArray(BYTES, bytes[i], offsets[i] + skip).reinterpretAsInts();
      IntVector b =
          ByteVector.fromArray(BYTES, bytes[i + 4], offsets[i + 4] + skip).reinterpretAsInts();
      IntVector c =
          ByteVector.fromArray(BYTES, bytes[i + 8], offsets[i + 8] + skip).reinterpretAsInts();
      IntVector d =
          ByteVector.fromArray(BYTES, bytes[i + 12], offsets[i + 12] + skip).reinterpretAsInts();
      IntVector ac = a.blend(c.rearrange(SWAP_8), UPPER_8);
      IntVector ca = a.rearrange(SWAP_8).blend(c, UPPER_8);
      IntVector bd = b.blend(d.rearrange(SWAP_8), UPPER_8);
      IntVector db = b.rearrange(SWAP_8).blend(d, UPPER_8);
      ac.blend(bd.rearrange(SWAP_4), UPPER_4).intoArray(rows, i * LANES);
      ac.rearrange(SWAP_4).blend(bd, UPPER_4).intoArray(rows, (i + 4) * LANES);
      ca.blend(db.rearrange(SWAP_4), UPPER_4).intoArray(rows, (i + 8) * LANES);
      ca.rearrange(SWAP_4).blend(db, UPPER_4).intoArray(rows, (i + 12) * LANES);
    }
  }

  /** Loads half a block of each of 8 lanes, and transposes what is 4 rows apart. */
  private static void loadEight(byte[][] bytes, int[] offsets, int skip, int[] rows, int first) {
    for (int i = 0; i < 4; i++) {
      IntVector a = ByteVector.fromArray(BYTES, bytes[i], offsets[i] + skip).reinterpretAsInts();
      IntVector b =
          ByteVector.fromArray(BYTES, bytes[i + 4], offsets[i + 4] + skip).reinterpretAsInts();
      a.blend(b.rearrange(SWAP_4), UPPER_4).intoArray(rows, first + i * LANES);
      a.rearrange(SWAP_4).blend(b, UPPER_4).intoArray(rows, first + (i + 4) * LANES);
    }
  }

  /** Transposes what is 2 rows and 1 row apart. */
  private static void transposeFours(int[] rows) {
    for (int at = 0; at < 16 * LANES; at += 4 * LANES) {
      IntVector a = IntVector.fromArray(INTS, rows, at);
      IntVector b = IntVector.fromArray(INTS, rows, at + LANES);
      IntVector c = IntVector.fromArray(INTS, rows, at + 2 * LANES);
      IntVector d = IntVector.fromArray(INTS, rows, at + 3 * LANES);
      IntVector ac = a.blend(c.rearrange(SWAP_2), UPPER_2);
      IntVector ca = a.rearrange(SWAP_2).blend(c, UPPER_2);
      IntVector bd = b.blend(d.rearrange(SWAP_2), UPPER_2);
      IntVector db = b.rearrange(SWAP_2).blend(d, UPPER_2);
      ac.blend(bd.rearrange(SWAP_1), UPPER_1).intoArray(rows, at);
      ac.rearrange(SWAP_1).blend(bd, UPPER_1).intoArray(rows, at + LANES);
      ca.blend(db.rearrange(SWAP_1), UPPER_1).intoArray(rows, at + 2 * LANES);
      ca.rearrange(SWAP_1).blend(db, UPPER_1).intoArray(rows, at + 3 * LANES);
    }
  }

  private static void roundOne(int[] state, int[] work, int[] words) {
    IntVector a = IntVector.fromArray(INTS, state, 0);
    IntVector b = IntVector.fromArray(INTS, state, LANES);
    IntVector c = IntVector.fromArray(INTS, state, 2 * LANES);
    IntVector d = IntVector.fromArray(INTS, state, 3 * LANES);
    for (int i = 0; i < 16; i += 4) {
      a = first(a, b, c, d, words, i, i, 7);
      d = first(d, a, b, c, words, i + 1, i + 1, 12);
      c = first(c, d, a, b, words, i + 2, i + 2, 17);
      b = first(b, c, d, a, words, i + 3, i + 3, 22);
    }
    a.intoArray(work, 0);
    b.intoArray(work, LANES);
    c.intoArray(work, 2 * LANES);
    d.intoArray(work, 3 * LANES);
  }

  private static void roundTwo(int[] work, int[] words) {
    IntVector a = IntVector.fromArray(INTS, work, 0);
    IntVector b = IntVector.fromArray(INTS, work, LANES);
    IntVector c = IntVector.fromArray(INTS, work, 2 * LANES);
    IntVector d = IntVector.fromArray(INTS, work, 3 * LANES);
    for (int i = 0; i < 16; i += 4) {
      a = second(a, b, c, d, words, 5 * i + 1, i + 16, 5);
      d = second(d, a, b, c, words, 5 * i + 6, i + 17, 9);
      c = second(c, d, a, b, words, 5 * i + 11, i + 18, 14);
      b = second(b, c, d, a, words, 5 * i, i + 19, 20);
    }
    a.intoArray(work, 0);
    b.intoArray(work, LANES);
    c.intoArray(work, 2 * LANES);
    d.intoArray(work, 3 * LANES);
  }

  private static void roundThree(int[] work, int[] words) {
    IntVector a = IntVector.fromArray(INTS, work, 0);
    IntVector b = IntVector.fromArray(INTS, work, LANES);
    IntVector c = IntVector.fromArray(INTS, work, 2 * LANES);
    IntVector d = IntVector.fromArray(INTS, work, 3 * LANES);
    for (int i = 0; i < 16; i += 4) {
      a = third(a, b, c, d, words, 3 * i + 5, i + 32, 4);
      d = third(d, a, b, c, words, 3 * i + 8, i + 33, 11);
      c = third(c, d, a, b, words, 3 * i + 11, i + 34, 16);
      b = third(b, c, d, a, words, 3 * i + 14, i + 35, 23);
    }
    a.intoArray(work, 0);
    b.intoArray(work, LANES);
    c.intoArray(work, 2 * LANES);
    d.intoArray(work, 3 * LANES);
  }

  private static void roundFour(int[] state, int[] work, int[] words) {
    IntVector a = IntVector.fromArray(INTS, work, 0);
    IntVector b = IntVector.fromArray(INTS, work, LANES);
    IntVector c = IntVector.fromArray(INTS, work, 2 * LANES);
    IntVector d = IntVector.fromArray(INTS, work, 3 * LANES);
    for (int i = 0; i < 16; i += 4) {
      a = fourth(a, b, c, d, words, 7 * i, i + 48, 6);
      d = fourth(d, a, b, c, words, 7 * i + 7, i + 49, 10);
      c = fourth(c, d, a, b, words, 7 * i + 14, i + 50, 15);
      b = fourth(b, c, d, a, words, 7 * i + 5, i + 51, 21);
    }
    a.add(IntVector.fromArray(INTS, state, 0)).intoArray(state, 0);
    b.add(IntVector.fromArray(INTS, state, LANES)).intoArray(state, LANES);
    c.add(IntVector.fromArray(INTS, state, 2 * LANES)).intoArray(state, 2 * LANES);
    d.add(IntVector.fromArray(INTS, state, 3 * LANES)).intoArray(state, 3 * LANES);
  }

  private static IntVector first(
      IntVector a, IntVector b, IntVector c, IntVector d, int[] words, int word, int step, int by) {
    IntVector mix = c.lanewise(XOR, d).and(b).lanewise(XOR, d);
    IntVector input = IntVector.fromArray(INTS, words, LANES * word).add(CONSTANTS[step]);
    return input.add(a).add(mix).lanewise(ROL, by).add(b);
  }

  private static IntVector second(
      IntVector a, IntVector b, IntVector c, IntVector d, int[] words, int word, int step, int by) {
    IntVector mix = b.lanewise(XOR, c).and(d).lanewise(XOR, c);
    IntVector input = IntVector.fromArray(INTS, words, LANES * (word & 15)).add(CONSTANTS[step]);
    return input.add(a).add(mix).lanewise(ROL, by).add(b);
  }

  private static IntVector third(
      IntVector a, IntVector b, IntVector c, IntVector d, int[] words, int word, int step, int by) {
    IntVector mix = c.lanewise(XOR, d).lanewise(XOR, b);
    IntVector input = IntVector.fromArray(INTS, words, LANES * (word & 15)).add(CONSTANTS[step]);
    return input.add(a).add(mix).lanewise(ROL, by).add(b);
  }

  private static IntVector fourth(
      IntVector a, IntVector b, IntVector c, IntVector d, int[] words, int word, int step, int by) {
    IntVector mix = d.not().or(b).lanewise(XOR, c);
    IntVector input = IntVector.fromArray(INTS, words, LANES * (word & 15)).add(CONSTANTS[step]);
    return input.add(a).add(mix).lanewise(ROL, by).add(b);
  }
}
