package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Arrival;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.SubmittedJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits over a whole cluster: two executors, and what arrives of both at the server. */
class ClusterLimitsIT {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final long SECOND = 1_000_000_000;

  /** Much less than one executor sends where nothing holds it back. */
  private static final int REQUESTS_PER_SECOND = 20;

  private static final int BYTES_PER_SECOND = 2 << 20;

  private final String prefix = EmbeddedS3.uniquePrefix();

  /** The processes that sent, by the ports of their connections. */
  private final Map<Integer, String> senders = new ConcurrentHashMap<>();

  @TempDir private Path folder;

  @Test
  void requests_ofTwoExecutorsTogether_keepToTheLimit() throws IOException {
    SubmittedAsset asset = new SubmittedAsset(folder);
    for (int i = 0; i < 500; i++) {
      asset.add("file" + i, ("content " + i).getBytes(UTF_8));
    }

    List<Arrival> arrivals =
        stage(asset, "upload.max-requests-per-second = " + REQUESTS_PER_SECOND);

    assertHolds(REQUESTS_PER_SECOND, arrivals, Arrival::requests);
  }

  @Test
  void bytes_ofTwoExecutorsTogether_keepToTheLimit() throws IOException {
    SubmittedAsset asset = new SubmittedAsset(folder);
    for (int i = 0; i < 50; i++) {
      byte[] bytes = new byte[1 << 20];
      new Random(i).nextBytes(bytes);
      asset.add("file" + i, bytes);
    }

    List<Arrival> arrivals = stage(asset, "upload.max-bandwidth = " + BYTES_PER_SECOND);

    assertHolds(BYTES_PER_SECOND, arrivals, Arrival::bytes);
  }

  /** Stages all by two executors and returns what arrived while they sent. */
  private List<Arrival> stage(SubmittedAsset asset, String limit) throws IOException {
    try (FaultyS3 proxy =
        new FaultyS3(
            SERVER,
            request -> {
              if (request.line().startsWith("PUT")) {
                senders.computeIfAbsent(request.clientPort(), ClusterLimitsIT::processOf);
              }
              return request.forward();
            })) {
      try (SubmittedJob job =
          SubmittedJob.submit()
              .onLocalCluster(2)
              // What the driver answers crosses the class loader of what was shipped.
              .shippingTheJar()
              .start(
                  "stage",
                  "--manifest",
                  asset.manifestFile(),
                  "--config",
                  asset.config(SERVER, prefix, proxy.endpoint(), asset.ledgerPath(), limit))) {
        assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.DONE.value());
      }
      assertThat(SERVER.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
      assertThat(Set.copyOf(senders.values())).as("executors that sent").hasSize(2);
      return proxy.arrivals();
    }
  }

  /** Returns the process at the other end of a connection, by Linux's tables of sockets. */
  private static String processOf(int port) {
    String local = ":%04X".formatted(port);
    return List.of("/proc/net/tcp", "/proc/net/tcp6").stream()
        .flatMap(table -> Sockets.lines(table))
        .map(line -> line.trim().split(" +"))
        .filter(fields -> fields.length > 9 && fields[1].endsWith(local))
        .map(fields -> Sockets.processOf(fields[9]))
        .filter(process -> !process.isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private static void assertHolds(
      long perSecond, List<Arrival> arrivals, ToLongFunction<Arrival> amount) {
    assertThat(FaultyS3.mostIn(10 * SECOND, arrivals, amount)).isLessThanOrEqualTo(11 * perSecond);
    // The limit is what holds them back: for ten seconds they send as much as they may.
    assertThat(FaultyS3.mostIn(10 * SECOND, arrivals, amount))
        .isGreaterThanOrEqualTo(8 * perSecond);
  }
}
