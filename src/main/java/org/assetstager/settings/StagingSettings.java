package org.assetstager.settings;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The staging side and how objects are written there.
 *
 * @param conditionalWrites whether every write asks {@code If-None-Match: *}
 * @param ifMatch whether a replacement asks {@code If-Match}
 * @param alwaysChecksum whether the SDK adds its own checksums to every request
 * @param storageClass null for the bucket's default
 * @param kmsKeyId key of {@link Encryption#KMS}, or null for the account's default key
 * @param tags on every object; may be empty
 */
public record StagingSettings(
    BucketSettings bucket,
    boolean conditionalWrites,
    boolean ifMatch,
    boolean alwaysChecksum,
    @Nullable String storageClass,
    Encryption encryption,
    @Nullable String kmsKeyId,
    Map<String, String> tags)
    implements Serializable {

  /** Keeps a copy of the tags, sorted by name. */
  public StagingSettings {
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
  }

  /** Returns these settings with another bucket. */
  StagingSettings withBucket(BucketSettings other) {
    return new StagingSettings(
        other,
        conditionalWrites,
        ifMatch,
        alwaysChecksum,
        storageClass,
        encryption,
        kmsKeyId,
        tags);
  }

  /** Server-side encryption to ask for. */
  public enum Encryption {
    /** Whatever the bucket does by itself. */
    NONE(null),
    /** SSE-S3. */
    S3("AES256"),
    /** SSE-KMS. */
    KMS("aws:kms");

    private final @Nullable String header;

    Encryption(@Nullable String header) {
      this.header = header;
    }

    /** Returns what S3's header says; null for no header. */
    public @Nullable String header() {
      return header;
    }
  }
}
