package org.assetstager.upload;

import com.google.common.math.IntMath;
import com.google.common.math.LongMath;
import java.io.IOException;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.assetstager.asset.Reservoir;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.FileRefusedException;
import org.assetstager.verify.GuardedFile;
import org.jspecify.annotations.Nullable;

/**
 * Files of the manifest for the probe of one task, chosen at random, and cut where they are large.
 * Each stretch is given out once, so that none is read from memory because the probe read it
 * before. Safe for many threads.
 */
final class ProbeFiles {
  /** More than a core reads in the time, and a few megabytes of rows. */
  private static final int MOST_FILES = 10_000;

  /** So that choosing takes a second or so, however long the manifest is. */
  private static final int MOST_ROWS = 200_000;

  /** Several files are read instead of all of a giant. */
  private static final long MOST_OF_STRETCH = 256L << 20;

  /** Shorter ones tell little of how fast a file is read. */
  private static final long LEAST_OF_STRETCH = 8L << 20;

  /** Of one file. */
  private static final int MOST_STRETCHES = 16;

  private final CandidateRoots roots;
  private final Queue<Stretch> toRead = new ConcurrentLinkedQueue<>();
  private final Queue<Stretch> toTransfer = new ConcurrentLinkedQueue<>();

  private ProbeFiles(CandidateRoots roots, List<Stretch> chosen) {
    this.roots = roots;
    for (int i = 0; i < chosen.size(); i++) {
      (i % 2 == 0 ? toTransfer : toRead).add(chosen.get(i));
    }
    if (toRead.isEmpty()) {
      // There is but one: it is read twice.
      toRead.addAll(toTransfer);
    }
  }

  /**
   * A part of a file.
   *
   * @param to the byte after its last
   */
  private record Stretch(Candidate candidate, long from, long to) {}

  /** What was chosen. */
  record Chosen(ProbeFiles small, ProbeFiles large) {}

  /**
   * Chooses among candidates.
   *
   * @param mostSmallBytes larger files are large
   * @param streams threads that read large files at a time
   */
  static Chosen of(
      Iterator<Candidate> candidates, CandidateRoots roots, long mostSmallBytes, int streams) {
    long seed = ThreadLocalRandom.current().nextLong();
    Reservoir<Candidate> small = new Reservoir<>(MOST_FILES, seed);
    Reservoir<Candidate> large = new Reservoir<>(MOST_FILES, seed);
    for (int rows = 0; rows < MOST_ROWS && candidates.hasNext(); rows++) {
      Candidate candidate = candidates.next();
      Long size = candidate.found().size();
      if (size != null && size > 0) {
        (size <= mostSmallBytes ? small : large).add(candidate);
      }
    }
    // So that each thread has its own, to read and to transfer, also of a single giant.
    int least = IntMath.divide(2 * streams, Math.max(1, large.kept().size()), RoundingMode.CEILING);
    return new Chosen(
        new ProbeFiles(roots, stretches(small.kept(), 1, 1)),
        new ProbeFiles(roots, stretches(large.kept(), least, MOST_STRETCHES)));
  }

  /**
   * Cuts files, and takes a stretch of each before the next one of any.
   *
   * @param least stretches of a file, if they are long enough
   * @param most stretches that are taken of a file
   */
  private static List<Stretch> stretches(List<Candidate> files, int least, int most) {
    List<List<Stretch>> rounds = new ArrayList<>();
    for (Candidate file : files) {
      long size = Objects.requireNonNull(file.found().size());
      long wanted = Math.min(least, Math.max(1, size / LEAST_OF_STRETCH));
      long count = Math.max(wanted, LongMath.divide(size, MOST_OF_STRETCH, RoundingMode.CEILING));
      long length = LongMath.divide(size, count, RoundingMode.CEILING);
      // Another task may have the same giant.
      long first = ThreadLocalRandom.current().nextLong(count);
      for (int round = 0; round < Math.min(count, most); round++) {
        long from = (first + round) % count * length;
        if (rounds.size() == round) {
          rounds.add(new ArrayList<>());
        }
        rounds.get(round).add(new Stretch(file, from, Math.min(size, from + length)));
      }
    }
    return rounds.stream().flatMap(List::stream).toList();
  }

  /** Returns a file, to name its content; null if there is none. */
  @Nullable Candidate any() {
    Stretch any = toTransfer.peek();
    any = any == null ? toRead.peek() : any;
    return any == null ? null : any.candidate();
  }

  /** Returns what reads the files that are only read; for one thread. */
  Reader reader() {
    return new Reader(toRead);
  }

  /** Returns what reads the files that are sent as well; for one thread. */
  Reader transfer() {
    return new Reader(toTransfer);
  }

  /** Reads one file after the other, each through the guard. Files that can't be read are left. */
  final class Reader implements AutoCloseable {
    private final Queue<Stretch> files;
    private @Nullable GuardedFile file;
    private long position;
    private long end;

    private Reader(Queue<Stretch> files) {
      this.files = files;
    }

    /** Opens the next file; returns the bytes that are read of it, or -1 if none is left. */
    long open() throws IOException {
      close();
      for (Stretch next = files.poll(); next != null; next = files.poll()) {
        Candidate candidate = next.candidate();
        try {
          file =
              GuardedFile.open(roots.of(candidate), String.valueOf(candidate.found().row().path()));
          position = next.from();
          end = Math.max(position, Math.min(file.factsWhenOpened().size(), next.to()));
          return end - position;
        } catch (FileRefusedException e) {
          // A run makes a row of that; here it is another file's turn.
          close();
        }
      }
      return -1;
    }

    /**
     * Reads on in the open file.
     *
     * @return the number of bytes, from the buffer's first; 0 at the end of what is read
     */
    int read(byte[] buffer, int most) throws IOException {
      GuardedFile open = file;
      ByteBuffer target =
          ByteBuffer.wrap(buffer, 0, (int) Math.min(Math.min(most, buffer.length), end - position));
      while (open != null && target.hasRemaining()) {
        int count = readOrSkip(open, target);
        if (count < 0) {
          end = position;
          break;
        }
        position += count;
      }
      return target.position();
    }

    /**
     * Reads on in the open file, else in the next one.
     *
     * @return the number of bytes, from the buffer's first; -1 if no file is left
     */
    int readOn(byte[] buffer, int most) throws IOException {
      int count = file == null ? 0 : read(buffer, most);
      while (count == 0) {
        if (open() < 0) {
          return -1;
        }
        count = read(buffer, most);
      }
      return count;
    }

    private int readOrSkip(GuardedFile open, ByteBuffer target) throws IOException {
      try {
        return open.channel().read(target, position);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        return -1;
      }
    }

    /** Looks at the file once more, as a run does when it has read it. */
    void lookAgain() throws IOException {
      GuardedFile open = file;
      if (open != null) {
        try {
          open.factsNow();
        } catch (FileRefusedException e) {
          // Somebody has deleted it meanwhile.
          close();
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        file.close();
        file = null;
      }
    }
  }
}
