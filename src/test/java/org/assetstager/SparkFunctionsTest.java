package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.run.RunFolder;
import org.assetstager.run.TaskFiles;
import org.assetstager.s3.RequestTotals;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.SharedConfiguration;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.TestSpark;
import org.assetstager.upload.CandidateRoots;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.LastRows;
import org.assetstager.verify.VerifiedRow;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.reflect.ClassTag;

/** Whatever the job sends to executors arrives there whole. */
@Tag("spark")
class SparkFunctionsTest {
  private static final List<String> PACKAGES =
      List.of("org.apache.spark.api.java.function.", "org.apache.spark.sql.api.java.");

  private static final SparkContext CONTEXT = TestSpark.session().sparkContext();

  /** Arguments that can't be made of their own constructors' arguments. */
  private static final Map<Class<?>, Object> ARGUMENTS =
      Map.ofEntries(
          Map.entry(String.class, "text"),
          Map.entry(boolean.class, true),
          Map.entry(byte.class, (byte) 6),
          Map.entry(int.class, 7),
          Map.entry(Integer.class, 7),
          Map.entry(long.class, 8L),
          Map.entry(Long.class, 8L),
          Map.entry(List.class, List.of("element")),
          Map.entry(Map.class, Map.of("name", "value")),
          Map.entry(Set.class, Set.of("element")),
          Map.entry(Duration.class, Duration.ofSeconds(9)),
          Map.entry(BitSet.class, BitSet.valueOf(new long[] {5})),
          Map.entry(StructType.class, new StructType().add("column", "string")),
          Map.entry(MapPartitionsFunction.class, (MapPartitionsFunction<Row, Row>) rows -> rows),
          // Of two constructors with one argument, one takes another configuration.
          Map.entry(Configuration.class, new Configuration(false)),
          Map.entry(SharedConfiguration.class, new SharedConfiguration(new Configuration(false))),
          Map.entry(
              RunFolder.class, new RunFolder("file:///ledger", "run", new Configuration(false))),
          Map.entry(RecordCodec.class, LedgerRow.CODEC),
          Map.entry(BigDecimal.class, new BigDecimal("0.5")),
          Map.entry(URI.class, URI.create("https://hook.example/")),
          Map.entry(CandidateRoots.class, (CandidateRoots) SparkFunctionsTest::noRoot),
          Map.entry(LastRows.class, (LastRows) SparkFunctionsTest::noRows),
          Map.entry(TaskProgress.class, new TaskProgress(CONTEXT, "phase")),
          Map.entry(RequestTotals.class, new RequestTotals(CONTEXT)),
          Map.entry(LongAccumulator.class, CONTEXT.longAccumulator("count")),
          Map.entry(Broadcast.class, CONTEXT.broadcast("shared", ClassTag.apply(String.class))));

  private static AssetRoot noRoot(Candidate candidate) {
    throw new UnsupportedOperationException();
  }

  private static void noRows(VerifiedRow row, TaskFiles files) {
    throw new UnsupportedOperationException();
  }

  static Stream<Class<?>> functions() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.assetstager")
            .stream()
            .filter(SparkFunctionsTest::isFunction)
            .map(JavaClass::reflect);
  }

  private static boolean isFunction(JavaClass type) {
    return !type.getModifiers().contains(JavaModifier.ABSTRACT)
        && type.getAllRawInterfaces().stream()
            .anyMatch(face -> PACKAGES.stream().anyMatch(face.getName()::startsWith));
  }

  private static Object sample(Class<?> type) {
    Object argument = ARGUMENTS.get(type);
    if (argument != null) {
      return argument;
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[1];
    }
    if (type.isArray()) {
      Object array = Array.newInstance(type.getComponentType(), 1);
      Array.set(array, 0, sample(type.getComponentType()));
      return array;
    }
    try {
      Constructor<?> constructor =
          Stream.of(type.getDeclaredConstructors())
              .max(Comparator.comparingInt(Constructor::getParameterCount))
              .orElseThrow();
      constructor.setAccessible(true);
      return constructor.newInstance(
          Stream.of(constructor.getParameterTypes()).map(SparkFunctionsTest::sample).toArray());
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new AssertionError("No sample of " + type, e);
    }
  }

  private static Object throughTheWire(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_sentToAnExecutor_arrivesWhole(Class<?> type) throws Exception {
    assertThat(type.getEnclosingClass() == null || Modifier.isStatic(type.getModifiers()))
        .as("top-level or static nested")
        .isTrue();
    Object sent = sample(type);

    Object arrived = throughTheWire(sent);

    assertThat(arrived).isInstanceOf(type);
    for (Field field : type.getDeclaredFields()) {
      if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
        field.setAccessible(true);
        Object value = field.get(arrived);
        assertThat(value).as(field.getName()).isNotNull();
        if (value instanceof String || value instanceof Number || value instanceof Enum<?>) {
          assertThat(value).as(field.getName()).isEqualTo(field.get(sent));
        }
      }
    }
  }
}
