package org.assetstager.bench;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.assetstager.asset.TopHash;

/**
 * A small S3 server for measuring clients: it costs less than they do, and a page of a listing
 * costs the same however many keys there are. It runs as a process of its own. Signatures are not
 * looked at.
 *
 * <p>Each connection has a thread; so a delayed request holds no other one up.
 */
public final class BenchS3Server {
  private static final int WAITING_CONNECTIONS = 1_024;
  private static final int STACK_BYTES = 256 << 10;

  private BenchS3Server() {}

  /**
   * Serves until it is killed, and prints its endpoint first.
   *
   * <pre>
   * bucket NAME                            makes a bucket
   * fill BUCKET TOP_HASH COUNT SIZE_BYTES  has generated contents in it
   * random BUCKET TOP_HASH COUNT           has small contents in it, their MD5s without any order
   * asset BUCKET SHAPE COUNT               has contents of a GeneratedAsset in it
   * delay MILLIS                           before each answer
   * bandwidth BYTES                        of bodies that it takes a second, of all connections
   * </pre>
   */
  public static void main(String[] args) throws IOException {
    BenchS3 s3 = new BenchS3();
    long delayMillis = 0;
    Bandwidth bandwidth = new Bandwidth(Long.MAX_VALUE);
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "bucket" -> s3.bucket(args[++i]);
        case "fill" ->
            s3.bucket(args[++i])
                .fill(
                    new GeneratedContents(
                        args[++i], Long.parseLong(args[++i]), Long.parseLong(args[++i])));
        case "random" ->
            s3.bucket(args[++i]).fillRandomly(new TopHash(args[++i]), Integer.parseInt(args[++i]));
        case "asset" ->
            GeneratedAsset.fill(
                s3.bucket(args[++i]),
                GeneratedAsset.Shape.valueOf(args[++i]),
                Long.parseLong(args[++i]));
        case "delay" -> delayMillis = Long.parseLong(args[++i]);
        case "bandwidth" -> bandwidth = new Bandwidth(Long.parseLong(args[++i]));
        default -> throw new IllegalArgumentException(args[i]);
      }
    }
    try (ServerSocket listening = new ServerSocket()) {
      listening.bind(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), WAITING_CONNECTIONS);
      System.out.println("http://127.0.0.1:" + listening.getLocalPort());
      while (true) {
        Socket socket = listening.accept();
        long delay = delayMillis;
        Bandwidth shared = bandwidth;
        new Thread(null, () -> serve(s3, socket, delay, shared), "connection", STACK_BYTES).start();
      }
    }
  }

  /** What all connections share. */
  private static final class Bandwidth {
    private final double nanosOfByte;
    private long freeAtNanos = System.nanoTime();

    Bandwidth(long bytesPerSecond) {
      this.nanosOfByte = 1e9 / bytesPerSecond;
    }

    /** Returns the socket's bytes, no faster than that. */
    InputStream of(InputStream in) {
      return new FilterInputStream(in) {
        @Override
        public int read() throws IOException {
          take(1);
          return super.read();
        }

        @Override
        public int read(byte[] buffer, int from, int count) throws IOException {
          int read = super.read(buffer, from, count);
          take(Math.max(0, read));
          return read;
        }
      };
    }

    private void take(int bytes) {
      long until;
      synchronized (this) {
        freeAtNanos = Math.max(freeAtNanos, System.nanoTime()) + (long) (bytes * nanosOfByte);
        until = freeAtNanos;
      }
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  private static void serve(BenchS3 s3, Socket socket, long delayMillis, Bandwidth bandwidth) {
    try (socket) {
      socket.setTcpNoDelay(true);
      HttpInput in = new HttpInput(bandwidth.of(socket.getInputStream()));
      OutputStream out = socket.getOutputStream();
      BenchRequest request;
      while ((request = BenchRequest.read(in, out)) != null) {
        BenchResponse response = s3.answer(request);
        request.body().transferTo(OutputStream.nullOutputStream());
        if (delayMillis > 0) {
          Thread.sleep(delayMillis);
        }
        response.write(out, !request.method().equals("HEAD"));
      }
    } catch (IOException e) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The server as a process of its own.
   *
   * @param endpoint its URL
   */
  public record Running(Process process, String endpoint) implements AutoCloseable {
    /** Starts it with arguments as of {@link #main}. */
    public static Running start(List<String> arguments) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx1g",
                  "-XX:+UseParallelGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  BenchS3Server.class.getName()));
      command.addAll(arguments);
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      BufferedReader printed =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String endpoint = printed.readLine();
      if (endpoint == null) {
        throw new IOException("The server of the benchmarks did not start");
      }
      return new Running(process, endpoint);
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
