package org.assetstager.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assetstager.settings.CostSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.upload.Probe;

/** Estimates what a run takes whose dry run is done. */
public record Estimator(CostSettings cost, UploadSettings upload) {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  /** S3 counts in binary gigabytes: https://aws.amazon.com/s3/pricing/. */
  private static final BigDecimal GB = BigDecimal.valueOf(1L << 30);

  /** Requests that a dry run sends as a run in earnest does; it sends no others. */
  private static final List<String> SENT_BY_BOTH = List.of("LIST", "HEAD", "GET", "OTHER");

  /** Makes the estimate. */
  public Estimate of(Uploads uploads, Measured measured) {
    Map<String, Long> requests = requests(uploads, measured.requests());
    long sent = uploads.puts() + 2 * uploads.multiparts() + uploads.parts();
    Probe probe = measured.probe();
    ProbedTransfer probed =
        probe == null
            ? null
            : new ProbedTransfer(
                uploads,
                measured,
                probe,
                (count, bytes) -> uploadSeconds(count, bytes, measured.inFlight()));
    double seconds =
        probed == null
            ? uploadSeconds(sent, uploads.bytes(), measured.inFlight())
            : probed.seconds();
    return new Estimate(
        measured.seconds(),
        seconds,
        requests,
        uploads.bytes(),
        cost.currency(),
        requestsCost(requests),
        cost.transferPerGb().multiply(gigabytes(uploads.bytes())),
        cost.storageGbMonth().multiply(gigabytes(uploads.bytes())),
        basis(measured),
        probed == null
            ? null
            : new Estimate.Probed(probed.probe(), probed.bound().code(), probed.boundText(upload)));
  }

  private static Map<String, Long> requests(Uploads uploads, Map<String, Long> made) {
    Map<String, Long> requests = new LinkedHashMap<>();
    for (String kind : SENT_BY_BOTH) {
      requests.put(kind, made.getOrDefault(kind, 0L));
    }
    requests.merge("HEAD", uploads.replaced(), Long::sum);
    requests.put("PUT", uploads.puts());
    requests.put("CREATE", uploads.multiparts());
    requests.put("PART", uploads.parts());
    requests.put("COMPLETE", uploads.multiparts());
    requests.values().removeIf(count -> count == 0);
    return requests;
  }

  private BigDecimal requestsCost(Map<String, Long> requests) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Map.Entry<String, Long> request : requests.entrySet()) {
      BigDecimal price =
          switch (request.getKey()) {
            case "LIST" -> cost.listPer1000();
            case "PUT", "CREATE", "PART", "COMPLETE" -> cost.putPer1000();
            default -> cost.getPer1000();
          };
      sum = sum.add(price.multiply(BigDecimal.valueOf(request.getValue())));
    }
    return sum.divide(THOUSAND, MathContext.DECIMAL64);
  }

  private static BigDecimal gigabytes(long bytes) {
    return BigDecimal.valueOf(bytes).divide(GB, MathContext.DECIMAL64);
  }

  /** Whichever takes longest: to send the bytes, to wait for the answers, to keep to the limit. */
  private double uploadSeconds(long requests, long bytes, int inFlight) {
    double sending = (double) bytes / bandwidth();
    double waiting = requests * (cost.requestTime().toMillis() / 1000.0) / Math.max(1, inFlight);
    Integer most = upload.maxRequestsPerSecond();
    double limited = most == null ? 0 : (double) requests / most;
    return Math.max(sending, Math.max(waiting, limited));
  }

  private long bandwidth() {
    Long most = upload.maxBandwidthBytesPerSecond();
    return most == null
        ? cost.bandwidthBytesPerSecond()
        : Math.min(most, cost.bandwidthBytesPerSecond());
  }

  private List<String> basis(Measured measured) {
    List<String> basis = new ArrayList<>();
    basis.add(
        "Scan, digests of files without an MD5, and listings: as measured by this dry run, with its"
            + " cores and disk cache");
    if (measured.known().bytes() > 0) {
      basis.add(
          (measured.probe() == null
                  ? "Reading of known and equal content: not estimated. At most "
                  : "Reading of known and equal content: as measured, without the gain from hashing"
                      + " several files side by side. At most ")
              + Amounts.bytes(measured.known().bytes())
              + " are read besides what is sent (verify.digest = always)");
    }
    if (measured.resumed()) {
      basis.add(
          "This dry run was resumed: time and requests of repeated work count twice, and those"
              + " that an attempt didn't record are missing");
    }
    basis.add(
        measured.probe() == null
            ? assumed(measured.inFlight())
            : measuredBy(measured.probe(), measured.cores()));
    basis.add("Requests: each sent once, without retries and without the work of other writers");
    basis.add(
        "Prices: the settings cost.*, by default those of S3 Standard in us-east-1, without taxes,"
            + " free tiers, KMS, and the later use of the content by the server");
    return basis;
  }

  private String assumed(int inFlight) {
    Long limit = upload.maxBandwidthBytesPerSecond();
    boolean limited = limit != null && limit < cost.bandwidthBytesPerSecond();
    return "Transfer: not measured, but assumed to send "
        + Amounts.rate(bandwidth(), 1)
        + " in all ("
        + (limited ? "upload.max-bandwidth" : "estimate.bandwidth")
        + "), with "
        + Amounts.count(inFlight, "request")
        + " at a time that wait "
        + cost.requestTime().toMillis()
        + " ms each (estimate.request-time)"
        + (upload.maxRequestsPerSecond() == null
            ? ""
            : ", at most "
                + Amounts.count(upload.maxRequestsPerSecond())
                + " a second (upload.max-requests-per-second)");
  }

  private static String measuredBy(Probe probe, int cores) {
    return "Transfer: measured for "
        + Amounts.count(probe.seconds(), "second")
        + " by "
        + Amounts.count(probe.tasks(), "task")
        + " at the same time"
        + (probe.tasks() < cores ? " (of " + cores + ": the others came too late)" : "")
        + ", each with up to "
        + probe.streams()
        + " parts under way, and then aborted. Small contents were sent as small parts: a store may"
        + " be faster or slower with objects. "
        + (probe.readBefore()
            ? "The dry run had just read these files for their MD5s, so they came from memory:"
                + " reading may take longer"
            : "The dry run chose random files that it hadn't read before; files that others had"
                + " read recently came from memory");
  }
}
