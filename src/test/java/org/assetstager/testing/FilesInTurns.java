package org.assetstager.testing;

import java.io.File;
import java.net.URI;
import java.util.concurrent.Semaphore;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local disk, under a scheme of its own, for works that a test suspends before any of their
 * operations: each works on in its turn only.
 */
public final class FilesInTurns extends RawLocalFileSystem {
  private static final String SCHEME = "turns";
  private static final ThreadLocal<Work> OF_THREAD = new ThreadLocal<>();

  /** What is done with the files, one operation a turn. */
  public static final class Work {
    private final Semaphore turn = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);
    private boolean over;

    public Work(Runnable all) {
      Thread thread =
          new Thread(
              () -> {
                OF_THREAD.set(this);
                turn.acquireUninterruptibly();
                try {
                  all.run();
                } finally {
                  over = true;
                  done.release();
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    /** Lets it do its next operation, unless it has ended. */
    public void turn() {
      if (!over) {
        turn.release();
        done.acquireUninterruptibly();
      }
    }

    /** Lets it work to its end. */
    public void finish() {
      while (!over) {
        turn();
      }
    }

    private void await() {
      done.release();
      turn.acquireUninterruptibly();
    }
  }

  /** Returns the path of a local folder in this file system. */
  public static String path(java.nio.file.Path folder) {
    return SCHEME + "://" + folder;
  }

  /** Returns settings that have this file system. */
  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClass(
        "fs." + SCHEME + ".impl", FilesInTurns.class, org.apache.hadoop.fs.FileSystem.class);
    return configuration;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  /** Each operation looks up its file first. */
  @Override
  public File pathToFile(Path path) {
    Work work = OF_THREAD.get();
    if (work != null) {
      work.await();
    }
    return super.pathToFile(path);
  }
}
