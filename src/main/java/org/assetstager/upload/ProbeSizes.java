package org.assetstager.upload;

import java.io.Serializable;

/**
 * What a run would send and read.
 *
 * @param smallBytes mean size of the small contents that are sent; 0 if there is none
 * @param partBytes mean size of the parts that are sent; 0 if there is none
 * @param streams parts that a task sends at a time
 * @param largeTasks tasks that read and send large contents at a time, at most
 * @param readsSmall whether small files are read
 * @param readsLarge whether large files are read
 */
public record ProbeSizes(
    long smallBytes,
    long partBytes,
    int streams,
    int largeTasks,
    boolean readsSmall,
    boolean readsLarge)
    implements Serializable {}
