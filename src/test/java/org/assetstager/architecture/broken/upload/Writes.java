package org.assetstager.architecture.broken.upload;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.DirectPuts;
import org.assetstager.s3.S3Clients;
import org.assetstager.settings.Settings;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;

/** Writes wherever it can. */
final class Writes {
  void toS3(S3Client client) {
    client.putObject(r -> r.bucket("b").key("k"), RequestBody.empty());
    client.headObject(r -> r.bucket("b").key("k"));
  }

  void small(DirectPuts puts) {
    puts.put("k", InputStream::nullInputStream, 0, Map.of(), Duration.ZERO);
  }

  Function<DeleteObjectRequest, DeleteObjectResponse> byReference(S3Client client) {
    return client::deleteObject;
  }

  BucketConnection remote(Settings settings) {
    return S3Clients.remote(settings);
  }

  boolean toDisk(Path path) throws IOException {
    Files.delete(path);
    try (OutputStream out = Files.newOutputStream(path);
        OutputStream old = new FileOutputStream("f");
        FileChannel channel = FileChannel.open(path)) {
      return new File("f").delete() && channel.isOpen();
    }
  }

  Process process() throws IOException {
    return new ProcessBuilder("true").start();
  }

  void toFileSystem(FileSystem files) throws IOException {
    files.delete(files.getWorkingDirectory(), true);
  }
}
