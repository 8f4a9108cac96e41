package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {
  private static final RecordCodec<Everything> CODEC = RecordCodec.of(Everything.class);

  enum Colour {
    RED {
      @Override
      boolean warm() {
        return true;
      }
    },
    BLUE;

    boolean warm() {
      return false;
    }
  }

  record Inner(String innerText, @Nullable Long innerCount) {}

  record Everything(
      String text,
      @Nullable String optionalText,
      int number,
      @Nullable Integer optionalNumber,
      long count,
      @Nullable Long optionalCount,
      Inner inner,
      double seconds,
      @Nullable Double optionalSeconds,
      boolean flag,
      @Nullable Boolean optionalFlag,
      Colour colour,
      @Nullable Colour optionalColour) {}

  record Pair(String left, @Nullable String right) {}

  record Unknown(String name, float ratio) {}

  record Listing(List<String> names) {}

  record Exact(BigInteger number, @Nullable BigInteger optional) {}

  @Property
  void fromRow_integersOfAnySize_areTheSame(@ForAll BigInteger one, @ForAll BigInteger other) {
    RecordCodec<Exact> codec = RecordCodec.of(Exact.class);

    for (Exact exact : List.of(new Exact(one, other), new Exact(other, null))) {
      assertThat(codec.fromRow(codec.toRow(exact))).isEqualTo(exact);
      assertThat(codec.fromBytes(codec.toBytes(exact))).isEqualTo(exact);
    }
    assertThat(codec.schema().fields()[0].dataType()).isEqualTo(DataTypes.BinaryType);
  }

  @Property
  void fromBytes_anyRecord_isTheSame(@ForAll @From("everything") Everything value) {
    assertThat(CODEC.fromBytes(CODEC.toBytes(value))).isEqualTo(value);
  }

  /** In another order than {@link Everything} has them. */
  record Some(@Nullable Long innerCount, String innerText) {}

  @Property
  void fromBytesOf_anyLargerRecord_hasItsColumnsOfTheseNames(
      @ForAll @From("everything") Everything value) {
    RecordCodec<Everything> larger = RecordCodec.of(Everything.class);

    Some some = RecordCodec.of(Some.class).fromBytesOf(larger).apply(larger.toBytes(value));

    assertThat(some).isEqualTo(new Some(value.inner().innerCount(), value.inner().innerText()));
  }

  @Test
  void fromBytesOf_recordWithoutAColumn_isRefused() {
    RecordCodec<Some> some = RecordCodec.of(Some.class);
    RecordCodec<Pair> pair = RecordCodec.of(Pair.class);

    assertThatIllegalArgumentException().isThrownBy(() -> some.fromBytesOf(pair));
  }

  record Otherwise(String count) {}

  @Test
  void fromBytesOf_columnOfAnotherType_isRefused() {
    RecordCodec<Otherwise> other = RecordCodec.of(Otherwise.class);

    assertThatIllegalArgumentException().isThrownBy(() -> other.fromBytesOf(CODEC));
  }

  @Test
  void fromBytes_ofAnotherRecord_isRefused() {
    // Not any: the bytes of some are those of a pair too.
    byte[] bytes =
        CODEC.toBytes(
            new Everything(
                "text",
                null,
                1,
                null,
                2,
                null,
                new Inner("inner", null),
                0.5,
                null,
                true,
                null,
                Colour.RED,
                null));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecordCodec.of(Pair.class).fromBytes(bytes))
        .withMessageContaining("Bytes of another record");
  }

  record Twice(Pair pair, String left) {}

  record OnceMore(String someName, String some_name) {}

  @Provide
  static Arbitrary<Everything> everything() {
    Arbitrary<String> text = Arbitraries.strings().ofMaxLength(6);
    Arbitrary<Inner> inner =
        Combinators.combine(text, Arbitraries.longs().injectNull(0.3)).as(Inner::new);
    Arbitrary<Object[]> first =
        Combinators.combine(
                text,
                text.injectNull(0.3),
                Arbitraries.integers(),
                Arbitraries.integers().injectNull(0.3),
                Arbitraries.longs(),
                Arbitraries.longs().injectNull(0.3))
            .as((a, b, c, d, e, f) -> new Object[] {a, b, c, d, e, f});
    Arbitrary<Object[]> second =
        Combinators.combine(
                Arbitraries.doubles(),
                Arbitraries.doubles().injectNull(0.3),
                Arbitraries.of(true, false),
                Arbitraries.of(true, false).injectNull(0.3),
                Arbitraries.of(Colour.class),
                Arbitraries.of(Colour.class).injectNull(0.3))
            .as((a, b, c, d, e, f) -> new Object[] {a, b, c, d, e, f});
    return Combinators.combine(first, inner, second)
        .as(
            (f, nested, s) ->
                new Everything(
                    (String) f[0],
                    (String) f[1],
                    (Integer) f[2],
                    (Integer) f[3],
                    (Long) f[4],
                    (Long) f[5],
                    nested,
                    (Double) s[0],
                    (Double) s[1],
                    (Boolean) s[2],
                    (Boolean) s[3],
                    (Colour) s[4],
                    (Colour) s[5]));
  }

  @Property
  void fromRow_whatToRowMade_isTheRecord(@ForAll @From("everything") Everything value) {
    Row row = CODEC.toRow(value);

    assertThat(row.length()).isEqualTo(CODEC.schema().length());
    assertThat(CODEC.fromRow(row)).isEqualTo(value);
  }

  @Property(tries = 50)
  void fromRow_columnsInFront_areSkipped(@ForAll @From("everything") Everything value) {
    Row row = CODEC.toRow(value);
    Object[] cells = new Object[row.length() + 3];
    for (int i = 0; i < row.length(); i++) {
      cells[2 + i] = row.get(i);
    }

    assertThat(CODEC.fromRow(RowFactory.create(cells), 2)).isEqualTo(value);
  }

  @Test
  void schema_allTypes_hasSnakeCaseNamesTypesAndNullability() {
    assertThat(CODEC.schema())
        .isEqualTo(
            new StructType()
                .add("text", DataTypes.StringType, false)
                .add("optional_text", DataTypes.StringType, true)
                .add("number", DataTypes.IntegerType, false)
                .add("optional_number", DataTypes.IntegerType, true)
                .add("count", DataTypes.LongType, false)
                .add("optional_count", DataTypes.LongType, true)
                .add("inner_text", DataTypes.StringType, false)
                .add("inner_count", DataTypes.LongType, true)
                .add("seconds", DataTypes.DoubleType, false)
                .add("optional_seconds", DataTypes.DoubleType, true)
                .add("flag", DataTypes.BooleanType, false)
                .add("optional_flag", DataTypes.BooleanType, true)
                .add("colour", DataTypes.StringType, false)
                .add("optional_colour", DataTypes.StringType, true));
  }

  @ParameterizedTest
  @CsvSource({
    "path, path",
    "topHash, top_hash",
    "storedMtimeNanos, stored_mtime_nanos",
    "md5, md5",
    "partMd5s, part_md5s",
  })
  void columnName_component_isItsNameInSnakeCase(String component, String column) {
    assertThat(RecordCodec.columnName(component)).isEqualTo(column);
  }

  @Test
  void toRow_nullThatMustNotBe_isRefusedWithItsName() {
    assertThatIllegalStateException()
        .isThrownBy(() -> RecordCodec.of(Pair.class).toRow(new Pair(null, "x")))
        .withMessage(Pair.class.getName() + ".left is null");
  }

  @Test
  void toRow_nullInsideAndInsteadOfANestedRecord_isRefusedWithItsName() {
    RecordCodec<Nested> codec = RecordCodec.of(Nested.class);

    assertThatIllegalStateException()
        .isThrownBy(() -> codec.toRow(new Nested(new Inner(null, 1L))))
        .withMessage(Inner.class.getName() + ".innerText is null");
    assertThatIllegalStateException()
        .isThrownBy(() -> codec.toRow(new Nested(null)))
        .withMessage(Nested.class.getName() + ".inner is null");
  }

  record Nested(Inner inner) {}

  @Test
  void fromRow_nullThatMustNotBe_isRefusedWithItsColumn() {
    assertThatIllegalStateException()
        .isThrownBy(() -> RecordCodec.of(Pair.class).fromRow(RowFactory.create(null, "x")))
        .withMessage("The column left of " + Pair.class.getName() + " is null");
  }

  @Test
  void fromRow_nullInAPrimitive_isRefusedRatherThanZero() {
    Row row = CODEC.toRow(SAMPLE);
    Object[] cells = new Object[row.length()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = i == 4 ? null : row.get(i);
    }

    assertThatIllegalStateException()
        .isThrownBy(() -> CODEC.fromRow(RowFactory.create(cells)))
        .withMessage("The column count of " + Everything.class.getName() + " is null");
  }

  @Test
  void fromRow_unknownConstant_isRefusedWithItsName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecordCodec.of(Painted.class).fromRow(RowFactory.create("GREEN")))
        .withMessageContaining("GREEN");
  }

  record Painted(Colour colour) {}

  @Test
  void of_typeWithoutAColumn_isRefusedWithItsName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecordCodec.of(Unknown.class))
        .withMessage("The codec has no column for float ratio");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecordCodec.of(Listing.class))
        .withMessage("The codec has no column for interface java.util.List names");
  }

  @Test
  void of_oneColumnNameTwice_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecordCodec.of(Twice.class))
        .withMessageContaining("one column name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecordCodec.of(OnceMore.class))
        .withMessageContaining("one column name");
  }

  private static final Everything SAMPLE =
      new Everything(
          "é\u0000😀",
          null,
          Integer.MIN_VALUE,
          null,
          Long.MIN_VALUE,
          null,
          new Inner("", null),
          -0.0,
          null,
          true,
          null,
          Colour.RED,
          null);

  private static final Everything FULL =
      new Everything(
          "",
          "b",
          1,
          2,
          3,
          4L,
          new Inner("i", 5L),
          Double.NaN,
          6.5,
          false,
          true,
          Colour.BLUE,
          Colour.RED);

  @ParameterizedTest
  @MethodSource("emptyAndFull")
  void everyType_nullOrNot_comesBack(Everything value) {
    assertThat(CODEC.fromRow(CODEC.toRow(value))).isEqualTo(value);
    assertThat(CODEC.fromBytes(CODEC.toBytes(value))).isEqualTo(value);
  }

  static Stream<Everything> emptyAndFull() {
    return Stream.of(SAMPLE, FULL);
  }
}
