package org.assetstager.upload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.assetstager.asset.Reservoir;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.FileRefusedException;
import org.assetstager.verify.GuardedFile;
import org.jspecify.annotations.Nullable;

/**
 * Files of the manifest for the probe of one task, chosen at random. Each is given out once, so
 * that none is read from memory because the probe read it before. Safe for many threads.
 */
final class ProbeFiles {
  /** More than a core reads in the time, and a few megabytes of rows. */
  private static final int MOST_FILES = 10_000;

  /** So that choosing takes a second or so, however long the manifest is. */
  private static final int MOST_ROWS = 200_000;

  /** Of one file. Several files are read instead of all of a giant. */
  private static final long MOST_OF_FILE = 256L << 20;

  private final CandidateRoots roots;
  private final Queue<Candidate> toRead = new ConcurrentLinkedQueue<>();
  private final Queue<Candidate> toTransfer = new ConcurrentLinkedQueue<>();

  private ProbeFiles(CandidateRoots roots, List<Candidate> chosen) {
    this.roots = roots;
    for (int i = 0; i < chosen.size(); i++) {
      (i % 2 == 0 ? toTransfer : toRead).add(chosen.get(i));
    }
    if (toRead.isEmpty()) {
      // There is but one: it is read twice, from places that are chosen anew.
      toRead.addAll(toTransfer);
    }
  }

  /** What was chosen. */
  record Chosen(ProbeFiles small, ProbeFiles large) {}

  /**
   * Chooses among candidates.
   *
   * @param mostSmallBytes larger files are large
   */
  static Chosen of(Iterator<Candidate> candidates, CandidateRoots roots, long mostSmallBytes) {
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
    return new Chosen(new ProbeFiles(roots, small.kept()), new ProbeFiles(roots, large.kept()));
  }

  /** Returns a file, to name its content; null if there is none. */
  @Nullable Candidate any() {
    Candidate any = toTransfer.peek();
    return any == null ? toRead.peek() : any;
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
    private final Queue<Candidate> files;
    private @Nullable GuardedFile file;
    private long position;
    private long end;

    private Reader(Queue<Candidate> files) {
      this.files = files;
    }

    /** Opens the next file; returns its bytes, as far as they are read, or -1 if none is left. */
    long open() throws IOException {
      close();
      for (Candidate next = files.poll(); next != null; next = files.poll()) {
        try {
          file = GuardedFile.open(roots.of(next), String.valueOf(next.found().row().path()));
          long size = file.factsWhenOpened().size();
          position = size <= MOST_OF_FILE ? 0 : random(size - MOST_OF_FILE);
          end = Math.min(size, position + MOST_OF_FILE);
          return end - position;
        } catch (FileRefusedException e) {
          // A run makes a row of that; here it is another file's turn.
          close();
        }
      }
      return -1;
    }

    private static long random(long most) {
      return ThreadLocalRandom.current().nextLong(most + 1);
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
