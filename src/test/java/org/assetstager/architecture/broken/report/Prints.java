package org.assetstager.architecture.broken.report;

import com.typesafe.config.ConfigFactory;
import java.util.logging.Logger;
import picocli.CommandLine;

/** Prints, logs, ends the JVM, reads settings and arguments. */
public final class Prints {
  private Prints() {}

  static void all(Exception e) {
    System.out.println("out");
    System.err.println("err");
    e.printStackTrace();
    Logger.getLogger("x").info("log");
    ConfigFactory.load();
    CommandLine.usage(new Object(), System.out);
    System.exit(1);
  }

  /** Closes the circle. */
  static Class<?> back() throws ClassNotFoundException {
    return new org.assetstager.architecture.broken.asset.Early().getClass();
  }
}
