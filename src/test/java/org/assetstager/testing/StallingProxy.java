package org.assetstager.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy on a free port of 127.0.0.1 that, until it is opened, lets so many bytes through to
 * the server and then no more: what a client sends meanwhile hangs.
 */
public final class StallingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final URI server;
  private final List<Socket> sockets = new ArrayList<>();
  private final CountDownLatch stalled = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);
  private long budget;

  private StallingProxy(ServerSocket listener, URI server, long budget) {
    this.listener = listener;
    this.server = server;
    this.budget = budget;
  }

  /**
   * Starts a proxy.
   *
   * @param endpoint of the server
   * @param budget bytes that may pass to the server
   */
  public static StallingProxy start(String endpoint, long budget) {
    try {
      StallingProxy proxy =
          new StallingProxy(
              new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
              URI.create(endpoint),
              budget);
      daemon(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the proxy's {@code http://127.0.0.1:<port>}. */
  public String endpoint() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** Waits until the bytes are used up. */
  public boolean awaitStalled(long seconds) throws InterruptedException {
    return stalled.await(seconds, TimeUnit.SECONDS);
  }

  /** Lets everything through from now on. */
  public void open() {
    opened.countDown();
  }

  private void accept() {
    while (true) {
      try {
        Socket client = keep(listener.accept());
        Socket upstream = keep(new Socket(server.getHost(), server.getPort()));
        daemon(() -> copy(client, upstream, true));
        daemon(() -> copy(upstream, client, false));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private synchronized Socket keep(Socket socket) {
    sockets.add(socket);
    return socket;
  }

  private void copy(Socket from, Socket to, boolean limited) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 13];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (limited && !passes(count)) {
          stalled.countDown();
          opened.await();
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      return; // One of the two has gone; the other is closed as well.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean passes(int count) {
    budget -= count;
    return budget >= 0;
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "stalling-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public synchronized void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    open();
  }
}
