package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests in a store whose listings tell times more exactly than its answers about an object. */
class ManifestFilesInStoreTest {
  @TempDir private java.nio.file.Path folder;
  private final Configuration configuration = new Configuration();
  private java.nio.file.Path manifest;

  @BeforeEach
  void writeManifest() throws IOException {
    configuration.setClass("fs.store.impl", Store.class, RawLocalFileSystem.class);
    configuration.setBoolean("fs.store.impl.disable.cache", true);
    Files.createFile(folder.resolve("_SUCCESS"));
    manifest = Files.writeString(folder.resolve("a.jsonl"), "{}\n");
    Files.setLastModifiedTime(manifest, FileTime.fromMillis(1_700_000_000_123L));
  }

  private List<ManifestFile> find() {
    return ManifestFiles.find(List.of("store:" + folder), false, configuration);
  }

  @Test
  void lookAgain_unchanged_isTheSame() {
    List<ManifestFile> found = find();

    assertThat(found).singleElement().extracting(ManifestFile::version).isEqualTo("etag-{}");
    assertThat(ManifestFiles.lookAgain(found, configuration)).isEqualTo(found);
  }

  @Test
  void lookAgain_writtenTo_isAnother() throws IOException {
    List<ManifestFile> found = find();

    Files.writeString(manifest, "[]\n");
    Files.setLastModifiedTime(manifest, FileTime.fromMillis(1_700_000_000_123L));

    assertThat(ManifestFiles.lookAgain(found, configuration)).isNotEqualTo(found);
  }

  /** Files on disk with ETags; a file asked for by itself has the whole seconds of its time. */
  public static final class Store extends RawLocalFileSystem {
    @Override
    public String getScheme() {
      return "store";
    }

    @Override
    public URI getUri() {
      return URI.create("store:///");
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      FileStatus status = super.getFileStatus(path);
      return status.isDirectory()
          ? status
          : new Listed(status, status.getModificationTime() / 1000 * 1000);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      FileStatus[] listed = super.listStatus(path);
      FileStatus[] exact = new FileStatus[listed.length];
      for (int i = 0; i < listed.length; i++) {
        java.nio.file.Path file = java.nio.file.Path.of(listed[i].getPath().toUri().getPath());
        exact[i] = new Listed(listed[i], Files.getLastModifiedTime(file).toMillis());
      }
      return exact;
    }
  }

  /** A file with an ETag made of its text. */
  private static final class Listed extends FileStatus implements EtagSource {
    private static final long serialVersionUID = 1;

    private final String etag;

    Listed(FileStatus status, long modifiedAtMillis) throws IOException {
      super(status.getLen(), false, 1, 1, modifiedAtMillis, status.getPath());
      java.nio.file.Path file = java.nio.file.Path.of(status.getPath().toUri().getPath());
      etag = "etag-" + Files.readString(file).strip();
    }

    @Override
    public String getEtag() {
      return etag;
    }
  }
}
