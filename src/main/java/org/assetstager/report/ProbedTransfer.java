package org.assetstager.report;

import java.util.Locale;
import org.assetstager.asset.Total;
import org.assetstager.settings.UploadSettings;
import org.assetstager.upload.Probe;
import org.assetstager.upload.Probe.Figure;
import org.assetstager.upload.Probe.Kind;
import org.jspecify.annotations.Nullable;

/**
 * How long the transfer of what a dry run has planned takes, by what a probe measured.
 *
 * @param unmeasured says how long what the probe could not measure takes
 */
record ProbedTransfer(Uploads uploads, Measured measured, Probe probe, Unmeasured unmeasured) {
  /** A limit that is used to this share is what bounds. */
  private static final double REACHED = 0.8;

  /** What a run may spend most of its time on. */
  enum Bound {
    /** Scan, digests and listings, which the dry run did itself. */
    PLANNING,
    /** Files are read and hashed. */
    READING,
    /** Small contents are sent, one request each. */
    SMALL_CONTENTS,
    /** Parts of large contents are sent. */
    LARGE_CONTENTS;

    /** Returns its name in {@code report.json}. */
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Says how long a transfer takes by the settings. */
  interface Unmeasured {
    double seconds(long requests, long bytes);
  }

  /** Returns the seconds of the transfer: known files are read, contents are read and sent. */
  double seconds() {
    return knownSeconds()
        + smallSeconds(Kind.TRANSFER_SMALL)
        + partsSeconds(Kind.TRANSFER_PARTS)
        + handshakeSeconds();
  }

  /** Returns what takes most of the time. */
  Bound bound() {
    double reading = knownSeconds() + readSeconds(Kind.READ_SMALL) + readSeconds(Kind.READ_LARGE);
    double small = smallSeconds(Kind.SEND_SMALL);
    double parts = partsSeconds(Kind.SEND_PARTS) + handshakeSeconds();
    if (measured.seconds() >= seconds()) {
      return Bound.PLANNING;
    }
    if (reading >= Math.max(small, parts)) {
      return Bound.READING;
    }
    return small >= parts ? Bound.SMALL_CONTENTS : Bound.LARGE_CONTENTS;
  }

  /** Returns what takes most of the time, for people, and whether a limit of the settings does. */
  String boundText(UploadSettings limits) {
    Figure small = probe.of(Kind.SEND_SMALL);
    Figure parts = probe.of(Kind.SEND_PARTS);
    return switch (bound()) {
      case PLANNING -> "scan and listings, which take longer than the transfer";
      case READING ->
          "reading and hashing, "
              + Amounts.rate(
                  Math.round(
                      Math.max(
                          probe.of(Kind.READ_SMALL).bytesPerSecond(),
                          probe.of(Kind.READ_LARGE).bytesPerSecond())),
                  1);
      case SMALL_CONTENTS ->
          "requests of small contents, "
              + Amounts.count(Math.round(small.perSecond()))
              + " a second"
              + reached(
                  limits.maxRequestsPerSecond(),
                  small.perSecond(),
                  "upload.max-requests-per-second")
              + reached(
                  limits.maxBandwidthBytesPerSecond(),
                  small.bytesPerSecond(),
                  "upload.max-bandwidth");
      case LARGE_CONTENTS ->
          "bytes of large contents, "
              + Amounts.rate(Math.round(parts.bytesPerSecond()), 1)
              + reached(
                  limits.maxBandwidthBytesPerSecond(),
                  parts.bytesPerSecond(),
                  "upload.max-bandwidth");
    };
  }

  private static String reached(@Nullable Number limit, double rate, String setting) {
    return limit != null && rate >= REACHED * limit.doubleValue()
        ? ": the setting " + setting + " allows no more"
        : "";
  }

  /** Of files whose content isn't sent. */
  private double knownSeconds() {
    Total small = measured.known().small();
    double opening = quotient(small.rows(), probe.of(Kind.READ_SMALL).perSecond());
    double reading = quotient(small.bytes(), bytesPerSecond(Kind.READ_SMALL, Kind.READ_LARGE));
    return (small.bytes() == 0 ? 0 : Math.max(opening, reading))
        + quotient(
            measured.known().large().bytes(), bytesPerSecond(Kind.READ_LARGE, Kind.READ_SMALL));
  }

  private double bytesPerSecond(Kind kind, Kind otherwise) {
    return probe.of(probe.of(kind).count() > 0 ? kind : otherwise).bytesPerSecond();
  }

  private double readSeconds(Kind kind) {
    return kind == Kind.READ_SMALL
        ? quotient(uploads.puts(), probe.of(kind).perSecond())
        : quotient(uploads.partBytes(), probe.of(kind).bytesPerSecond());
  }

  private double smallSeconds(Kind kind) {
    Figure figure = probe.of(kind).count() > 0 ? probe.of(kind) : probe.of(Kind.SEND_SMALL);
    if (figure.count() == 0) {
      return unmeasured.seconds(uploads.puts(), uploads.bytes() - uploads.partBytes());
    }
    // Of few files, the sample may have others than the rest: then bytes tell more.
    return Math.max(
        quotient(uploads.puts(), figure.perSecond()),
        quotient(uploads.bytes() - uploads.partBytes(), figure.bytesPerSecond()));
  }

  private double partsSeconds(Kind kind) {
    Figure figure = probe.of(kind).count() > 0 ? probe.of(kind) : probe.of(Kind.SEND_PARTS);
    return figure.count() == 0
        ? unmeasured.seconds(uploads.parts(), uploads.partBytes())
        : quotient(uploads.partBytes(), figure.bytesPerSecond());
  }

  /** Opening and completing an upload takes about as long as a HEAD each; no part is under way. */
  private double handshakeSeconds() {
    double answered = probe.of(Kind.HEAD).perSecond();
    if (answered == 0) {
      return unmeasured.seconds(2 * uploads.multiparts(), 0);
    }
    double waits = probe.headsAtOnce() / answered;
    return 2 * uploads.multiparts() * waits / probe.contentsAtOnce();
  }

  /** Returns 0 where the divisor isn't known. */
  private static double quotient(long dividend, double divisor) {
    return divisor == 0 ? 0 : dividend / divisor;
  }
}
