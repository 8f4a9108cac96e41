package org.assetstager.settings;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings in the environment of this machine.
 *
 * @param variables of the environment
 * @param regionOfProfile returns the region that a profile of AWS's configuration files names, null
 *     for the one that AWS's tools take by themselves; null where there is no such profile, or it
 *     names none
 */
public record SettingsEnvironment(
    Map<String, String> variables, Function<@Nullable String, @Nullable String> regionOfProfile) {
  /** Keeps a copy of the variables. */
  public SettingsEnvironment {
    variables = Map.copyOf(variables);
  }
}
