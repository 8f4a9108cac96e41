package org.assetstager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A user, and all of their programs, who can't leave files alone: rewrites them in place without a
 * change of size, truncates, appends, renames, replaces, deletes and hard-links them, and often
 * puts everything back as it was, modification time included. Each file belongs to one thread, so
 * that what was at its path is known.
 */
public final class Mutator {
  /** What is at a path. */
  public enum State {
    /** The file with its first bytes; its metadata may have been altered. */
    ORIGINAL,
    /** Other bytes, of the same number. */
    ALTERED,
    /** Fewer bytes. */
    TRUNCATED,
    /** More bytes. */
    APPENDED,
    /** Nothing, since it was deleted. */
    DELETED,
    /** Nothing, since it was renamed to {@link #renamed}. */
    RENAMED
  }

  /** What is done to a file. */
  private enum Mutation {
    REWRITE,
    TRUNCATE,
    APPEND,
    RENAME_AWAY,
    RENAME_OVER,
    DELETE,
    HARD_LINK,
    TOUCH,
    PUT_BACK
  }

  private static final int BLOCK = 64;
  private static final int THREADS = 2;

  /** On average between two mutations: some files are left alone between two looks of the job. */
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(2_500);

  private final Path root;
  private final List<String> paths;
  private final Map<String, byte[]> contents;
  private final Map<String, FileTime> times = new ConcurrentHashMap<>();
  private final Map<String, State> states = new ConcurrentHashMap<>();
  private final Map<String, Set<State>> seen = new ConcurrentHashMap<>();
  private final Set<String> touched = ConcurrentHashMap.newKeySet();
  private final AtomicInteger mutations = new AtomicInteger();
  private final Map<Mutation, AtomicInteger> counts = new EnumMap<>(Mutation.class);
  private final long seed;

  /**
   * Takes files as they are now.
   *
   * @param contents of the files to mutate by their paths below the root, none of them empty
   */
  public Mutator(Path root, Map<String, byte[]> contents, long seed) {
    this.root = root;
    this.contents = contents;
    this.paths = List.copyOf(contents.keySet());
    this.seed = seed;
    for (Mutation mutation : Mutation.values()) {
      counts.put(mutation, new AtomicInteger());
    }
    for (String path : paths) {
      states.put(path, State.ORIGINAL);
      times.put(path, modified(root.resolve(path)));
    }
  }

  /** Returns what a file is called while it is renamed. */
  public static String renamed(String path) {
    return path + ".renamed";
  }

  /** Returns what the second link to a file is called, if it has one. */
  public static String linked(String path) {
    return path + ".link";
  }

  /** Returns how many mutations there were. */
  public int mutations() {
    return mutations.get();
  }

  /** Returns how many mutations there were of each kind. */
  public Map<?, AtomicInteger> counts() {
    return counts;
  }

  /** Returns what was, or was about to be, at a path at some moment of the last {@link #during}. */
  public Set<State> seen(String path) {
    return seen.get(path);
  }

  /** Whether the file was ever anything but what it was at first, its metadata included. */
  public boolean touched(String path) {
    return touched.contains(path);
  }

  /** What to do meanwhile. */
  public interface Work<T> {
    /** Does it. */
    T run();
  }

