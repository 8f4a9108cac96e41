package org.assetstager.settings;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Names of settings and of their groups: the parts from {@link #ROOT} on, joined by dots. */
final class SettingNames {
  /** The group that holds all others. */
  static final String ROOT = "asset-stager";

  private SettingNames() {}

  /** Returns the whole name of one below {@link #ROOT}. */
  static String full(String name) {
    return ROOT + "." + name;
  }

  /**
   * Returns the known name that differs least from an unknown one.
   *
   * <p>Names are compared by their last part, in lower case and with {@code -} for {@code _}: an
   * unknown name always stands in a known group. As many letters may differ as a third of them, one
   * at least. The same group wins over another one; of other groups the last by name does, so not
   * that of {@code commit}, which users don't have.
   *
   * @param unknown a whole name, its parts joined by dots
   * @param settings whole names of all settings; their groups are names too
   * @return empty if none is near
   */
  static Optional<String> nearest(String unknown, Set<String> settings) {
    int limit = Math.max(1, lastPart(unknown).length() / 3);
    return settings.stream()
        .flatMap(name -> Stream.iterate(name, part -> !part.isEmpty(), SettingNames::group))
        .filter(name -> letters(unknown, name) <= limit)
        .min(
            Comparator.<String>comparingInt(
                    name -> letters(unknown, name) + (group(name).equals(group(unknown)) ? 0 : 1))
                .thenComparing(Comparator.reverseOrder()));
  }

  private static int letters(String one, String other) {
    return LevenshteinDistance.getDefaultInstance()
        .apply(comparable(lastPart(one)), comparable(lastPart(other)));
  }

  private static String comparable(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String group(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }
}
