package org.assetstager.verify;

import java.nio.file.Path;
import org.assetstager.files.FileFacts;

/**
 * A regular file below a root, as a scan saw it.
 *
 * @param realPath without symbolic links
 */
public record ScannedFile(Path realPath, FileFacts facts) {}
