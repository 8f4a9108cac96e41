package org.assetstager.settings;

/** Reads settings. */
public final class SettingsLoader {
  private SettingsLoader() {}
}
