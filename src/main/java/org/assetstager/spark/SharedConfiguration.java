package org.assetstager.spark;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Hadoop's configuration as Spark's functions carry it. It has more than a thousand properties: so
 * an instance is written once, however many functions carry it, and a JVM reads the same bytes
 * once. Nobody may change it.
 */
public final class SharedConfiguration implements Serializable {
  /** One or two of a job. The JVM of a notebook has run several, and keeps no old class loaders. */
  private static final Cache<Key, SharedConfiguration> READ =
      CacheBuilder.newBuilder().maximumSize(8).expireAfterAccess(Duration.ofHours(1)).build();

  private final transient Configuration value;
  private transient byte @Nullable [] bytes;

  /** Copies a configuration: what is set in it later isn't seen. */
  public SharedConfiguration(Configuration value) {
    this(new Configuration(value), null);
  }

  private SharedConfiguration(Configuration value, byte @Nullable [] bytes) {
    this.value = value;
    this.bytes = bytes;
  }

  /** Returns the configuration, which other threads have too. */
  public Configuration value() {
    return value;
  }

  private synchronized byte[] bytes() {
    if (bytes == null) {
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      try {
        value.write(new DataOutputStream(written));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      bytes = written.toByteArray();
    }
    return bytes;
  }

  private Object writeReplace() {
    return new Written(bytes());
  }

  /** A configuration loads the classes that it names by the class loader of who made it. */
  private record Key(ClassLoader loader, ByteBuffer bytes) {}

  private static final class Written implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    private Written(byte[] bytes) {
      this.bytes = bytes;
    }

    private Object readResolve() throws Exception {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      return READ.get(new Key(loader, ByteBuffer.wrap(bytes)), this::read);
    }

    private SharedConfiguration read() throws IOException {
      Configuration configuration = new Configuration(false);
      configuration.readFields(new DataInputStream(new ByteArrayInputStream(bytes)));
      return new SharedConfiguration(configuration, bytes);
    }
  }
}
