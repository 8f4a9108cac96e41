package org.assetstager.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The mounts that this process sees, as {@code /proc/self/mountinfo} shows them: proc(5). A system
 * without it has none that are known.
 */
public final class MountTable {
  public static final MountTable EMPTY = new MountTable(new TreeMap<>());

  private static final Path TABLE = Path.of("/proc/self/mountinfo");

  // Fields of a line. After them come optional ones, up to a field that is "-".
  private static final int DEVICE = 2;
  private static final int MOUNT_POINT = 4;
  private static final int FIRST_OPTIONAL = 6;

  private final NavigableMap<String, Mount> mounts;

  private MountTable(NavigableMap<String, Mount> mounts) {
    this.mounts = mounts;
  }

  /**
   * What is mounted at a place.
   *
   * @param device as {@code stat(2)} has it for most file systems, not for btrfs
   */
  private record Mount(String type, long device) {}

  public static MountTable read() {
    try {
      return parse(Files.readAllBytes(TABLE));
    } catch (IOException e) {
      return EMPTY;
    }
  }

  /** Makes a table of mount points alone. */
  public static MountTable ofMountPoints(Collection<String> paths) {
    NavigableMap<String, Mount> mounts = new TreeMap<>();
    paths.forEach(path -> mounts.put(path, new Mount("", 0)));
    return new MountTable(mounts);
  }

  static MountTable parse(byte[] table) {
    NavigableMap<String, Mount> mounts = new TreeMap<>();
    for (String line : new String(table, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      int type = FIRST_OPTIONAL;
      while (type < fields.length && !fields[type].equals("-")) {
        type++;
      }
      String mountPoint = type + 1 < fields.length ? unescaped(fields[MOUNT_POINT]) : null;
      if (mountPoint != null) {
        mounts.put(mountPoint, new Mount(fields[type + 1], device(fields[DEVICE])));
      }
    }
    return new MountTable(mounts);
  }

  /** Returns a path whose octal escapes are resolved; null for one that isn't UTF-8. */
  private static @Nullable String unescaped(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < field.length(); at++) {
      char next = field.charAt(at);
      if (next == '\\' && at + 3 < field.length()) {
        bytes.write(Integer.parseInt(field, at + 1, at + 4, 8));
        at += 3;
      } else {
        bytes.write(next);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Packs {@code major:minor} as {@code makedev(3)} does. */
  private static long device(String text) {
    String[] numbers = text.split(":", 2);
    long major = Long.parseLong(numbers[0]);
    long minor = Long.parseLong(numbers[1]);
    return ((major & ~0xfffL) << 32)
        | ((major & 0xfffL) << 8)
        | ((minor & ~0xffL) << 12)
        | (minor & 0xffL);
  }

  public List<String> mountPoints() {
    return List.copyOf(mounts.keySet());
  }

  /** Returns the mount points below a directory, not that of the directory itself. */
  public List<String> below(Path directory) {
    String prefix = directory.getNameCount() == 0 ? "/" : directory + "/";
    return mounts.tailMap(prefix, false).keySet().stream()
        .takeWhile(path -> path.startsWith(prefix))
        .toList();
  }

  /** Whether something is mounted at a path, which has no symbolic links. */
  public boolean isMountPoint(Path path) {
    return mounts.containsKey(path.toString());
  }

  /**
   * Returns the type of the file system that a path is on, such as {@code ext4}.
   *
   * @param path without symbolic links
   * @param device of what is there
   * @return null where it isn't known
   */
  public @Nullable String typeAt(Path path, long device) {
    for (Path at = path; at != null; at = at.getParent()) {
      Mount mount = mounts.get(at.toString());
      if (mount != null) {
        // Another file system may have been mounted over a directory above.
        return mount.device() == device || mount.type().equals("btrfs") ? mount.type() : null;
      }
    }
    return null;
  }
}
