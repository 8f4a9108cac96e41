package org.assetstager.testing;

import java.math.BigDecimal;
import java.time.Duration;
import org.assetstager.settings.CostSettings;

/** What tests that estimate nothing have for prices. */
public final class Costs {
  /** Nothing costs anything. */
  public static final CostSettings NONE =
      new CostSettings(
          "USD",
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          1 << 20,
          Duration.ofMillis(50));

  private Costs() {}
}
