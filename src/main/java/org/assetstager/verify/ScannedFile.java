package org.assetstager.verify;

import java.nio.file.Path;

/**
 * A regular file below a root, as a scan saw it.
 *
 * @param realPath without symbolic links
 */
public record ScannedFile(Path realPath, FileFacts facts) {}
