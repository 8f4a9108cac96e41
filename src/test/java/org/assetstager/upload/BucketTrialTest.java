package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("server")
class BucketTrialTest {
  private static final String LISTING =
      "<?xml version=\"1.0\"?><ListBucketResult><Name>b</Name><KeyCount>0</KeyCount>"
          + "<MaxKeys>1</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>";

  @TempDir Path folder;

  /** A store whose buckets are empty, with a date of its own in its answers. */
  private record Store(ServerSocket socket, String date) implements AutoCloseable {
    static Store start(String date) throws IOException {
      Store store = new Store(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), date);
      Thread thread = new Thread(store::answerAll, "store");
      thread.setDaemon(true);
      thread.start();
      return store;
    }

    private void answerAll() {
      try {
        while (true) {
          answer();
        }
      } catch (IOException closed) {
        // The test is over.
      }
    }

    private void answer() throws IOException {
      try (Socket client = socket.accept()) {
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
          line = in.readLine();
        }
        String head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n"
                + (date.isEmpty() ? "" : "Date: " + date + "\r\n")
                + "Content-Length: "
                + LISTING.length()
                + "\r\n\r\n";
        client.getOutputStream().write((head + LISTING).getBytes(US_ASCII));
      }
    }

    String endpoint() {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private BucketTrial trial(Store store) {
    UploadFixture fixture = new UploadFixture(folder);
    fixture.bucket(
        b ->
            new BucketSettings(
                b.bucket(),
                b.prefix(),
                store.endpoint(),
                b.region(),
                true,
                b.credentials(),
                b.listing(),
                null));
    Settings settings = fixture.settings();
    return BucketTrial.ofStaging(settings, settings.s3());
  }

  @ParameterizedTest
  @ValueSource(ints = {-600, 0, 600})
  void clockAhead_serverWithAClock_isItsDifferenceFromOurs(int seconds) throws IOException {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(seconds));
    try (Store store = Store.start(date);
        BucketTrial trial = trial(store)) {
      assertThat(trial.clockAhead().orElseThrow())
          .isCloseTo(Duration.ofSeconds(seconds), Duration.ofSeconds(30));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday"})
  void clockAhead_serverWithoutADate_isUnknown(String date) throws IOException {
    try (Store store = Store.start(date);
        BucketTrial trial = trial(store)) {
      assertThat(trial.clockAhead()).isEmpty();
    }
  }

  @Test
  void write_remote_isImpossible() {
    Settings settings = new UploadFixture(folder).settings();
    try (BucketTrial trial = BucketTrial.ofRemote(settings, settings.s3())) {
      assertThatThrownBy(() -> trial.write(false))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Nothing is ever written to the remote");
    }
  }
}
