package org.assetstager.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.jspecify.annotations.Nullable;

/** An asset on disk with its manifest and the settings to stage it, for tests of the whole job. */
public final class SubmittedAsset {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Path root;
  private final StringBuilder manifest = new StringBuilder();
  private final Map<String, byte[]> contents = new TreeMap<>();

  /** Makes an empty asset. */
  public SubmittedAsset(Path folder) {
    this.folder = folder;
    this.root = folder.resolve("root");
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file and its row, with its facts as they are and without an MD5. */
  public SubmittedAsset add(String path, byte[] bytes) {
    return add(path, bytes, null);
  }

  /** Writes a file and its row, with its facts as they are and its MD5. */
  public SubmittedAsset addWithMd5(String path, byte[] bytes) {
    return add(path, bytes, EmbeddedS3.md5Hex(bytes));
  }

  private SubmittedAsset add(String path, byte[] bytes, @Nullable String md5) {
    try {
      Path file = file(path);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    addRow(path, md5);
    contents.put(path, bytes);
    return this;
  }

  /**
   * Writes the row of a file that is there, with its facts as they are.
   *
   * @param md5 in hex, or null for a row without one
   */
  public SubmittedAsset addRow(String path, @Nullable String md5) {
    try {
      Path file = file(path);
      Map<String, Object> facts = Files.readAttributes(file, "unix:size,ino,nlink,ctime");
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("top_hash", "h1");
      row.put("root", root.toString());
      row.put("path", path);
      row.put("st_size", facts.get("size"));
      row.put("st_mtime_ns", nanos(Files.getLastModifiedTime(file)));
      row.put("st_ctime_ns", nanos((FileTime) facts.get("ctime")));
      row.put("st_ino", facts.get("ino"));
      row.put("st_nlink", facts.get("nlink"));
      row.put("md5", md5);
      manifest.append(JSON.writeValueAsString(row)).append('\n');
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns where a path of the asset is. */
  public Path file(String path) {
    return root.resolve(path);
  }

  private static long nanos(FileTime time) {
    return ChronoUnit.NANOS.between(Instant.EPOCH, time.toInstant());
  }

  /** Deletes a file; its row stays. */
  public SubmittedAsset delete(String path) {
    try {
      Files.delete(root.resolve(path));
      contents.remove(path);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the rows as JSON Lines. */
  public byte[] manifest() {
    return manifest.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Writes the rows to a file and returns its path. */
  public String manifestFile() {
    try {
      return Files.write(folder.resolve("manifest.jsonl"), manifest()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the folder for the ledger, as a URI. */
  public String ledgerPath() {
    return folder.resolve("ledger").toUri().toString().replace("file:///", "file:/");
  }

  /**
   * Writes settings and returns the file's path.
   *
   * @param endpoint of staging, where it isn't the server's own
   * @param more further settings, HOCON
   */
  public String config(
      EmbeddedS3 server, String prefix, String endpoint, String ledgerPath, String more) {
    String side =
        """
        %s {
          bucket = %s, prefix = "%s", endpoint = "%s", region = us-east-1, path-style = true
          credentials { access-key = %s, secret-key = %s }
        }
        """;
    String text =
        "asset-stager {\n"
            + side.formatted(
                "remote",
                EmbeddedS3.REMOTE,
                prefix,
                server.endpoint(),
                server.userKey(),
                server.userSecret())
            + side.formatted(
                "staging",
                EmbeddedS3.STAGING,
                prefix,
                endpoint,
                server.userKey(),
                server.userSecret())
            + "ledger.path = \""
            + ledgerPath
            + "\"\n"
            + more
            + "\n}\n";
    try {
      return Files.writeString(folder.resolve("stage.conf"), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes settings with the ledger on disk and nothing special; returns the file's path. */
  public String config(EmbeddedS3 server, String prefix) {
    return config(server, prefix, server.endpoint(), ledgerPath(), "");
  }

  /** Returns what staging must hold under a prefix: key to MD5 in hex. */
  public Map<String, String> staged(String prefix) {
    Map<String, String> staged = new TreeMap<>();
    for (byte[] bytes : contents.values()) {
      Md5 md5 = Md5.parse(EmbeddedS3.md5Hex(bytes));
      staged.put(prefix + "contents/h1/" + new FileId(md5), md5.toHex());
    }
    return staged;
  }
}