  /** Mutates for as long as some work takes. */
  public <T> T during(Work<T> work) throws InterruptedException, ExecutionException {
    for (String path : paths) {
      seen.put(path, EnumSet.of(states.get(path)));
    }
    // Not by interrupts: a channel would be closed in the middle of a mutation.
    AtomicBoolean ended = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> running = new ArrayList<>();
    try {
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        running.add(threads.submit(() -> mutate(thread, ended)));
      }
      return work.run();
    } finally {
      ended.set(true);
      threads.shutdown();
      for (Future<?> future : running) {
        future.get();
      }
    }
  }

  private void mutate(int thread, AtomicBoolean ended) {
    Random random = new Random(seed + 31L * mutations.get() + thread);
    List<String> mine = new ArrayList<>();
    for (int i = thread; i < paths.size(); i += THREADS) {
      mine.add(paths.get(i));
    }
    while (!ended.get()) {
      String path = mine.get(random.nextInt(mine.size()));
      try {
        mutate(path, random);
      } catch (IOException e) {
        throw new UncheckedIOException(path, e);
      }
      mutations.incrementAndGet();
      LockSupport.parkNanos(random.nextLong(2 * PAUSE_NANOS));
    }
  }

  private void mutate(String path, Random random) throws IOException {
    State state = states.get(path);
    boolean back = state != State.ORIGINAL && random.nextInt(4) > 0;
    Mutation[] all = Mutation.values();
    boolean there = state != State.DELETED && state != State.RENAMED;
    Mutation mutation = back || !there ? Mutation.PUT_BACK : all[random.nextInt(all.length)];
    counts.get(mutation).incrementAndGet();
    touched.add(path);
    Path file = root.resolve(path);
    switch (mutation) {
      case REWRITE -> {
        become(path, State.ALTERED);
        rewrite(file, altered(path));
        if (random.nextBoolean()) {
          Files.setLastModifiedTime(file, times.get(path));
        }
      }
      case TRUNCATE -> {
        become(path, State.TRUNCATED);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(contents.get(path).length / 2);
        }
      }
      case APPEND -> {
        become(path, State.APPENDED);
        rewrite(file, contents.get(path));
        Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
      }
      case RENAME_AWAY -> {
        become(path, State.RENAMED);
        Files.move(file, root.resolve(renamed(path)), StandardCopyOption.ATOMIC_MOVE);
      }
      case RENAME_OVER -> {
        become(path, State.ALTERED);
        replace(file, altered(path), times.get(path));
      }
      case DELETE -> {
        become(path, State.DELETED);
        Files.delete(file);
      }
      case HARD_LINK -> {
        Path link = root.resolve(linked(path));
        if (!Files.deleteIfExists(link)) {
          Files.createLink(link, file);
        }
      }
      case TOUCH -> Files.setLastModifiedTime(file, FileTime.fromMillis(random.nextInt(1 << 30)));
      case PUT_BACK -> putBack(path, file, random);
    }
  }

  private void putBack(String path, Path file, Random random) throws IOException {
    State before = states.get(path);
    seen.get(path).add(State.ORIGINAL);
    byte[] content = contents.get(path);
    if (before == State.RENAMED) {
      Path away = root.resolve(renamed(path));
      rewrite(away, content);
      Files.setLastModifiedTime(away, times.get(path));
      Files.move(away, file, StandardCopyOption.ATOMIC_MOVE);
    } else if (before == State.DELETED || random.nextInt(4) == 0) {
      replace(file, content, times.get(path));
    } else {
      rewrite(file, content);
      if (random.nextInt(4) > 0) {
        Files.setLastModifiedTime(file, times.get(path));
      }
    }
    states.put(path, State.ORIGINAL);
  }

  /** Notes what a path is about to be before it is. */
  private void become(String path, State state) {
    seen.get(path).add(state);
    states.put(path, state);
  }

  private byte[] altered(String path) {
    return altered(contents.get(path));
  }

  /** Returns what a content is while it is {@link State#ALTERED}. */
  public static byte[] altered(byte[] content) {
    byte[] altered = content.clone();
    for (int i = content.length / 3;
        i < Math.min(content.length, content.length / 3 + BLOCK);
        i++) {
      altered[i] ^= 0x55;
    }
    return altered;
  }

  /** In place; the first third is never altered. */
  private static void rewrite(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
      int from = (int) Math.min(channel.size(), content.length / 3);
      channel.write(ByteBuffer.wrap(content, from, content.length - from), from);
      channel.truncate(content.length);
    }
  }

  /** By another file, made beside it. */
  private static void replace(Path file, byte[] content, FileTime modified) throws IOException {
    Path other = file.resolveSibling(file.getFileName() + ".new");
    Files.write(other, content);
    Files.setLastModifiedTime(other, modified);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
