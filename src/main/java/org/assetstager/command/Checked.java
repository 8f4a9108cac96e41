package org.assetstager.command;

import java.util.concurrent.Callable;

/** A command that can tell without Spark that it was asked for something wrong. */
public interface Checked extends Callable<Integer> {
  /**
   * Checks what the command line says, and the settings.
   *
   * @throws RuntimeException as the command itself would
   */
  void check();
}
