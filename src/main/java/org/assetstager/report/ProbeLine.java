package org.assetstager.report;

import java.util.List;
import java.util.Locale;
import org.assetstager.upload.Probe;
import org.assetstager.upload.Probe.Figure;
import org.assetstager.upload.Probe.Kind;

/**
 * What a probe measured of one kind, for people: the same on the console and in the page.
 *
 * @param what what was done
 * @param perSecond how many a second; empty where only bytes tell something
 * @param bytesPerSecond how many bytes a second; empty where there were none
 */
public record ProbeLine(String what, String perSecond, String bytesPerSecond) {
  /** Returns what was measured, in the order of the kinds. */
  public static List<ProbeLine> of(Probe probe) {
    return probe.figures().entrySet().stream()
        .map(figure -> of(figure.getKey(), figure.getValue()))
        .toList();
  }

  private static ProbeLine of(Kind kind, Figure figure) {
    String mean = Amounts.bytes(figure.meanBytes());
    return switch (kind) {
      case LIST -> requests("list pages of staging", figure);
      case HEAD -> requests("look at objects of staging (HEAD)", figure);
      case READ_SMALL -> counted("read and hash small files of " + mean, figure);
      case READ_LARGE -> bytes("read and hash large files", figure);
      case SEND_SMALL -> counted("send bodies of " + mean, figure);
      case SEND_PARTS -> bytes("send parts of " + mean, figure);
      case TRANSFER_SMALL -> counted("read, hash and send small files", figure);
      case TRANSFER_PARTS -> bytes("read, hash and send large files", figure);
    };
  }

  private static ProbeLine requests(String what, Figure figure) {
    return new ProbeLine(what, perSecond(figure), "");
  }

  private static ProbeLine counted(String what, Figure figure) {
    return new ProbeLine(what, perSecond(figure), bytesPerSecond(figure));
  }

  private static ProbeLine bytes(String what, Figure figure) {
    return new ProbeLine(what, "", bytesPerSecond(figure));
  }

  private static String perSecond(Figure figure) {
    return figure.perSecond() < 10
        ? String.format(Locale.ROOT, "%.1f", figure.perSecond())
        : Amounts.count(Math.round(figure.perSecond()));
  }

  private static String bytesPerSecond(Figure figure) {
    return Amounts.rate(Math.round(figure.bytesPerSecond()), 1);
  }
}
