package org.assetstager.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.assetstager.asset.Md5;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Md5ChainTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000})
  void chain_lengthsAboutTheBlocks_giveTheMd5(int length) throws Exception {
    byte[] bytes = random(length);
    Md5Chain chain = new Md5Chain();

    chain.take(bytes, 0, length).hash();

    assertThat(chain.finish()).isEqualTo(md5(bytes, 0, length));
  }

  @Property(tries = 300)
  void chain_anyPieces_giveTheMd5(
      @ForAll("pieces") List<Integer> pieces, @ForAll @IntRange(max = 70) int from)
      throws Exception {
    int length = pieces.stream().mapToInt(Integer::intValue).sum();
    byte[] bytes = random(from + length);
    Md5Chain chain = new Md5Chain();

    int at = from;
    for (int piece : pieces) {
      chain.take(bytes, at, piece).hash();
      at += piece;
    }

    assertThat(chain.finish()).isEqualTo(md5(bytes, from, length));
  }

  @Property(tries = 300)
  void chain_savedAnywhere_goesOn(
      @ForAll @IntRange(max = 300) int before, @ForAll @IntRange(max = 300) int after)
      throws Exception {
    byte[] bytes = random(before + after);
    Md5Chain first = new Md5Chain();
    first.take(bytes, 0, before).hash();

    Md5Chain second = new Md5Chain(first.save());
    second.take(bytes, before, after).hash();

    assertThat(second.finish()).isEqualTo(md5(bytes, 0, before + after));
  }

  @Property(tries = 300)
  void twoChains_overTheSameBytes_giveBothMd5s(
      @ForAll @IntRange(max = 300) int lead, @ForAll("pieces") List<Integer> pieces)
      throws Exception {
    int length = pieces.stream().mapToInt(Integer::intValue).sum();
    byte[] bytes = random(lead + length);
    Md5Chain whole = new Md5Chain();
    Md5Chain part = new Md5Chain();

    whole.take(bytes, 0, lead).hash();
    int at = lead;
    for (int piece : pieces) {
      LanePool.hashAlone(List.of(whole.take(bytes, at, piece), part.take(bytes, at, piece)));
      at += piece;
    }

    assertThat(whole.finish()).isEqualTo(md5(bytes, 0, bytes.length));
    assertThat(part.finish()).isEqualTo(md5(bytes, lead, length));
  }

  @Provide
  Arbitrary<List<Integer>> pieces() {
    Arbitrary<Integer> size =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.integers().between(0, 130)),
            Tuple.of(1, Arbitraries.of(55, 56, 63, 64, 65, 128, 4096)),
            Tuple.of(1, Arbitraries.integers().between(0, 5000)));
    return size.list().ofMaxSize(8);
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  static Md5 md5(byte[] bytes, int from, int count) throws Exception {
    byte[] part = Arrays.copyOfRange(bytes, from, from + count);
    return Md5.ofBytes(MessageDigest.getInstance("MD5").digest(part));
  }
}
