package org.assetstager.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run costs in any case, and what each further file or byte adds: a run of ten files, and
 * the difference between runs of two sizes, for the job and a peer in turn. Arguments: the folder
 * of the results, and how many rounds.
 */
public final class SlopeBench {
  private static final double GIGABYTE = 1e9;
  private static final int FIXED_FILES = 10;

  private final BenchStore store;
  private final Figures figures;
  private final StageProcess job;
  private final Path work;

  /** Files of one size: some, and twice as many. */
  private enum Workload {
    SMALL(10_000, 16 << 10, "10,000 files of 16 KiB"),
    LARGE(16, 64 << 20, "GB in files of 64 MiB");

    private final int files;
    private final long fileBytes;
    private final String unit;

    Workload(int files, long fileBytes, String unit) {
      this.files = files;
      this.fileBytes = fileBytes;
      this.unit = unit;
    }

    /** Returns by how many units twice the files are more. */
    private double moreUnits() {
      return this == LARGE ? files * fileBytes / GIGABYTE : 1;
    }
  }

  private SlopeBench(BenchStore store, Figures figures, StageProcess job, Path work) {
    this.store = store;
    this.figures = figures;
    this.job = job;
    this.work = work;
  }

  /** Runs all. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]).toAbsolutePath();
    Path work = folder.resolve("slope");
    BenchFiles.delete(work);
    Files.createDirectories(work);
    Figures figures = new Figures(folder, "slope");
    figures.fact("rounds", args[1]);
    figures.fact("server", BenchStore.name());
    figures.fact("peers", BenchPeers.versions());
    try (BenchStore store = BenchStore.start(work.resolve("s3"))) {
      SlopeBench bench = new SlopeBench(store, figures, new StageProcess(work, store), work);
      bench.run(Integer.parseInt(args[1]));
    } finally {
      BenchFiles.delete(work);
    }
    figures.write();
  }

  private void run(int rounds) throws IOException, InterruptedException {
    Path ten = files("ten", FIXED_FILES, Workload.SMALL.fileBytes);
    for (Workload workload : Workload.values()) {
      files(workload + "-1", workload.files, workload.fileBytes);
      files(workload + "-2", 2 * workload.files, workload.fileBytes);
    }
    for (int round = 0; round < rounds; round++) {
      TimedCommand fixed = job(ten);
      figures.add("fixed: ten files", "s", null, fixed.wallSeconds());
      figures.add("fixed: ten files, CPU", "s", null, fixed.cpuSeconds());
      for (Workload workload : Workload.values()) {
        upload(workload);
      }
      if (BenchPeers.installed().contains("rclone 16")) {
        known();
      }
    }
  }

  private Path files(String name, int count, long bytes) throws IOException {
    Path root = Files.createDirectories(work.resolve(name));
    BenchFiles.write(root, count, bytes);
    return root;
  }

  private void upload(Workload workload) throws IOException, InterruptedException {
    Path less = work.resolve(workload + "-1");
    Path more = work.resolve(workload + "-2");
    String peer = BenchPeers.installed().get(0);
    add(workload, peer, null, peer(peer, less), peer(peer, more));
    add(workload, "stage", peer, job(less), job(more));
  }

  /** The same files again: staging holds all of them. */
  private void known() throws IOException, InterruptedException {
    Workload workload = Workload.SMALL;
    Path less = work.resolve(workload + "-1");
    Path more = work.resolve(workload + "-2");
    job(more);
    peers(more).rclone(BenchStore.PEER);
    String peer = "rclone copy --checksum";
    add(
        workload,
        peer,
        null,
        peers(less).rclone(BenchStore.PEER, "--checksum"),
        peers(more).rclone(BenchStore.PEER, "--checksum"));
    for (String digest : List.of("always", "trusted")) {
      String setting = "verify.digest=" + digest;
      job.snapshot(less);
      TimedCommand first = job.stage(setting).whole();
      job.snapshot(more);
      add(workload, "stage of known files, " + digest, peer, first, job.stage(setting).whole());
    }
  }

  private void add(
      Workload workload, String name, @Nullable String peer, TimedCommand less, TimedCommand more) {
    String figure = ": each further " + workload.unit;
    double units = workload.moreUnits();
    figures.add(
        name + figure,
        "s",
        peer == null ? null : peer + figure,
        (more.wallSeconds() - less.wallSeconds()) / units);
    figures.add(
        name + figure + ", CPU",
        "s",
        peer == null ? null : peer + figure + ", CPU",
        (more.cpuSeconds() - less.cpuSeconds()) / units);
  }

  private BenchPeers peers(Path root) {
    return new BenchPeers(work.resolve("peer.log"), root, store.endpoint());
  }

  private TimedCommand peer(String name, Path root) throws IOException, InterruptedException {
    store.empty();
    return peers(root).copy(name, BenchStore.STAGING);
  }

  private TimedCommand job(Path root) throws IOException, InterruptedException {
    job.snapshot(root);
    store.empty();
    return job.stage().whole();
  }
}
