package org.assetstager.notebook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;

/**
 * A Jupyter kernel for Java: the JDK's own JShell in this JVM, which has Spark, behind JJava's
 * library for Jupyter's protocol.
 */
public final class JavaKernel extends BaseKernel {
  /** What every notebook has at hand. */
  private static final String START =
      """
      import java.util.*;
      import java.util.stream.*;
      import org.apache.spark.sql.*;
      import org.apache.spark.sql.types.*;
      import org.knowm.xchart.*;
      import static org.apache.spark.sql.functions.*;
      import static org.assetstager.notebook.Notebook.*;
      """;

  private final Cells cells = new Cells();

  private JavaKernel() {
    super(
        "asset-stager",
        "1",
        new LanguageInfo.Builder("Java")
            .version(System.getProperty("java.specification.version"))
            .mimetype("text/x-java-source")
            .fileExtension(".jshell")
            .pygments("java")
            .codemirror("text/x-java")
            .build(),
        List.of(),
        null,
        new JupyterIO(StandardCharsets.UTF_8),
        new CommManager(),
        new Renderer(),
        null,
        new MagicsRegistry(),
        false,
        new StringStyler.Builder().build());
    cells.run(START);
  }

  /**
   * Serves a frontend until it asks for the end.
   *
   * @param arguments the connection file that Jupyter made
   */
  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    String connectionFile = Files.readString(Path.of(arguments[0]));
    JupyterConnection connection =
        new JupyterConnection(KernelConnectionProperties.parse(connectionFile));
    JavaKernel kernel = new JavaKernel();
    kernel.becomeHandlerForConnection(connection);
    connection.connect();
    kernel.onStartup();
    connection.waitUntilClose();
    // Spark's threads would keep the JVM.
    System.exit(0);
  }

  @Override
  public Object evalRaw(String source) {
    return cells.run(source);
  }

  @Override
  public DisplayData eval(String source) {
    Object value = evalRaw(source);
    return value == null ? null : Notebook.display(value, getRenderer());
  }

  @Override
  public void interrupt() {
    cells.stop();
    Notebook.cancelJobs();
  }

  @Override
  public DisplayData inspect(String code, int at, boolean extraDetail) {
    return cells.documentation(code, at).map(DisplayData::new).orElse(null);
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    return cells.complete(code, at);
  }

  @Override
  public String isComplete(String code) {
    return cells.isComplete(code) ? IS_COMPLETE_YES : IS_COMPLETE_MAYBE;
  }

  /** What the author of a cell can act on: no frames of the kernel's own. */
  @Override
  public List<String> formatError(Throwable error) {
    return Cells.describe(error);
  }
}
