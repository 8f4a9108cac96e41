package org.assetstager.digest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MD5's steps (RFC 1321, section 3.4) on a core's plain registers, for one chain or for two chains
 * over the same bytes. A chain waits for itself most of the time, so the second one costs 0.3 to
 * 0.6 of the first, by how the JIT orders their steps.
 *
 * <p>Every round is a loop of four steps on purpose: with all steps in a row two chains take more
 * than twice the time of one.
 */
final class Md5Steps {
  static final int BLOCK_BYTES = 64;

  /** The additive constants, from the sines that the RFC names. */
  static final int[] CONSTANTS = constants();

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Md5Steps() {}

  private static int[] constants() {
    int[] constants = new int[64];
    for (int i = 0; i < constants.length; i++) {
      constants[i] = (int) (long) (StrictMath.abs(StrictMath.sin(i + 1)) * 4294967296.0);
    }
    return constants;
  }

  /** Returns the state before the first block (RFC 1321, section 3.3). */
  static int[] initialState() {
    return new int[] {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  }

  /** Hashes blocks into one chain's state. */
  static void hash(byte[] bytes, int offset, int blocks, int[] state) {
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    for (int at = offset, end = offset + blocks * BLOCK_BYTES; at < end; at += BLOCK_BYTES) {
      int a0 = a;
      int b0 = b;
      int c0 = c;
      int d0 = d;
      for (int i = 0; i < 16; i += 4) {
        a = first(a, b, c, d, word(bytes, at, i, i), 7);
        d = first(d, a, b, c, word(bytes, at, i + 1, i + 1), 12);
        c = first(c, d, a, b, word(bytes, at, i + 2, i + 2), 17);
        b = first(b, c, d, a, word(bytes, at, i + 3, i + 3), 22);
      }
      for (int i = 0; i < 16; i += 4) {
        a = second(a, b, c, d, word(bytes, at, 5 * i + 1, i + 16), 5);
        d = second(d, a, b, c, word(bytes, at, 5 * i + 6, i + 17), 9);
        c = second(c, d, a, b, word(bytes, at, 5 * i + 11, i + 18), 14);
        b = second(b, c, d, a, word(bytes, at, 5 * i, i + 19), 20);
      }
      for (int i = 0; i < 16; i += 4) {
        a = third(a, b, c, d, word(bytes, at, 3 * i + 5, i + 32), 4);
        d = third(d, a, b, c, word(bytes, at, 3 * i + 8, i + 33), 11);
        c = third(c, d, a, b, word(bytes, at, 3 * i + 11, i + 34), 16);
        b = third(b, c, d, a, word(bytes, at, 3 * i + 14, i + 35), 23);
      }
      for (int i = 0; i < 16; i += 4) {
        a = fourth(a, b, c, d, word(bytes, at, 7 * i, i + 48), 6);
        d = fourth(d, a, b, c, word(bytes, at, 7 * i + 7, i + 49), 10);
        c = fourth(c, d, a, b, word(bytes, at, 7 * i + 14, i + 50), 15);
        b = fourth(b, c, d, a, word(bytes, at, 7 * i + 5, i + 51), 21);
      }
      a += a0;
      b += b0;
      c += c0;
      d += d0;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
  }

  /** Hashes the same blocks into two chains' states. */
  static void hashTwo(byte[] bytes, int offset, int blocks, int[] state, int[] state2) {
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    int e = state2[0];
    int f = state2[1];
    int g = state2[2];
    int h = state2[3];
    for (int at = offset, end = offset + blocks * BLOCK_BYTES; at < end; at += BLOCK_BYTES) {
      int a0 = a;
      int b0 = b;
      int c0 = c;
      int d0 = d;
      int e0 = e;
      int f0 = f;
      int g0 = g;
      int h0 = h;
      for (int i = 0; i < 16; i += 4) {
        int word = word(bytes, at, i, i);
        a = first(a, b, c, d, word, 7);
        e = first(e, f, g, h, word, 7);
        word = word(bytes, at, i + 1, i + 1);
        d = first(d, a, b, c, word, 12);
        h = first(h, e, f, g, word, 12);
        word = word(bytes, at, i + 2, i + 2);
        c = first(c, d, a, b, word, 17);
        g = first(g, h, e, f, word, 17);
        word = word(bytes, at, i + 3, i + 3);
        b = first(b, c, d, a, word, 22);
        f = first(f, g, h, e, word, 22);
      }
      for (int i = 0; i < 16; i += 4) {
        int word = word(bytes, at, 5 * i + 1, i + 16);
        a = second(a, b, c, d, word, 5);
        e = second(e, f, g, h, word, 5);
        word = word(bytes, at, 5 * i + 6, i + 17);
        d = second(d, a, b, c, word, 9);
        h = second(h, e, f, g, word, 9);
        word = word(bytes, at, 5 * i + 11, i + 18);
        c = second(c, d, a, b, word, 14);
        g = second(g, h, e, f, word, 14);
        word = word(bytes, at, 5 * i, i + 19);
        b = second(b, c, d, a, word, 20);
        f = second(f, g, h, e, word, 20);
      }
      for (int i = 0; i < 16; i += 4) {
        int word = word(bytes, at, 3 * i + 5, i + 32);
        a = third(a, b, c, d, word, 4);
        e = third(e, f, g, h, word, 4);
        word = word(bytes, at, 3 * i + 8, i + 33);
        d = third(d, a, b, c, word, 11);
        h = third(h, e, f, g, word, 11);
        word = word(bytes, at, 3 * i + 11, i + 34);
        c = third(c, d, a, b, word, 16);
        g = third(g, h, e, f, word, 16);
        word = word(bytes, at, 3 * i + 14, i + 35);
        b = third(b, c, d, a, word, 23);
        f = third(f, g, h, e, word, 23);
      }
      for (int i = 0; i < 16; i += 4) {
        int word = word(bytes, at, 7 * i, i + 48);
        a = fourth(a, b, c, d, word, 6);
        e = fourth(e, f, g, h, word, 6);
        word = word(bytes, at, 7 * i + 7, i + 49);
        d = fourth(d, a, b, c, word, 10);
        h = fourth(h, e, f, g, word, 10);
        word = word(bytes, at, 7 * i + 14, i + 50);
        c = fourth(c, d, a, b, word, 15);
        g = fourth(g, h, e, f, word, 15);
        word = word(bytes, at, 7 * i + 5, i + 51);
        b = fourth(b, c, d, a, word, 21);
        f = fourth(f, g, h, e, word, 21);
      }
      a += a0;
      b += b0;
      c += c0;
      d += d0;
      e += e0;
      f += f0;
      g += g0;
      h += h0;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    state2[0] = e;
    state2[1] = f;
    state2[2] = g;
    state2[3] = h;
  }

  /** Returns a block's word, modulo 16, and the step's constant added up. */
  private static int word(byte[] bytes, int at, int index, int step) {
    return (int) WORDS.get(bytes, at + Integer.BYTES * (index & 15)) + CONSTANTS[step];
  }

  private static int first(int a, int b, int c, int d, int word, int rotation) {
    return Integer.rotateLeft(a + word + (d ^ (b & (c ^ d))), rotation) + b;
  }

  // A sum, where the RFC has an "or" of disjoint bits: only one half waits for b.
  private static int second(int a, int b, int c, int d, int word, int rotation) {
    return Integer.rotateLeft(a + word + (c & ~d) + (b & d), rotation) + b;
  }

  private static int third(int a, int b, int c, int d, int word, int rotation) {
    return Integer.rotateLeft(a + word + ((c ^ d) ^ b), rotation) + b;
  }

  private static int fourth(int a, int b, int c, int d, int word, int rotation) {
    return Integer.rotateLeft(a + word + (c ^ (b | ~d)), rotation) + b;
  }
}
