package org.assetstager.manifest;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.jspecify.annotations.Nullable;

/**
 * Checks the fields of a manifest row, in any format; see "The manifest" in design.md. Threads may
 * share one.
 */
final class ManifestFields {
  private static final Set<String> ADDED_STATES = Set.of("pending", "staging");
  private static final List<String> STATES =
      List.of("pending", "staging", "staged", "committing", "committed");
  private final @Nullable String defaultRoot;
  private final List<String> allowedRoots;
  private final FolderColumns folders;

  /**
   * Makes the rules of a run.
   *
   * @param defaultRoot the root of rows that name none, or null where every row must
   * @param allowedRoots absolute directories that roots must be or be below; empty allows every
   *     root
   * @param folders columns that the rows of the file have by its folders
   * @throws JobFailure if one of these is no absolute path
   */
  ManifestFields(@Nullable String defaultRoot, List<String> allowedRoots, FolderColumns folders) {
    this.defaultRoot = defaultRoot == null ? null : directory("--root", defaultRoot);
    this.allowedRoots =
        allowedRoots.stream().map(root -> directory("manifest.allowed-roots", root)).toList();
    this.folders = folders;
  }

  private static String directory(String option, String path) {
    try {
      return PosixPath.absolute(path);
    } catch (IllegalArgumentException e) {
      throw JobFailure.input(
          option + " " + e.getMessage(),
          "Give an absolute directory of the shared file system.",
          e);
    }
  }

  /** Makes a row; if it is bad, with all its faults and with what could be read. */
  ManifestRow row(RawRow read) {
    RawRow raw = folders.addTo(read);
    FieldValues fields = new FieldValues(raw.values());
    raw.problems().forEach(fields::fault);
    raw.unrepresentable().forEach(fields::unrepresentable);
    FieldNames.check(fields, raw.values());
    String state = state(raw, fields);
    boolean proxy = fields.flag("proxy");
    String notAddedReason = notAddedReason(raw, state, proxy);
    if (raw.whole()) {
      requireFields(raw, fields, notAddedReason == null);
    }
    return read(raw, fields, state, notAddedReason);
  }

  private ManifestRow read(
      RawRow raw, FieldValues fields, @Nullable String state, @Nullable String notAddedReason) {
    String topHash = topHash(fields);
    String root = root(fields);
    String path = path(fields);
    BigInteger mtimeNanos = fields.integer("st_mtime_ns");
    BigInteger ctimeNanos = fields.integer("st_ctime_ns");
    Double mtimeSeconds = fields.seconds("st_mtime");
    Double ctimeSeconds = fields.seconds("st_ctime");
    Long size = fields.count("st_size");
    Long linkCount = fields.count("st_nlink");
    Long inode = fields.unsigned("st_ino");
    String md5 = md5(fields);
    String classId = fields.text("class_id");
    String asset = fields.text("asset");
    String contentId = fields.text("content_id");
    String mimeType = fields.text("mime_type");
    String createdBy = fields.text("created_by");
    String createdAt = fields.text("created_at");
    // All have been read: the fault tells what was found wrong with each. Nothing opens the file of
    // a
    // row that isn't added: its name may be what it likes.
    boolean tolerable = notAddedReason != null && fields.onlyUnrepresentable();
    String fault = tolerable ? null : fields.fault();
    return new ManifestRow(
        raw.manifestFile(),
        raw.position(),
        fault,
        fault != null && fields.onlyUnrepresentable(),
        // Of a bad row nothing is sure, so it isn't passed over as not added either.
        fault == null ? notAddedReason : null,
        raw.sourced(),
        topHash,
        root,
        path,
        state,
        size,
        mtimeNanos,
        ctimeNanos,
        mtimeNanos == null ? mtimeSeconds : null,
        ctimeNanos == null ? ctimeSeconds : null,
        linkCount,
        inode,
        md5,
        classId,
        asset,
        contentId,
        mimeType,
        createdBy,
        createdAt);
  }

  private void requireFields(RawRow raw, FieldValues fields, boolean added) {
    fields.require("top_hash");
    if (defaultRoot == null && !fields.has("root")) {
      fields.fault("'root' is missing, and --root isn't given");
    }
    fields.require("path");
    if (added && raw.withoutFacts() != null) {
      fields.fault(raw.withoutFacts());
    } else if (added) {
      fields.require("st_size");
      requireTime(fields, "st_mtime");
      requireTime(fields, "st_ctime");
      fields.require("st_nlink");
      fields.require("st_ino");
    }
  }

  private static void requireTime(FieldValues fields, String name) {
    if (!fields.has(name) && !fields.has(name + "_ns")) {
      fields.fault("'" + name + "_ns' (or '" + name + "') is missing");
    }
  }

  private static @Nullable String state(RawRow raw, FieldValues fields) {
    if (!fields.has("state")) {
      return raw.whole() && raw.notAddedReason() == null ? "pending" : null;
    }
    String state = fields.text("state");
    if (state != null && !STATES.contains(state)) {
      fields.fault("'state' must be one of " + STATES + ", not " + Text.quoted(state));
    }
    return state;
  }

  private static @Nullable String notAddedReason(
      RawRow raw, @Nullable String state, boolean proxy) {
    if (proxy) {
      return "a proxy: someone else stores its content";
    }
    if (raw.notAddedReason() != null) {
      return raw.notAddedReason();
    }
    boolean past = state != null && STATES.contains(state) && !ADDED_STATES.contains(state);
    return past ? "its state is " + state : null;
  }

  private static @Nullable String topHash(FieldValues fields) {
    String topHash = fields.text("top_hash");
    if (topHash != null) {
      try {
        return new TopHash(topHash).value();
      } catch (IllegalArgumentException e) {
        fields.fault("'top_hash': " + Text.onOneLine(e));
      }
    }
    return topHash;
  }

  private @Nullable String root(FieldValues fields) {
    String root = fields.has("root") ? fields.fileName("root") : defaultRoot;
    if (root == null) {
      return null;
    }
    try {
      String normalised = PosixPath.absolute(root);
      if (!allowedRoots.isEmpty()
          && allowedRoots.stream().noneMatch(allowed -> PosixPath.isWithin(normalised, allowed))) {
        fields.fault(
            "'root' is " + Text.quoted(normalised) + ", not below one of manifest.allowed-roots");
      }
      return normalised;
    } catch (IllegalArgumentException e) {
      fields.fault("'root' " + e.getMessage());
      return root;
    }
  }

  private static @Nullable String path(FieldValues fields) {
    String path = fields.fileName("path");
    if (path != null) {
      try {
        return PosixPath.relative(path);
      } catch (IllegalArgumentException e) {
        fields.fault("'path' " + e.getMessage());
      }
    }
    return path;
  }

  private static @Nullable String md5(FieldValues fields) {
    String md5 = fields.text("md5");
    if (md5 != null) {
      try {
        return Md5.parse(md5).toHex();
      } catch (IllegalArgumentException e) {
        fields.fault("'md5': " + Text.onOneLine(e));
      }
    }
    return null;
  }
}
