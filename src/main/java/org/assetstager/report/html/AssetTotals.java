package org.assetstager.report.html;

import java.util.List;
import java.util.Map;
import org.assetstager.report.OutcomeTotals;

/**
 * A ledger's totals by asset: the largest ones, and the sum of all others.
 *
 * @param largest the largest first
 * @param otherAssets how many others there are
 * @param others their sum
 */
public record AssetTotals(List<Asset> largest, long otherAssets, OutcomeTotals others) {
  /** How many assets are shown one by one. */
  public static final int MOST = 50;

  /**
   * One asset.
   *
   * @param name as the manifest names it, else its root; empty where it names neither
   */
  public record Asset(String name, OutcomeTotals totals) {}

  /** Returns totals of a run without a ledger. */
  public static AssetTotals none() {
    return new AssetTotals(List.of(), 0, new OutcomeTotals(Map.of()));
  }
}
