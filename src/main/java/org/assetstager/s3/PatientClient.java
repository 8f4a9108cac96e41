package org.assetstager.s3;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** A client that is made when it is first needed: many runs need none. Safe for many threads. */
final class PatientClient implements Supplier<S3Client>, SdkAutoCloseable {
  private final Supplier<S3Client> maker;
  private @Nullable S3Client client;

  PatientClient(Supplier<S3Client> maker) {
    this.maker = maker;
  }

  @Override
  public synchronized S3Client get() {
    S3Client made = client;
    if (made == null) {
      made = maker.get();
      client = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
