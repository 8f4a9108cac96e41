package org.assetstager.progress;

import java.util.Optional;
import java.util.function.Supplier;
import me.tongfei.progressbar.DefaultProgressBarRenderer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;
import org.assetstager.report.Amounts;
import org.jspecify.annotations.Nullable;

/** Draws a phase as the library's bar, with our words behind it. */
final class BarRenderer extends DefaultProgressBarRenderer {
  /** The bar is about shares, since it is about files and bytes at once. */
  static final long WHOLE = 1000;

  private final Supplier<Progress> source;
  private @Nullable ProgressBar bar;
  private @Nullable Progress progress;

  BarRenderer(Supplier<Progress> source) {
    super(ProgressBarStyle.UNICODE_BLOCK, "", 1, true, null, null, true, s -> Optional.empty());
    this.source = source;
  }

  /** Takes the bar that is drawn, which can only be made after its renderer. */
  synchronized void of(ProgressBar drawn) {
    bar = drawn;
  }

  @Override
  public synchronized String render(ProgressState state, int maxLength) {
    Progress now = source.get();
    progress = now;
    ProgressBar drawn = bar;
    if (drawn != null) {
      // Never back: that would draw again at once.
      drawn.stepTo(Math.max(state.getCurrent(), Math.round(now.doneFraction() * WHOLE)));
    }
    return super.render(state, maxLength);
  }

  private Progress progress() {
    Progress now = progress;
    return now == null ? source.get() : now;
  }

  private static double seconds(ProgressState state) {
    return state.getTotalElapsed().toMillis() / 1e3;
  }

  @Override
  protected String ratio(ProgressState state) {
    return progress().counts();
  }

  @Override
  protected String etaString(ProgressState state) {
    Progress now = progress();
    return now.doneFraction() > 0
        ? "ETA " + Amounts.time(now.secondsLeft(seconds(state)))
        : "ETA ?";
  }

  @Override
  protected String speed(ProgressState state) {
    return progress().rate(seconds(state)) + progress().extras();
  }
}
