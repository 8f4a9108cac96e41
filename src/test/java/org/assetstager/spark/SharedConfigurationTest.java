package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.apache.commons.lang3.SerializationUtils;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class SharedConfigurationTest {
  private static SharedConfiguration shared(String name, String value) {
    Configuration configuration = new Configuration();
    configuration.set("other", "of all");
    configuration.set(name, value);
    return new SharedConfiguration(configuration);
  }

  @Test
  void value_readFromBytes_hasAllProperties() {
    SharedConfiguration sent = shared("fs.s3a.bucket.b.endpoint", "http://${other}/é");
    Configuration read = SerializationUtils.roundtrip(sent).value();

    assertThat(read).isNotSameAs(sent.value());
    assertThat(read.iterator())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(sent.value())
        .hasSizeGreaterThan(100);
    assertThat(read.get("fs.s3a.bucket.b.endpoint")).isEqualTo("http://of all/é");
  }

  /** Each task of a job reads its function anew. */
  @Test
  void value_readTwiceFromEqualBytes_isReadOnce() {
    SharedConfiguration sent = shared("a", "1");
    SharedConfiguration read = SerializationUtils.roundtrip(sent);

    assertThat(SerializationUtils.roundtrip(sent)).isSameAs(read);
    assertThat(SerializationUtils.roundtrip(read)).isSameAs(read);
  }

  @Test
  void value_originalChangedMeanwhile_isAsItWas() {
    Configuration original = new Configuration(false);
    original.set("a", "as it was");
    SharedConfiguration shared = new SharedConfiguration(original);
    SharedConfiguration read = SerializationUtils.roundtrip(shared);
    original.set("a", "changed");

    assertThat(shared.value().get("a")).isEqualTo("as it was");
    assertThat(SerializationUtils.roundtrip(shared)).isSameAs(read);
    assertThat(SerializationUtils.roundtrip(new SharedConfiguration(original)).value().get("a"))
        .isEqualTo("changed");
  }

  /** Two contexts of a JVM may have two, with other jars. */
  @Test
  void value_readUnderAnotherClassLoader_loadsByThat() throws Exception {
    SharedConfiguration sent = shared("c", "1");
    Thread thread = Thread.currentThread();
    ClassLoader own = thread.getContextClassLoader();
    try (URLClassLoader one = new URLClassLoader(new URL[0], own);
        URLClassLoader other = new URLClassLoader(new URL[0], own)) {
      for (ClassLoader loader : List.of(one, other, one)) {
        thread.setContextClassLoader(loader);
        assertThat(SerializationUtils.roundtrip(sent).value().getClassLoader()).isSameAs(loader);
      }
    } finally {
      thread.setContextClassLoader(own);
    }
  }

  @Test
  void value_ofAnotherConfiguration_isItsOwn() {
    assertThat(SerializationUtils.roundtrip(shared("b", "1")).value().get("b")).isEqualTo("1");
    assertThat(SerializationUtils.roundtrip(shared("b", "2")).value().get("b")).isEqualTo("2");
  }
}
