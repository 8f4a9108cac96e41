package org.assetstager.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assetstager.asset.Md5;

class WholeAndPartsTest {
  @Property(tries = 200)
  void anyPartsInAnyPieces_haveTheirMd5sAndTheWholeHas(
      @ForAll @Size(max = 8) List<@IntRange(max = 300) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 100) int pieceBytes) {
    byte[] bytes = new byte[lengths.stream().mapToInt(Integer::intValue).sum()];
    new Random(bytes.length).nextBytes(bytes);
    WholeAndParts md5s = new WholeAndParts();
    List<Md5> parts = new ArrayList<>();
    List<Md5> expected = new ArrayList<>();

    int begin = 0;
    for (int length : lengths) {
      int end = begin + length;
      for (int at = begin; at < end; at += pieceBytes) {
        byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(end, at + pieceBytes));
        // What follows them in the array isn't theirs.
        md5s.update(Arrays.copyOf(piece, piece.length + 1), piece.length);
      }
      parts.add(md5s.finishPart());
      byte[] part = Arrays.copyOfRange(bytes, begin, end);
      expected.add(Md5.of(part, length));
      begin = end;
    }

    assertThat(parts).isEqualTo(expected);
    assertThat(md5s.finish()).isEqualTo(Md5.of(bytes, bytes.length));
  }
}
