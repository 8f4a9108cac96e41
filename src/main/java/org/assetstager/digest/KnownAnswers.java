package org.assetstager.digest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Md5Chain.Blocks;
import org.jspecify.annotations.Nullable;

/**
 * Tests the job's own MD5 code in this JVM with contents whose MD5s are known. On one machine of
 * many, the JIT, the processor or the memory may be faulty.
 */
final class KnownAnswers {
  /** The test suite of RFC 1321, appendix A.5. */
  private static final Map<String, String> OF_THE_RFC =
      Map.of(
          "",
          "d41d8cd98f00b204e9800998ecf8427e",
          "a",
          "0cc175b9c0f1b6a831c399e269772661",
          "abc",
          "900150983cd24fb0d6963f7d28e17f72",
          "message digest",
          "f96b697d7cb7938d525a2f31aaf161d0",
          "abcdefghijklmnopqrstuvwxyz",
          "c3fcd3d76192e4007dfb496cca67e13b",
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
          "d174ab98d277d9f5a5611c2c9f419d9f",
          "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
          "57edf4a22be3c955ac49da2e2107b67a");

  /** About a block's end and about where the padding takes a block more; and odd ones. */
  private static final int[] LENGTHS = {
    1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 121, 127, 128, 129, 191, 1_001, 4_095, 16_385, 33_333
  };

  /** So that every lane has contents of several lengths, each after another one. */
  private static final int ROUNDS = 4;

  private KnownAnswers() {}

  /**
   * A content.
   *
   * @param chain that has taken it
   * @param blocks that are still to be hashed into the chain
   */
  private record Question(Md5Chain chain, Blocks blocks, int length, Md5 answer) {
    static Question of(byte[] bytes, int offset, int length, Md5 answer) {
      Md5Chain chain = new Md5Chain();
      return new Question(chain, chain.take(bytes, offset, length), length, answer);
    }
  }

  /** Tested once in a JVM, at the first use. */
  private static final class OfThisJvm {
    private static final @Nullable String WRONG_STEPS =
        Stream.<Consumer<List<Blocks>>>of(
                LanePool::hashAlone,
                all -> all.forEach(blocks -> hashWithAnother(blocks, true)),
                all -> all.forEach(blocks -> hashWithAnother(blocks, false)))
            .map(KnownAnswers::wrong)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
  }

  private static void hashWithAnother(Blocks blocks, boolean first) {
    int[] own = blocks.state();
    int[] other = own.clone();
    Md5Steps.hashTwo(
        blocks.bytes(), blocks.offset(), blocks.count(), first ? own : other, first ? other : own);
  }

  /**
   * Makes sure that {@link Md5Steps} are right in this JVM.
   *
   * @throws JobFailure of kind SYSTEM if they aren't
   */
  static void requireRightSteps() {
    if (OfThisJvm.WRONG_STEPS != null) {
      throw JobFailure.system(
          "This JVM computes wrong MD5s: " + OfThisJvm.WRONG_STEPS,
          "Its Java or its machine is faulty: run again with --resume, without this host or with"
              + " another Java");
    }
  }

  /** Returns what a hasher of lanes gets wrong; null where it is right. */
  static @Nullable String wrong(BlockHasher hasher) {
    LanePool pool = new LanePool(hasher.lanes(), () -> hasher);
    return wrong(pool::hashMany);
  }

  private static @Nullable String wrong(Consumer<List<Blocks>> hash) {
    List<Question> questions = questions();
    hash.accept(questions.stream().map(Question::blocks).toList());
    for (Question question : questions) {
      Md5 computed = question.chain().finish();
      if (!computed.equals(question.answer())) {
        return "of "
            + question.length()
            + " bytes it is "
            + computed
            + " instead of "
            + question.answer();
      }
    }
    return null;
  }

  private static List<Question> questions() {
    List<Question> questions = new ArrayList<>();
    OF_THE_RFC.forEach(
        (text, md5) -> {
          byte[] bytes = text.getBytes(US_ASCII);
          questions.add(Question.of(bytes, 0, bytes.length, Md5.parse(md5)));
        });
    byte[] bytes = new byte[ROUNDS * Arrays.stream(LENGTHS).sum()];
    new Random(1).nextBytes(bytes);
    int offset = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (int length : LENGTHS) {
        byte[] content = Arrays.copyOfRange(bytes, offset, offset + length);
        Md5 answer = Md5.ofBytes(Md5.newDigest().digest(content));
        questions.add(Question.of(bytes, offset, length, answer));
        offset += length;
      }
    }
    return questions;
  }
}
