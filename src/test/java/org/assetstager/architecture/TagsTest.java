package org.assetstager.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code mvn -Pquick test} runs what has none of the tags: so whoever needs one of them is tagged
 * with it.
 */
class TagsTest {
  /** What a test class starts, itself or by a helper of the tests. */
  private static final Set<String> STARTED =
      Set.of(
          "org.apache.spark.SparkContext",
          "org.apache.spark.api.java.JavaSparkContext",
          "org.apache.spark.sql.SparkSession",
          "org.apache.spark.deploy.SparkSubmit",
          "com.sun.net.httpserver.HttpServer",
          "com.sun.net.httpserver.HttpsServer",
          "java.net.ServerSocket",
          "java.lang.ProcessBuilder");

  @Test
  void testClass_thatStartsSparkAServerOrAProcess_hasATag() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            // They only name what others start.
            .withImportOption(location -> !location.contains("/architecture/"))
            .importPackages("org.assetstager");
    Set<String> untagged = new TreeSet<>();
    Set<String> quick = new HashSet<>();
    for (JavaClass test : classes) {
      if (!test.getSimpleName().endsWith("Test") || !test.getEnclosingClass().isEmpty()) {
        continue;
      }
      if (!isTagged(test)) {
        (starts(test, classes) ? untagged : quick).add(test.getSimpleName());
      }
    }

    assertThat(untagged).isEmpty();
    assertThat(quick).hasSizeGreaterThan(50);
  }

  /** Follows the tests' own classes, not the job's, most of which know Spark. */
  private static boolean starts(JavaClass test, JavaClasses ofTests) {
    Set<JavaClass> seen = new HashSet<>(Set.of(test));
    Deque<JavaClass> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (Dependency dependency : open.remove().getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass();
        if (STARTED.contains(target.getName())) {
          return true;
        }
        if (ofTests.contain(target.getName()) && seen.add(target)) {
          open.add(target);
        }
      }
    }
    return false;
  }

  private static boolean isTagged(JavaClass test) {
    return test.reflect().getAnnotationsByType(Tag.class).length > 0
        || test.reflect().getAnnotationsByType(net.jqwik.api.Tag.class).length > 0;
  }
}
