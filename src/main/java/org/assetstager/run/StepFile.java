package org.assetstager.run;

import java.io.Serializable;

/**
 * A file that a task of a step has written.
 *
 * @param number of the task's partition, from 0
 * @param name in the step's folder; no other task, attempt or driver ever uses it
 * @param rows in the file
 * @param bytes of these rows, as compressed
 */
record StepFile(int number, String name, long rows, long bytes) implements Serializable {}
