package org.assetstager.settings;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this machine says about settings, beside the file and the command line.
 *
 * @param variables of the environment
 * @param profiles of AWS's configuration files
 */
public record SettingsEnvironment(Map<String, String> variables, Profiles profiles) {
  /** Says nothing. */
  public static final SettingsEnvironment NONE = new SettingsEnvironment(Map.of(), name -> null);

  /** Keeps a copy of the variables. */
  public SettingsEnvironment {
    variables = Map.copyOf(variables);
  }

  /** The profiles of AWS's configuration files. */
  public interface Profiles {
    /**
     * Returns the region that a profile names.
     *
     * @param name of the profile; null for the one that AWS's tools take by themselves
     * @return null where there is no such profile, or it names none
     */
    @Nullable String region(@Nullable String name);
  }
}
