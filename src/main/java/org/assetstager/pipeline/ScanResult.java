package org.assetstager.pipeline;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.assetstager.catalog.Namespaces;
import org.assetstager.run.StepFile;
import org.assetstager.verify.RootsSeen;

/**
 * The result of a task of the scan.
 *
 * @param files that it wrote
 * @param rowsByFile rows read, by the manifest file
 * @param invalidRows bad rows, except those whose file name Java can't represent
 * @param namespaces of the candidates
 * @param roots what was seen of the rows' roots
 */
record ScanResult(
    List<StepFile> files,
    Map<String, Long> rowsByFile,
    long invalidRows,
    Namespaces namespaces,
    RootsSeen roots)
    implements Serializable {}
