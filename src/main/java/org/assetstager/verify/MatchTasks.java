package org.assetstager.verify;

import com.google.common.collect.Iterators;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.spark.ByteKeys;
import org.assetstager.verify.RenameFiles.Written;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import scala.Tuple2;

/**
 * What the tasks do that check matches: a file that is a row of the manifest itself is no rename.
 * Rows and matches meet by the file's path, and by its inode where it has one hard link: a row may
 * name a file by way of a link to its directory. So they learn which matches are taken; these meet
 * all matches of a missing row, in the order of the new paths.
 */
final class MatchTasks {
  /** A row of the manifest; then all matches of its file are taken. */
  private static final byte ROW = 0;

  /** A match, as a row's or by itself. */
  private static final byte MATCH = 1;

  private static final byte[] NOTHING = new byte[0];

  private MatchTasks() {}

  private static byte[] keyOfPath(String root, String path, byte tag) {
    return ByteKeys.of(RenameMatch.hashOfPath(root, path), "path\0" + root + "\0" + path, tag);
  }

  private static byte[] keyOfInode(String root, long inode, byte tag) {
    return ByteKeys.of(RenameMatch.hashOfInode(root, inode), "inode\0" + root + "\0" + inode, tag);
  }

  /** Returns the group of a match: those of one missing row follow one another by their paths. */
  private static byte[] keyOf(RenameMatch match, byte tag) {
    ManifestRow row = match.missing().row();
    String position = Long.toString(row.manifestPosition());
    return ByteKeys.of(
        TextHash.of(row.manifestFile(), position),
        row.manifestFile() + "\0" + position + "\0" + match.newPath(),
        tag);
  }

  /** Reads the matches, each by the places of its file. */
  record Places(StepOutput output) implements PairFlatMapFunction<StepFile, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(StepFile file) {
      return Iterators.concat(
          Iterators.transform(
              output.read(RenameFiles.STEP, file, RenameMatch.CODEC),
              match -> places(match).iterator()));
    }

    private static List<Tuple2<byte[], byte[]>> places(RenameMatch match) {
      String root = Objects.requireNonNull(match.missing().row().root());
      byte[] taken = keyOf(match, ROW);
      List<Tuple2<byte[], byte[]>> pairs = new ArrayList<>(2);
      pairs.add(new Tuple2<>(keyOfPath(root, match.newPath(), MATCH), taken));
      if (match.isOnlyLink()) {
        pairs.add(new Tuple2<>(keyOfInode(root, match.newInode(), MATCH), taken));
      }
      return pairs;
    }
  }

  /** Reads the manifest's rows, those at the places of matches. */
  record Rows(ScannedRows rows, Broadcast<RoaringBitmap> places)
      implements PairFlatMapFunction<StepFile, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(StepFile file) {
      RoaringBitmap wanted = places.value();
      return Iterators.concat(
          Iterators.transform(rows.read(file), row -> places(row, wanted).iterator()));
    }

    private static List<Tuple2<byte[], byte[]>> places(ScannedRow row, RoaringBitmap wanted) {
      String root = row.root();
      String path = row.path();
      Long inode = row.inode();
      if (root == null || path == null) {
        return List.of();
      }
      List<Tuple2<byte[], byte[]>> pairs = new ArrayList<>(2);
      if (wanted.contains(RenameMatch.place(RenameMatch.hashOfPath(root, path)))) {
        pairs.add(new Tuple2<>(keyOfPath(root, path, ROW), NOTHING));
      }
      if (inode != null
          && wanted.contains(RenameMatch.place(RenameMatch.hashOfInode(root, inode)))) {
        pairs.add(new Tuple2<>(keyOfInode(root, inode, ROW), NOTHING));
      }
      return pairs;
    }
  }

  /** Tells the keys of matches whose file is a row. */
  static final class Taken
      implements PairFlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, byte[], byte[]> {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(Iterator<Tuple2<byte[], byte[]>> pairs) {
      LastKey row = new LastKey();
      return Iterators.transform(
          Iterators.filter(pairs, pair -> isTaken(row, pair._1())),
          pair -> new Tuple2<>(pair._2(), NOTHING));
    }
  }

  /** Keeps the key of a row; whether another one is that of a match of the last row. */
  private static boolean isTaken(LastKey row, byte[] key) {
    if (ByteKeys.tag(key) == ROW) {
      row.key = key;
      return false;
    }
    return row.isOfGroup(key);
  }

  /** The last key that mattered. */
  private static final class LastKey {
    private byte @Nullable [] key;

    boolean isOfGroup(byte[] other) {
      return key != null && ByteKeys.sameGroup(key, other);
    }
  }

  /** Reads the matches by their missing rows. */
  record OfRows(StepOutput output) implements PairFlatMapFunction<StepFile, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(StepFile file) {
      return Iterators.transform(
          output.read(RenameFiles.STEP, file, RenameMatch.CODEC),
          match -> new Tuple2<>(keyOf(match, MATCH), RenameMatch.CODEC.toBytes(match)));
    }
  }

  /** Gives each missing row the first new path that isn't taken, and writes it. */
  record Decide(StepOutput output, LastRows last, int firstNumber)
      implements FlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, Written> {
    @Override
    public Iterator<Written> call(Iterator<Tuple2<byte[], byte[]>> pairs) {
      RenameFiles files = new RenameFiles(output, last, firstNumber + TaskContext.getPartitionId());
      LastKey taken = new LastKey();
      RenameMatch open = null;
      ManifestRow decided = null;
      while (pairs.hasNext()) {
        Tuple2<byte[], byte[]> pair = pairs.next();
        if (ByteKeys.tag(pair._1()) == ROW) {
          taken.key = pair._1();
          continue;
        }
        RenameMatch match = RenameMatch.CODEC.fromBytes(pair._2());
        if (open != null && !isSameRow(open.missing().row(), match.missing().row())) {
          files.addDeleted(open.missing(), open.endedAfter());
          open = null;
        }
        if (decided != null && isSameRow(decided, match.missing().row())) {
          continue;
        }
        if (taken.isOfGroup(pair._1())) {
          open = match;
        } else {
          files.addLast(match.missing().renamed(match.newPath()));
          decided = match.missing().row();
          open = null;
        }
      }
      if (open != null) {
        files.addDeleted(open.missing(), open.endedAfter());
      }
      return List.of(files.finish()).iterator();
    }

    private static boolean isSameRow(ManifestRow one, ManifestRow other) {
      return one.manifestPosition() == other.manifestPosition()
          && one.manifestFile().equals(other.manifestFile());
    }
  }
}
