package org.assetstager.architecture.broken.upload;

import software.amazon.awssdk.services.s3.S3Client;

/** The class that may write to S3. */
final class StagingWriter {
  void write(S3Client client) {
    client.abortMultipartUpload(r -> r.bucket("b"));
  }
}
