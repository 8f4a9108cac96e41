package org.assetstager.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Checkpoints;
import org.assetstager.digest.DigestState;
import org.assetstager.files.FileFacts;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's record of how far the digests of its giants have come: a small file for each below {@code
 * steps/digests/}. The record contains the file's facts, and doesn't count if they have changed.
 * Safe for many threads and tasks.
 *
 * @param intervalBytes smaller files have none; larger ones about one for so many bytes
 */
public record DigestLog(RunFolder folder, long intervalBytes) implements Serializable {
  /** About five seconds of one chain. */
  static final long INTERVAL_BYTES = 4L << 30;

  private static final Logger LOG = LoggerFactory.getLogger(DigestLog.class);

  /** Keeps the record in a run's folder. */
  public DigestLog(RunFolder folder) {
    this(folder, INTERVAL_BYTES);
  }

  /**
   * The record of one file.
   *
   * @param check MD5 of all the rest
   */
  private record Recorded(String file, DigestState state, String check) {
    static Recorded of(String file, DigestState state) {
      return new Recorded(file, state, md5(file + "\n" + state));
    }
  }

  /** Returns where to continue with a file, and records the states of its digest. */
  Checkpoints of(AssetRoot root, String path, FileFacts facts) {
    if (facts.size() <= intervalBytes) {
      return Checkpoints.NONE;
    }
    // No path has a NUL.
    String place = root.path() + "\0" + path;
    String file = place + "\0" + facts;
    String name = StepCommits.FOLDER + "/digests/" + md5(place) + ".json";
    return new Checkpoints(
        last(name, file), intervalBytes, state -> folder.writeJson(name, Recorded.of(file, state)));
  }

  private @Nullable DigestState last(String name, String file) {
    String text = folder.readText(name).orElse(null);
    if (text == null) {
      return null;
    }
    try {
      Recorded recorded = RunFolder.fromJson(text, Recorded.class);
      if (recorded.equals(Recorded.of(file, recorded.state()))) {
        LOG.info("{}: the MD5 continues at byte {}", name, recorded.state().position());
        return recorded.state();
      }
    } catch (JsonProcessingException e) {
      LOG.warn("{} is damaged: the MD5 starts again ({})", name, e.getOriginalMessage());
    }
    return null;
  }

  private static String md5(String text) {
    return Md5.ofBytes(Md5.newDigest().digest(text.getBytes(StandardCharsets.UTF_8))).toHex();
  }
}
