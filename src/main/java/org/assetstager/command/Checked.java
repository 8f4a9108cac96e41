package org.assetstager.command;

/** A command that can tell without Spark that it was asked for something wrong. */
public interface Checked {
  /**
   * Checks what the command line says, and the settings.
   *
   * @throws RuntimeException as the command itself would
   */
  void check();
}
