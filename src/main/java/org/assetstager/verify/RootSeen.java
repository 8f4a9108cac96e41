package org.assetstager.verify;

import java.io.Serializable;

public record RootSeen(String root) implements Serializable {}
