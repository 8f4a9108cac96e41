package org.assetstager.catalog;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.assetstager.run.StepFile;
import org.assetstager.s3.BucketConnection.Side;

/**
 * What first pages of namespaces came to.
 *
 * @param files of what is known with them
 * @param left namespaces that a side has more of, each with about how many keys each side has that
 *     is not done yet
 */
record FirstPages(List<StepFile> files, Map<String, Map<Side, Long>> left)
    implements Serializable {}
